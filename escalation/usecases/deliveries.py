"""Recording what the courier delivered, or could not: who was reached when (Rule INC-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation import authority
from escalation.commands import Command, RecordDelivery
from escalation.ports import Record, Transaction
from escalation.refusals import NotFound
from escalation.turn import Turn


def record_delivery(tx: Transaction, turn: Turn, command: RecordDelivery) -> Record:
    """Put in the journal that a message reached its conversation, or why it could not."""
    record = find(tx, command.contract, command.subject)
    authority.require(turn, command, record)
    turn.record(
        command.subject,
        "message.delivered" if command.delivered else "message.undelivered",
        topic=command.topic,
        to=command.to,
        why=command.why or None,
    )
    return record


def find(tx: Transaction, contract: str, subject: str) -> Record:
    """The record of any kind with that id; raises NotFound."""
    match subject.partition("-")[0]:
        case "INC":
            return tx.incident(contract, subject)
        case "CRI":
            return tx.crisis(contract, subject)
        case "REP":
            return tx.report(contract, subject)
        case _:
            raise NotFound("unknown_record", id=subject)


DEEDS: dict[type[Command], Callable[[Transaction, Turn, Any], Record]] = {
    RecordDelivery: record_delivery
}

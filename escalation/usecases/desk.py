"""The desk: carries out any command in one transaction, once (design, decision 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from escalation.commands import Command
from escalation.contract import ESCALADE, Contract, Role
from escalation.kinds import Record
from escalation.ports import Transaction
from escalation.refusals import NotAllowed
from escalation.turn import Turn
from escalation.usecases import crises, deliveries, incidents, ladders, reports
from escalation.usecases.saving import save

Deed = Callable[[Transaction, Turn, Any], Record]

DEEDS: dict[type[Command], Deed] = {
    **incidents.DEEDS,
    **ladders.DEEDS,
    **crises.DEEDS,
    **reports.DEEDS,
    **deliveries.DEEDS,
}


def perform(tx: Transaction, command: Command, now: datetime) -> str:
    """Carry out a command and return the id of the record it led to.

    A second command of the same key changes nothing. Raises a Refusal: then nothing is saved.
    """
    if command.key and (outcome := tx.outcome_of(command.key)) is not None:
        return outcome
    contract = tx.contract(command.contract)
    if command.by != ESCALADE and not contract.knows(command.by):
        raise NotAllowed("unknown_person", contacts=help_contacts(contract))
    turn = Turn(now=now, contract=contract, actor=command.by, source=command.source)
    record = DEEDS[type(command)](tx, turn, command)
    save(tx, turn, record)
    if command.key:
        tx.remember(command.key, record.id)
    return record.id


def help_contacts(contract: Contract) -> list[str]:
    """Whom a stranger is sent to: the help desk, else the incident managers."""
    people = contract.holders(Role.HELP_DESK) or contract.holders(Role.INCIDENT_MANAGER)
    return [person.name for person in people]

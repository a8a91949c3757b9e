"""Saving a turn: the records, the journal and the outbox together."""

from __future__ import annotations

from escalation.decision.transaction import Transaction
from escalation.decision.turn import Turn
from escalation.records.kinds import Record


def save(tx: Transaction, turn: Turn, *records: Record) -> None:
    """Save these records and all that the turn noted; the turn is then empty."""
    for record in records:
        tx.put(record)
    tx.append(turn.journal)
    tx.send(turn.effects)
    turn.journal.clear()
    turn.effects.clear()

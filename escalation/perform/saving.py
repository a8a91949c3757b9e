"""Saving a decision: the records, the journal and the outbox together."""

from __future__ import annotations

from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.records.kinds import Record


def save(tx: Transaction, context: Context, *records: Record) -> None:
    """Save these records and all that was decided; the decision is then empty."""
    for record in records:
        tx.put(record)
    tx.append(context.decision.entries)
    tx.send(context.decision.effects)
    context.decision.entries.clear()
    context.decision.effects.clear()

"""Finding a record by its id, of whatever kind it is."""

from __future__ import annotations

from escalation.base.refusals import NotFound
from escalation.decision.transaction import Transaction
from escalation.records.kinds import Record, kind_of_id


def find(tx: Transaction, contract: str, subject: str) -> Record:
    """The record of any kind with that id; raises NotFound."""
    kind = kind_of_id(subject)
    if kind is None:
        raise NotFound("unknown_record", id=subject)
    record: Record = tx.get(kind, contract, subject)
    return record

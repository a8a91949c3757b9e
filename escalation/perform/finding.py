"""Finding a record by its id, of whatever kind it is."""

from __future__ import annotations

import re

from escalation.base import user_text
from escalation.base.refusals import NotFound
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.kinds import CHANGE, Record, kind_of_id

NUMBER = re.compile(rf"{CHANGE.prefix}-\d+")


def find(tx: Transaction, contract: str, subject: str) -> Record:
    """The record of any kind with that id; raises NotFound."""
    kind = kind_of_id(subject)
    if kind is None:
        raise NotFound("unknown_record", id=subject)
    record: Record = tx.get(kind, contract, subject)
    return record


def require_change(tx: Transaction, context: Context, reference: str) -> None:
    """Refuse the number of a change that is none of this contract's (Rules INC-1, PRB-3).

    Any other words stand for what is kept elsewhere; so do all where the contract has no changes.
    """
    number = user_text.reference(reference)
    if context.contract.changes is None or not NUMBER.fullmatch(number):
        return
    change = tx.get(CHANGE, context.contract.id, number)
    if not rights.visible(context.contract, context.actor, change):
        raise CHANGE.not_found(number)

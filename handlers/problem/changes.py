"""The changes that are to remove the cause of a problem (Rules PRB-3, CHG-1)."""

from __future__ import annotations

from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.change import Change
from escalation.records.kinds import CHANGE
from escalation.records.problem import Problem


def under_way(
    tx: Transaction, problem: Problem, contract: Contract, reader: str
) -> tuple[Change, ...]:
    """Those that were asked for because of it and are not over, and last the one that is to fix it.

    Of what `reader` may know of; "" is the provider's room, which may know of all.
    """
    named = problem.expected.change if problem.expected else ""
    asked_for = [
        change
        for change in tx.list(CHANGE, problem.contract)
        if change.born_of == problem.id and change.id != named
    ]
    return tuple(
        change
        for change in (*asked_for, *([tx.get(CHANGE, problem.contract, named)] if named else []))
        if not reader or rights.visible(contract, reader, change)
    )

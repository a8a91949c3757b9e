"""Show what stands beside a problem on its card: changes, and what its incidents say (PRB-3)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.finding import unknown
from escalation.perform.watching import gone, since_fix
from escalation.records.change import Change
from escalation.records.kinds import CHANGE
from escalation.records.problem import Problem
from handlers.problem.card import LONGEST, Seen
from handlers.words.texts import Texts


def seen(
    tx: Transaction,
    problem: Problem,
    contract: Contract,
    reader: str,
    texts: Texts,
    now: datetime,
    *,
    longest: int = LONGEST,
) -> Seen:
    """The problem as one person sees it, or the provider's room where `reader` is ""."""
    since, causes = since_fix(tx, problem), gone(tx, problem)
    named = (*problem.incidents, *since)
    return Seen(
        problem=problem,
        contract=contract,
        person=reader,
        texts=texts,
        now=now,
        longest=longest,
        changes=under_way(tx, problem, reader),
        hidden=frozenset(unknown(tx, problem.contract, named, reader or None)),
        since=since,
        gone=causes,
    )


def under_way(tx: Transaction, problem: Problem, reader: str) -> tuple[Change, ...]:
    """Those that were asked for because of it and are not over, and last the one that is to fix it.

    Of what `reader` may know of; "" is the provider's room, which may know of all.
    """
    contract = tx.contract(problem.contract)
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

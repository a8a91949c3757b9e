"""Watch what is beside a problem: incidents since its fix, causes that are gone (PRB-3, INC-11)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.base.evolve import replace
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.problem import alike, parts, turns
from escalation.records.change import UNENDED, Change
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT, PROBLEM
from escalation.records.problem import UNFIXED, Problem, ProblemOrigin, ProblemState

MOST_LOOKED_AT = 200  # of the newest incidents, to find those that are alike
ASKED = UNFIXED | {ProblemState.PROPOSED}


def since_fix(tx: Transaction, problem: Problem) -> tuple[str, ...]:
    """The incidents since the fix that look like it, newest first, while it is watched (PRB-3)."""
    rules = tx.contract(problem.contract).problems
    if rules is None or problem.fix is None or problem.state is not ProblemState.FIXED:
        return ()
    return tuple(
        each.id
        for each in tx.newest_incidents(problem.contract, problem.component, limit=MOST_LOOKED_AT)
        if each.opened_at > problem.fix.at and each.id not in problem.incidents
        if alike.counts(each)
        if alike.like_problem(rules.recurrence, problem, each.component, each.title)
    )


def watch(tx: Transaction, context: Context, opened: Incident) -> None:
    """The card of a problem that is watched shows an incident that may come from it (PRB-3).

    Who manages it has it anew where the words are alike too: a component has all kinds of them.
    """
    rules = context.contract.problems
    if rules is None or not alike.counts(opened):
        return
    for problem in tx.list(PROBLEM, opened.contract):
        rule, component, title = rules.recurrence, opened.component, opened.title
        if problem.state is not ProblemState.FIXED or opened.id in problem.incidents:
            continue
        if alike.like_problem(rule, problem, component, title):
            _show(tx, context, problem, anew=alike.recurs(rule, problem, opened))


def fixed_by(tx: Transaction, change: Change) -> Iterator[str]:
    """The problems whose cause a change is to remove, by whoever named it (PRB-3)."""
    for problem in tx.list(PROBLEM, change.contract) if change.state in UNENDED else ():
        if problem.expected is not None and problem.expected.change == change.id:
            yield problem.id


def gone(tx: Transaction, problem: Problem) -> tuple[str, ...]:
    """List whose cause was said to remain, and is said to be gone by now (INC-11)."""
    if problem.origin is not ProblemOrigin.INCIDENT or problem.state not in ASKED:
        return ()
    linked = (tx.get(INCIDENT, problem.contract, each) for each in problem.incidents)
    return tuple(each.id for each in linked if each.cause_gone)


def cause_gone(tx: Transaction, context: Context, incident: Incident) -> None:
    """Its cause is gone after all: who manages a problem that started from it hears (INC-11)."""
    for problem in (tx.get(PROBLEM, incident.contract, each) for each in incident.problems):
        if problem.state in ASKED and problem.origin is ProblemOrigin.INCIDENT:
            _show(tx, context, problem, anew=True)


def _show(tx: Transaction, context: Context, problem: Problem, *, anew: bool) -> None:
    theirs = replace(context, contract=contract_of(tx, problem))
    people = parts.managers(theirs, problem) if anew else ()
    tx.put(turns.update_cards(theirs, problem, anew=people))

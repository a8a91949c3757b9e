"""The analysis: who, by when, the cause and the work-around (Rule PRB-3)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.contract import PROVIDER
from escalation.decision.context import Context
from escalation.problem import parts, turns
from escalation.records.kinds import PROBLEM
from escalation.records.problem import UNFIXED, Problem, ProblemState


def assign(context: Context, problem: Problem, person: str, due: datetime | None) -> Problem:
    """Say who analyses; by when, it is what was agreed unless a time is given."""
    require_open(problem)
    contract = context.contract
    if not contract.knows(person):
        raise NotFound("unknown_person", person=person)
    if contract.person(person).organisation != PROVIDER:
        raise NotAllowed("other_firm", person=person, organisation=PROVIDER)
    if due is not None and due <= context.now:
        raise BadValue("due_in_the_past", due=due.isoformat())
    if problem.analysed_at is not None:
        raise AlreadyDone("already_analysed", id=problem.id)
    if (person, due or problem.analysis_due) == (problem.owner, problem.analysis_due):
        raise AlreadyDone("already_assigned", person=person)
    after = replace(problem, owner=person)
    if due is not None:
        after = turns.expect_analysis(context, after, due)
    context.record(
        problem.id,
        ProblemAction.ANALYSIS_ASSIGNED,
        person=person,
        due=after.analysis_due.isoformat() if after.analysis_due else None,
    )
    return turns.go_on(context, problem, after, anew=[person] if person != context.actor else [])


def record_cause(context: Context, problem: Problem, cause: str) -> Problem:
    """Say what the cause is; it may be corrected later."""
    require_open(problem, proposed=True)
    cause = user_text.required(cause, "text_missing")
    context.record(problem.id, ProblemAction.ANALYSED, cause=cause)
    known = replace(problem, cause=cause, analysed_at=problem.analysed_at or context.now)
    after = stated(context, known)
    others = [each for each in parts.managers(context, after) if each != context.actor]
    return turns.go_on(context, problem, after, anew=others if problem.analysed_at is None else ())


def record_workaround(context: Context, problem: Problem, text: str) -> Problem:
    """Say how to work around it; with the cause, that makes it a known error."""
    require_open(problem, proposed=True)
    text = user_text.required(text, "text_missing")
    if text == problem.workaround:
        raise AlreadyDone("workaround_known", id=problem.id)
    context.record(problem.id, ProblemAction.WORKAROUND, text=text)
    return turns.go_on(context, problem, stated(context, replace(problem, workaround=text)))


def withdraw_workaround(context: Context, problem: Problem, reason: str) -> Problem:
    """Say that the work-around is none after all, and why; also after the fix (CON-5)."""
    if problem.state in PROBLEM.over:
        raise NotNow("problem_state", id=problem.id, problem_state=problem.state.value)
    if not problem.workaround:
        raise AlreadyDone("no_workaround", id=problem.id)
    reason = user_text.required(reason)
    context.record(
        problem.id, ProblemAction.WORKAROUND_WITHDRAWN, text=problem.workaround, reason=reason
    )
    return turns.go_on(context, problem, stated(context, replace(problem, workaround="")))


def stated(context: Context, problem: Problem) -> Problem:
    """The state that what is known of it makes: a cause and a work-around, a known error."""
    if problem.state not in UNFIXED or problem.analysed_at is None:
        return problem
    state = ProblemState.KNOWN_ERROR if problem.workaround else ProblemState.ANALYSED
    if state is ProblemState.KNOWN_ERROR is not problem.state:
        context.record(problem.id, ProblemAction.KNOWN_ERROR)
    return replace(problem, state=state)


def require_open(problem: Problem, *, proposed: bool = False) -> None:
    """Refuse where it is not taken yet, or fixed; whoever announces an error says all of it."""
    announced = proposed and problem.state is ProblemState.PROPOSED
    if problem.state not in UNFIXED and not announced:
        raise NotNow("problem_state", id=problem.id, problem_state=problem.state.value)

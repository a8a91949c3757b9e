"""Name what removes the cause: the change that has, or the one that is to (Rules PRB-3, CHG-1)."""

from __future__ import annotations

from collections.abc import Iterable

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.base.timer_names.problem import WatchOver
from escalation.decision.context import Context
from escalation.problem import parts, turns
from escalation.problem.analysis import require_open
from escalation.records.change import UNENDED, Change, ChangeResult
from escalation.records.problem import Fix, Problem, ProblemState

ENOUGH = frozenset({ChangeResult.SUCCEEDED, ChangeResult.PARTLY})


def record_fix(context: Context, problem: Problem, change: str, text: str) -> Problem:
    """Say which change removed the cause; from now on it is watched whether it comes back."""
    return _fixed(context, problem, _stated(context, problem, change, text))


def record_fix_by(
    context: Context, problem: Problem, change: Change, text: str, since: str | None
) -> Problem:
    """Say which change of this contract removed the cause, or is to: once it has succeeded.

    It needs a word where it is of another component, succeeded in part only, or where a linked
    incident, `since`, is of after it.
    """
    fix = _stated(context, problem, change.id, text)
    if change.state not in UNENDED and change.result not in ENOUGH:
        raise NotNow(
            "change_removes_nothing",
            change=change.id,
            change_end=(change.result or change.state).value,
            again=change.again,
        )
    if not fix.text:
        _require_plain(context, problem, change, since)
    if change.state in UNENDED:
        return expect(context, problem, fix)
    return _fixed(context, problem, fix)


def _stated(context: Context, problem: Problem, change: str, text: str) -> Fix:
    require_open(problem)
    if problem.analysed_at is None:
        raise NotNow("problem_unanalysed", id=problem.id)
    change = user_text.reference(change)
    if not change:
        raise BadValue("value_missing", field="change")
    return Fix(change=change, text=user_text.optional(text), by=context.actor, at=context.now)


def _require_plain(context: Context, problem: Problem, change: Change, since: str | None) -> None:
    """Refuse what is no plain fix of the problem, until somebody says why it is one (CON-5)."""
    contract, component = context.contract, problem.component
    touched = [contract.component_name(each) for each in change.components]
    if (
        component
        and touched
        and change.born_of not in {problem.id, *problem.incidents}
        and not {component, *contract.depends_on(component)} & set(change.components)
    ):
        raise BadValue(
            "fix_elsewhere",
            field="text",
            change=change.id,
            touched=touched,
            component=contract.component_name(component),
        )
    if change.result is ChangeResult.PARTLY:
        raise BadValue("fix_in_part", field="text", change=change.id)
    if since is not None:
        raise BadValue("incident_since_change", field="text", change=change.id, incident=since)


def expect(context: Context, problem: Problem, fix: Fix) -> Problem:
    """Keep in mind which change is to remove the cause; it has not been made yet."""
    known = problem.expected
    if known is not None and (known.change, known.text) == (fix.change, fix.text):
        raise AlreadyDone("fix_expected", id=problem.id, change=fix.change)
    context.record(problem.id, ProblemAction.FIX_EXPECTED, change=fix.change, text=fix.text or None)
    return turns.go_on(context, problem, replace(problem, expected=fix))


def expect_again(context: Context, problem: Problem, change: Change) -> Problem:
    """Expect what was to remove the cause to be done again, by another change."""
    text = problem.expected.text if problem.expected else ""
    fix = Fix(change=change.id, text=text, by=context.actor, at=context.now)
    return expect(context, problem, fix)


def ended(context: Context, problem: Problem, change: Change) -> Problem:
    """The change that is to remove the cause is over: it has, or somebody has to go on (PRB-3).

    Whoever analyses and whoever manages it hear of it.
    """
    known = problem.expected
    text = known.text if known is not None and known.change == change.id else ""
    fix = Fix(change=change.id, text=text or change.title, by=context.actor, at=context.now)
    people = (*parts.analysts(context, problem), *parts.managers(context, problem))
    anew = [each for each in people if each != context.actor]
    if change.result is not ChangeResult.SUCCEEDED:
        context.record(
            problem.id,
            ProblemAction.FIX_MISSED,
            change=change.id,
            change_end=(change.result or change.state).value,
            reason=change.reason or None,
        )
    elif problem.analysed_at is not None:
        return _fixed(context, problem, fix, anew=anew, ended=True)
    after = replace(problem, expected=replace(fix, text=text))
    return turns.go_on(context, problem, after, anew=anew)


def _fixed(
    context: Context,
    problem: Problem,
    fix: Fix,
    *,
    anew: Iterable[str] = (),
    ended: bool = False,
) -> Problem:
    """Record the fix; it came of the change that `ended`, or somebody has said so."""
    until = context.calendar.after(context.now, parts.rules_of(context.contract).watched_for)
    context.record(
        problem.id,
        ProblemAction.FIXED,
        change=fix.change,
        text=fix.text or None,
        until=until.isoformat(),
        ended=ended or None,
    )
    after = replace(
        problem,
        state=ProblemState.FIXED,
        fix=fix,
        expected=None,
        watched_until=until,
        alarms=problem.alarms.set(WatchOver(), until),
    )
    return turns.go_on(context, problem, after, anew=anew)

"""After each step: whose turn it is, the cards that tell them, the timers that remind (ESC-9).

Everybody who has a part has a card, which changes in its place; it is posted anew where its reader
has something new to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.timer_names.problem import AnalysisReminder, TurnReminder, WatchOver
from escalation.base.timer_names.timer_name import Timer, TimerName
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.ladder import overdue
from escalation.messages.destinations import PROVIDER_ROOM
from escalation.messages.destinations import person as direct
from escalation.messages.problem import ProblemCard
from escalation.problem import parts
from escalation.records.problem import UNFIXED, Problem, ProblemState

SOON, DUE = 0, 1  # reminders of the analysis: before it is due, when it is, then on and on


def go_on(
    context: Context, before: Problem | None, after: Problem, *, anew: Iterable[str] = ()
) -> Problem:
    """Tell whose turn it is now, and arm what reminds of it."""
    turn = parts.awaited(context, after)
    if before is None or turn != parts.awaited(context, before) or before.state != after.state:
        alarms = after.alarms.clear_if(lambda name: isinstance(name, TurnReminder))
        if turn:
            every = parts.rules_of(context.contract).remind_every
            due = context.calendar.after(context.now, every)
            alarms = alarms.set(TurnReminder(1), due, every.clock)
        after = replace(after, alarms=alarms)
        anew = (*anew, *turn)
    if after.state not in UNFIXED or after.analysed_at is not None:
        alarms = after.alarms.clear_if(lambda name: isinstance(name, AnalysisReminder))
        after = replace(after, alarms=alarms)
    if after.state is not ProblemState.FIXED:
        after = replace(after, alarms=after.alarms.clear(WatchOver()))
    return update_cards(context, after, anew=anew)


def update_cards(context: Context, problem: Problem, *, anew: Iterable[str] = ()) -> Problem:
    """Update every card; those `anew` get theirs at the end of what they read."""
    known = context.contract.knows
    first = tuple(person for person in dict.fromkeys(anew) if known(person))
    others = (person for person in problem.cards if person not in first and known(person))
    context.notify(ProblemCard(), problem.id, PROVIDER_ROOM, *map(direct, others))
    context.notify(ProblemCard(anew=True), problem.id, *map(direct, first))
    return replace(problem, cards=tuple(dict.fromkeys((*problem.cards, *first))))


def expect_analysis(context: Context, problem: Problem, due: datetime) -> Problem:
    """The analysis is due: remind before, when it is due, and from then on (ESC-9)."""
    every = parts.rules_of(context.contract).remind_every
    alarms = problem.alarms.clear_if(lambda name: isinstance(name, AnalysisReminder))
    soon = context.calendar.before(due, every)
    first, at = (SOON, soon) if soon > context.now else (DUE, due)
    alarms = alarms.set(AnalysisReminder(first), at, every.clock)
    return replace(problem, analysis_due=due, alarms=alarms)


def remind_of_turn(context: Context, problem: Problem, timer: Timer[TurnReminder]) -> Problem:
    """Nobody has answered: they are told again, from the second time on with the level above."""
    problem = replace(problem, alarms=problem.alarms.clear(timer.name))
    people = parts.awaited(context, problem)
    if not people:
        return problem
    number = timer.name.number
    return _reminded(context, problem, timer, people, TurnReminder(number + 1))


def remind_of_analysis(
    context: Context, problem: Problem, timer: Timer[AnalysisReminder]
) -> Problem:
    """The analysis is due soon, due, or overdue: then the level above is told too (ESC-9)."""
    problem = replace(problem, alarms=problem.alarms.clear(timer.name))
    if problem.state not in UNFIXED or problem.analysed_at or problem.analysis_due is None:
        return problem
    people, number = parts.analysts(context, problem), timer.name.number
    if number > SOON:
        people = tuple(dict.fromkeys((*people, *parts.managers(context, problem))))
    following = AnalysisReminder(number + 1)
    if number == SOON:
        alarms = problem.alarms.set(following, problem.analysis_due)
        return _told_again(context, replace(problem, alarms=alarms), people, number)
    return _reminded(context, problem, timer, people, following)


def watch_over(context: Context, problem: Problem, timer: Timer[WatchOver]) -> Problem:
    """Nothing came back for so long: the problem manager is asked to close (PRB-3)."""
    after = replace(problem, alarms=problem.alarms.clear(timer.name))
    if problem.state is not ProblemState.FIXED:
        return after
    context.record(problem.id, ProblemAction.WATCHED, came_back=list(problem.came_back) or None)
    return go_on(context, None, after)


def _reminded(
    context: Context,
    problem: Problem,
    timer: Timer[TurnReminder] | Timer[AnalysisReminder],
    people: tuple[str, ...],
    following: TimerName,
) -> Problem:
    """Tell them, with the level above from the second time on, and arm the next reminder."""
    number = timer.name.number
    every: Duration = parts.rules_of(context.contract).remind_every
    alarms = problem.alarms.set(following, next_repeat(context, timer.due, every), every.clock)
    people = (*people, *overdue.level_above(context, people, number))
    return _told_again(context, replace(problem, alarms=alarms), people, number)


def _told_again(
    context: Context, problem: Problem, people: tuple[str, ...], number: int
) -> Problem:
    context.record(
        problem.id,
        ProblemAction.REMINDED,
        people=list(people),
        number=number,
        due=problem.analysis_due.isoformat() if problem.analysis_due else None,
        late=int(context.late.total_seconds()) or None,
    )
    return update_cards(context, problem, anew=people)

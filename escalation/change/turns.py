"""After each step: who is told, whose turn it is, the timers that remind (CHG-4, ESC-9).

Everybody who has a part has a card, which changes in its place; it is posted anew where its reader
has something new to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base.durations import Clock
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.timer_names.change import ChangeTurn, WindowNear, WindowOpens, WindowOver
from escalation.base.timer_names.timer_name import Timer
from escalation.change import papers, parts
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.ladder import overdue
from escalation.messages.change import ChangeCard, ChangeNews
from escalation.messages.destinations import person as direct
from escalation.people import audience
from escalation.records.change import UNENDED, Change, ChangeState

S = ChangeState


def go_on(
    context: Context,
    before: Change | None,
    after: Change,
    action: ChangeAction,
    *,
    anew: Iterable[str] = (),
) -> Change:
    """Tell whose turn it is now, arm what reminds of it; tell the requester what happened.

    Whoever carries it out is told once it may be done; whoever was to, that they do not (CHG-4).
    """
    turn = parts.turn(context, after)
    moved = before is None or before.state != after.state
    had = () if before is None or moved else parts.turn(context, before)
    fresh = tuple(person for person in turn if person not in had)
    moved_due = before is not None and before.study_due != after.study_due
    # Who is awaited still, by the same time, is not asked again, nor later reminded.
    if moved or moved_due or fresh or not turn:
        alarms = after.alarms.clear_if(lambda name: isinstance(name, ChangeTurn))
        if turn:
            alarms = alarms.set(ChangeTurn(1), *_first_reminder(context, after))
        after = replace(after, alarms=alarms)
    if before is None or _point(before) != _point(after):
        after = replace(after, called=())
    doing = _doing(context, after)
    if moved and after.state in {S.APPROVED, S.UNDERWAY}:
        fresh = (*fresh, *(person for person in doing if person != context.actor))
    anew = (*anew, *fresh)
    did = () if before is None else _doing(context, before)
    tell(context, after, action, (person for person in did if person not in {*doing, *anew}))
    return update_cards(context, _expected(context, after), anew=anew)


def _point(change: Change) -> tuple[object, ...]:
    """Find where it stands: what was late before is not late any more once that has changed."""
    return change.state, change.asked, change.window


def _doing(context: Context, change: Change) -> tuple[str, ...]:
    """List who carries it out, once that has a time, and as long as it may come to it."""
    counts = change.window is not None and change.state in UNENDED
    return parts.carrier(context, change) if counts else ()


def _first_reminder(context: Context, change: Change) -> tuple[datetime, Clock]:
    """Work out when whoever is awaited is reminded first: of a study, so long before it is due."""
    every = parts.remind_every(context.contract, change)
    if change.state is not S.STUDY or change.study_due is None:
        return context.calendar.after(context.now, every), every.clock
    soon = context.calendar.before(change.study_due, every)
    return (soon if soon > context.now else change.study_due), every.clock


def _expected(context: Context, change: Change) -> Change:
    """The timers of the window: they run once the change is approved, until it is over."""
    alarms = change.alarms
    if change.state is not S.APPROVAL:  # nobody votes any more
        alarms = alarms.clear_if(papers.of_board)
    if change.state not in {S.APPROVED, S.UNDERWAY} or change.window is None:
        return replace(
            change,
            alarms=alarms.clear_if(lambda n: isinstance(n, WindowNear | WindowOpens | WindowOver)),
        )
    if change.state is S.UNDERWAY:
        return replace(change, alarms=alarms.clear(WindowNear(), WindowOpens()))
    window, rules = change.window, parts.rules_of(context.contract)
    near = context.calendar.before(window.start, rules.remind_before)
    alarms = alarms.clear_if(lambda n: isinstance(n, WindowNear | WindowOpens | WindowOver))
    if near > context.now:
        alarms = alarms.set(WindowNear(), near)
    if window.start > context.now:
        alarms = alarms.set(WindowOpens(), window.start)
    return replace(change, alarms=alarms.set(WindowOver(1), window.end))


def tell(
    context: Context, change: Change, action: ChangeAction, others: Iterable[str] = ()
) -> None:
    """Tell the requester, and whom a project or process names, what happened (CHG-4, CHG-5)."""
    source = parts.source_of(context.contract, change)
    told = (change.requester, *audience.named(context.contract, source.told if source else ()))
    people = dict.fromkeys((*parts.there(context, told), *others))
    known = [each for each in people if context.contract.knows(each)]
    to = [direct(person) for person in known if person != context.actor]
    context.notify(ChangeNews(action=action.value, by=context.actor), change.id, *to)


def update_cards(context: Context, change: Change, *, anew: Iterable[str] = ()) -> Change:
    """Update every card; those `anew` get theirs at the end of what they read."""
    known = context.contract.knows
    first = tuple(person for person in dict.fromkeys(anew) if known(person))
    others = (person for person in change.cards if person not in first and known(person))
    desk = parts.desk(context.contract)
    context.notify(ChangeCard(), change.id, desk, *map(direct, others))
    urgent = parts.presses(change) or change.overruns(context.now)
    context.notify(ChangeCard(anew=True), change.id, *map(direct, first), urgent=urgent)
    return replace(change, cards=tuple(dict.fromkeys((*change.cards, *first))))


# ── timers ───────────────────────────────────────────────────────────────────────────────────


def remind(context: Context, change: Change, timer: Timer[ChangeTurn]) -> Change:
    """Nobody has answered: they are told again, from the second time on with the level above."""
    change = replace(change, alarms=change.alarms.clear(timer.name))
    people = parts.turn(context, change)
    if not people:
        return change
    number, every = timer.name.number, parts.remind_every(context.contract, change)
    due = next_repeat(context, timer.due, every)
    alarms = change.alarms.set(ChangeTurn(number + 1), due, every.clock)
    people = (*people, *overdue.level_above(context, people, number))
    return reminded(context, replace(change, alarms=alarms), people, number)


def near(context: Context, change: Change, timer: Timer[WindowNear]) -> Change:
    """It is carried out soon: whoever does it is reminded, and the requester told (CHG-4)."""
    after = replace(change, alarms=change.alarms.clear(timer.name))
    tell(context, after, ChangeAction.REMINDED)
    return reminded(context, after, parts.carrier(context, after))


def opens(context: Context, change: Change, timer: Timer[WindowOpens]) -> Change:
    """It can be started: whoever does it has the button."""
    after = replace(change, alarms=change.alarms.clear(timer.name))
    return reminded(context, after, parts.carrier(context, after))


def over(context: Context, change: Change, timer: Timer[WindowOver]) -> Change:
    """The window is over: what runs on climbs (ESC-9); what was not begun is planned again."""
    after = replace(change, alarms=change.alarms.clear(timer.name))
    if change.state is S.APPROVED and change.window:
        context.record(change.id, ChangeAction.NOT_STARTED, start=change.window.start.isoformat())
        people = parts.carrier(context, after)
        return go_on(
            context, change, replace(after, window=None), ChangeAction.NOT_STARTED, anew=people
        )
    number, every = timer.name.number, parts.rules_of(context.contract).overrun_every
    people = parts.carrier(context, after)
    managers = parts.there(context, parts.appointed(context.contract))
    people = tuple(dict.fromkeys((*people, *managers)))
    people = (*people, *overdue.level_called(context, people, number))
    alarms = after.alarms.set(WindowOver(number + 1), next_repeat(context, timer.due, every))
    context.record(
        change.id,
        ChangeAction.OVERRUN,
        people=list(people),
        number=number,
        late=int(context.late.total_seconds()) or None,
    )
    if number == 1:
        tell(context, after, ChangeAction.OVERRUN)
    called = tuple(dict.fromkeys((*after.called, *people)))
    return update_cards(context, replace(after, alarms=alarms, called=called), anew=people)


def reminded(
    context: Context,
    change: Change,
    people: tuple[str, ...],
    number: int = 1,
    action: ChangeAction = ChangeAction.REMINDED,
) -> Change:
    """Give these people the card anew: something is to be done, or read, by them.

    Who is told though nothing is awaited of them is called because it is late (ESC-9).
    """
    waits = parts.awaited(context, change).values()
    asked = {*parts.awaited_later(context, change), *(p for each in waits for p in each)}
    others = (person for person in people if person not in asked)
    change = replace(change, called=tuple(dict.fromkeys((*change.called, *others))))
    context.record(
        change.id,
        action,
        people=list(people),
        number=number,
        late=int(context.late.total_seconds()) or None,
    )
    return update_cards(context, papers.sent(change, people), anew=people)

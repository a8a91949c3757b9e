"""A timer of an escalation fires: nobody answered, or it is not settled (ESC-2, ESC-5, ESC-7).

Again, the next one, the next rung; at the top the whole ladder anew, or its top: never silence.
"""

from __future__ import annotations

from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names.ladder import LadderTimer, NextCall, SettleBy
from escalation.base.timer_names.timer_name import Timer
from escalation.base.timers import ArmedTimer
from escalation.decision.beats import last_repeat, next_repeat
from escalation.decision.context import Context
from escalation.ladder.climbing import again, call, climb, enter, wait
from escalation.ladder.ending import current_people
from escalation.ladder.pings import record_ping, send_ping, show_calls
from escalation.ladder.rung import (
    at_top,
    next_in_line,
    opens_at,
    order_now,
    reachable,
    rung_of,
    with_escalation,
    with_side,
)
from escalation.ladder.taking import has_it
from escalation.messages.destinations import person
from escalation.messages.ladder import SnoozeOver as SnoozeOverMessage
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident


def fire(context: Context, incident: Incident, timer: Timer[LadderTimer]) -> Incident:
    """Answer a due timer of an escalation; never before it is due (Rule ESC-7)."""
    if context.now < timer.due:
        raise ValueError(f"{timer.name} is due {timer.due}, not yet at {context.now}")
    incident = replace(incident, alarms=incident.alarms.clear(timer.name))
    escalation = incident.escalation(timer.name.ladder)
    if escalation is None or not escalation.active:
        return incident
    match timer.name:
        case NextCall(side=side):
            return _unanswered(context, incident, escalation, side, due=timer.due)
        case SettleBy():
            return _unsettled(context, incident, escalation, due=timer.due)
    return _snooze_over(context, incident, escalation)


def _unanswered(
    context: Context, incident: Incident, escalation: Escalation, side: str, *, due: datetime
) -> Incident:
    """Nobody of a side acknowledged in time: again, the next one, the next rung (Rule ESC-5).

    Where the rung's time to settle is over at the same instant, the next rung is called at once.
    """
    settle = incident.alarms.get(SettleBy(escalation.ladder))
    if settle and settle.due <= due and not at_top(context.contract, escalation):
        return incident
    towards = context.contract.ladder(escalation.ladder).towards
    if opens := opens_at(context, escalation, towards):
        return wait(context, incident, escalation, opens)
    top = at_top(context.contract, escalation)
    who = next_in_line(context, incident, escalation, side)
    spent = (
        escalation.side(side)
        if who is None
        else _other_spent(context, incident, escalation, side, due=due)
    )
    if spent is not None and not (top and spent.exhausted):
        context.record(
            incident.id,
            LadderAction.EXHAUSTED,
            ladder=escalation.ladder,
            rung=escalation.rung,
            level=rung_of(context.contract, escalation).level,
            side=spent.side,
        )
    if spent is not None and not top:
        return climb(context, incident, escalation, at=due, why="nobody_answered")
    if who is not None:
        return call(context, incident, escalation, side, who, due=due)
    if context.contract.escalation.at_top == "ladder":
        return _anew_with_both(context, incident, escalation, side, due=due)
    escalation = with_side(escalation, replace(escalation.side(side), exhausted=True))
    return again(context, incident, escalation, side, due=due)


def _other_spent(
    context: Context, incident: Incident, escalation: Escalation, side: str, *, due: datetime
) -> SideCalls | None:
    """The other side, where its time is over by then as well and it has nobody left to call.

    Below the top alone: so nobody is called only to be passed over.
    """
    other = escalation.other(side)
    if other is None or at_top(context.contract, escalation):
        return None
    armed = incident.alarms.get(NextCall(escalation.ladder, other.side))
    if armed is None or armed.due > due:
        return None
    left = next_in_line(context, incident, escalation, other.side)
    return other if left is None else None


def _anew_with_both(
    context: Context, incident: Incident, escalation: Escalation, side: str, *, due: datetime
) -> Incident:
    """Call the ladder anew, once nobody of the other side is being called any more either."""
    other = escalation.other(side)
    armed = incident.alarms.get(NextCall(escalation.ladder, other.side)) if other else None
    if armed is None or armed.due <= due:
        return _anew(context, incident, escalation, due=due)
    name = NextCall(escalation.ladder, side)
    return replace(incident, alarms=incident.alarms.set(name, armed.due, armed.clock))


def _anew(
    context: Context, incident: Incident, escalation: Escalation, *, due: datetime
) -> Incident:
    """At the top nobody is left: the whole ladder is called anew from its first level (ESC-5).

    A side that somebody has taken stays theirs. Levels on which nobody would be called, for a
    crisis cell is at work or somebody has it, are left out: their time to settle is not waited for.
    """
    below = escalation
    rung = _lowest_to_call(context, incident, escalation)
    level = context.contract.ladder(escalation.ladder).rungs[rung].level
    context.record(
        incident.id, LadderAction.CALLED_ANEW, ladder=escalation.ladder, rung=rung, level=level
    )
    escalation = replace(
        escalation,
        rung=rung,
        rung_why="called_anew",
        rung_by="",
        rung_note="",
        rung_silent=escalation.silent,
        called=(),
        anew=escalation.anew + 1,
    )
    incident = enter(context, incident, escalation, at=due)
    show_calls(context, incident, below)
    return incident


def _lowest_to_call(context: Context, incident: Incident, escalation: Escalation) -> int:
    """The first level where a side has somebody to call who has it not already; else the top."""
    anew = replace(escalation, anew=escalation.anew + 1)
    for n in range(escalation.rung):
        trial = replace(anew, rung=n)
        for calls in escalation.sides:
            line = order_now(context, incident, trial, calls.side)
            before = calls.acknowledged_by
            if not has_it(context, incident, trial, calls.side, line, before)[0]:
                return n
    return escalation.rung


def _unsettled(
    context: Context, incident: Incident, escalation: Escalation, *, due: datetime
) -> Incident:
    """The rung's time to settle is over: next rung; at the top, ask again whoever took it.

    Not whose side has said that it is settled: it is the other one that is awaited (Rule ESC-2).
    Outside a supplier's hours that waits, as any call does (ESC-3).
    """
    if not at_top(context.contract, escalation):
        return climb(context, incident, escalation, at=due, why="not_settled")
    towards = context.contract.ladder(escalation.ladder).towards
    if opens := opens_at(context, escalation, towards):
        return replace(incident, alarms=incident.alarms.set(SettleBy(escalation.ladder), opens))
    context.record(
        incident.id, LadderAction.UNSETTLED, ladder=escalation.ladder, rung=escalation.rung
    )
    settle_every = rung_of(context.contract, escalation).settle[incident.level]
    since = last_repeat(context, due, settle_every)
    settle_by = next_repeat(context, since, settle_every)
    alarms = incident.alarms.set(SettleBy(escalation.ladder), settle_by, settle_every.clock)
    escalation = replace(
        escalation, rung_why="not_settled", rung_by="", rung_note="", settle_from=since
    )
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    said = {each.side for each in escalation.settled}
    for calls in escalation.sides:
        taken_by = calls.acknowledged_by
        if taken_by is None or taken_by in incident.cell_leads or calls.side in said:
            continue  # its own call timer runs; the cell has taken it over; or it has settled
        if not reachable(context, incident, taken_by):
            incident = again(context, incident, escalation, calls.side, due=due)
        else:
            escalation = with_side(escalation, calls.abridged())
            escalation = record_ping(context, incident, escalation, calls.side, taken_by, due=due)
            send_ping(context, incident, escalation, calls.side)
            incident = with_escalation(incident, escalation)
        escalation = incident.escalation(escalation.ladder) or escalation
    update_card(context, incident)
    return incident


def _snooze_over(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    """Tell whoever put the steps off that they come again (Rule ESC-6)."""
    upcoming = next_step(incident, escalation.ladder)
    context.record(
        incident.id, LadderAction.SNOOZE_OVER, ladder=escalation.ladder, rung=escalation.rung
    )
    over = SnoozeOverMessage(
        ladder=escalation.ladder, rung=escalation.rung, next_at=upcoming.due if upcoming else None
    )
    asked = [escalation.snoozed_by] if escalation.snoozed_by else current_people(escalation)
    known = (each for each in asked if context.contract.knows(each))
    context.notify(over, incident.id, *map(person, known))
    return incident


def next_step(incident: Incident, ladder: str) -> ArmedTimer | None:
    """The next automatic step of the incident's escalation up that ladder."""
    return incident.alarms.next(
        lambda name: isinstance(name, (NextCall, SettleBy)) and name.ladder == ladder
    )

"""Walking up a ladder while time passes (Rules ESC-1 to ESC-5, ESC-7).

A rung is entered on both sides at once. Each side has a *call* timer until it acknowledges; the
rung has a *settle* timer until the escalation ends. What people do to it is in `handling`.
Due times count from the plan, never from when the bot got round to it; where a whole delay or more
went by while it was down, the next one is the plan's first beat ahead.
"""

from __future__ import annotations

from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names import ladder as t
from escalation.base.timer_names.ladder import LadderTimer, NextCall, SettleBy, up
from escalation.base.timer_names.timer_name import Timer
from escalation.base.timers import ArmedTimer
from escalation.contract import ESCALADE
from escalation.decision.beats import last_repeat, next_repeat
from escalation.decision.context import Context
from escalation.ladder.calling import announce, arm_call, dial, nobody_reachable
from escalation.ladder.ending import current_people, stop
from escalation.ladder.replanning import replan
from escalation.ladder.rung import (
    at_top,
    called_so_far,
    next_in_line,
    order_now,
    reachable,
    rung_of,
    sides,
    with_escalation,
    with_side,
)
from escalation.messages.destinations import person
from escalation.messages.ladder import SnoozeOver
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident

__all__ = ["again", "climb", "enter", "fire", "next_step", "replan", "start", "stop"]


def start(
    context: Context, incident: Incident, *, ladder: str, reason: str, rung: int = 0, by: str = ""
) -> Incident:
    """Begin an escalation (Rule ESC-4, or a person's wish); nothing changes where one is under way.

    `reason` is a person's words, or a code; `by` is who escalated, if a person did. Where the
    client has come to know of the incident meanwhile, their side is called too (Rule INC-7).
    """
    under_way = incident.escalation(ladder)
    if under_way and under_way.active:
        return _join(context, incident, under_way)
    planned = context.now - context.late
    escalation = Escalation(
        ladder=ladder,
        reason=reason,
        started_by=by or ESCALADE,
        started_at=context.now,
        rung=rung,
        rung_started_at=planned,
        rung_by=by,
    )
    context.record(
        incident.id,
        LadderAction.STARTED,
        ladder=ladder,
        rung=rung,
        level=rung_of(context.contract, escalation).level,
        reason=reason,
    )
    incident = replace(incident, walks=(*incident.walks, escalation))
    return enter(context, incident, escalation, at=planned)


def enter(
    context: Context, incident: Incident, escalation: Escalation, *, at: datetime
) -> Incident:
    """Ping the first person of both sides of the escalation's rung, together (Rules ESC-1, ESC-2).

    A rung that reaches nobody on one side is passed over at once, and that is said (ESC-5).
    """
    contract = context.contract
    ladder = contract.ladder(escalation.ladder)
    escalation = replace(escalation, sides=())
    while True:
        rung = rung_of(contract, escalation)
        queues = {
            side: order_now(context, incident, escalation, side) for side in sides(incident, ladder)
        }
        empty = [side for side, queue in queues.items() if not queue]
        for side in empty:
            nobody_reachable(context, incident, escalation, side)
        if not empty or at_top(contract, escalation):
            break
        escalation = _stepped(context, incident, escalation, why="nobody_reachable")
    settle_within = rung.settle[incident.level]
    escalation = replace(
        escalation,
        rung_started_at=at,
        settle_from=last_repeat(context, at, settle_within),
        snoozed_at=None,
        sides=tuple(SideCalls(side=side, queue=queue) for side, queue in queues.items()),
    )
    for side, queue in queues.items():
        if queue:
            escalation = dial(context, incident, escalation, side, queue[0], due=at)
    settle_by = next_repeat(context, at, settle_within)
    alarms = incident.alarms.clear_if(up(escalation.ladder))
    alarms = alarms.set(SettleBy(escalation.ladder), settle_by, settle_within.clock)
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    for side, queue in queues.items():
        if queue:
            announce(context, incident, escalation, side)
        incident = arm_call(context, incident, escalation, side, after=at)
    update_card(context, incident)
    return incident


def _join(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    for side in sides(incident, context.contract.ladder(escalation.ladder)):
        if all(calls.side != side for calls in escalation.sides):
            escalation = replace(
                escalation, sides=(*escalation.sides, SideCalls(side=side, queue=(), round=0))
            )
            incident = again(context, incident, escalation, side, due=context.now)
            escalation = incident.escalation(escalation.ladder) or escalation
    return incident


def climb(
    context: Context, incident: Incident, escalation: Escalation, *, at: datetime, why: str,
    by: str = "", note: str = "",
) -> Incident:  # fmt: skip
    """Go one rung up, on both sides (Rule ESC-5)."""
    escalation = replace(escalation, earlier=called_so_far(context, escalation))
    escalation = _stepped(context, incident, escalation, why=why, by=by, note=note)
    return enter(context, incident, escalation, at=at)


def _stepped(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    *,
    why: str,
    by: str = "",
    note: str = "",
) -> Escalation:
    escalation = replace(
        escalation, rung=escalation.rung + 1, rung_why=why, rung_by=by, rung_note=note
    )
    context.record(
        incident.id,
        LadderAction.CLIMBED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung_of(context.contract, escalation).level,
        why=why,
        note=note or None,
    )
    return escalation


# ── time passing ─────────────────────────────────────────────────────────────────────────────


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
    """Nobody of a side acknowledged in time: again, the next one, the next rung (Rule ESC-5)."""
    top = at_top(context.contract, escalation)
    spent = _spent(context, incident, escalation, side, due=due)
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
    who = next_in_line(context, incident, escalation, side)
    if who is not None:
        return _call(context, incident, escalation, side, who, due=due)
    escalation = with_side(escalation, replace(escalation.side(side), exhausted=True))
    return again(context, incident, escalation, side, due=due)


def _spent(
    context: Context, incident: Incident, escalation: Escalation, side: str, *, due: datetime
) -> SideCalls | None:
    """A side that has nobody left to call by now: this one or, below the top, the other.

    Where the other's time runs out at the same instant, nobody is called only to be passed over.
    """
    for calls in (escalation.side(side), escalation.other(side)):
        if calls is None:
            continue
        if next_in_line(context, incident, escalation, calls.side) is not None:
            continue
        if calls.side == side:
            return calls
        armed = incident.alarms.get(NextCall(escalation.ladder, calls.side))
        if armed and armed.due <= due and not at_top(context.contract, escalation):
            return calls
    return None


def again(
    context: Context, incident: Incident, escalation: Escalation, side: str, *, due: datetime
) -> Incident:
    """Go through a side's queue from its head, as it is by now; never stop (Rule ESC-5)."""
    calls = replace(escalation.side(side), handed=())
    queue = order_now(context, incident, with_side(escalation, calls), side)
    calls = replace(
        calls.abridged(),
        queue=queue,
        round=calls.round + 1,
        acknowledged_by=None,
        acknowledged_at=None,
    )
    escalation = with_side(escalation, calls)
    if queue:
        return _call(context, incident, escalation, side, queue[0], due=due)
    nobody_reachable(context, incident, escalation, side)
    update_card(context, incident)
    return arm_call(context, with_escalation(incident, escalation), escalation, side, after=due)


def _call(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    side: str,
    who: str,
    *,
    due: datetime,
) -> Incident:
    escalation = dial(context, incident, escalation, side, who, due=due)
    announce(context, incident, escalation, side)
    update_card(context, incident)
    return arm_call(context, with_escalation(incident, escalation), escalation, side, after=due)


def _unsettled(
    context: Context, incident: Incident, escalation: Escalation, *, due: datetime
) -> Incident:
    """The rung's time to settle is over: next rung; at the top, ask again whoever took it."""
    if not at_top(context.contract, escalation):
        return climb(context, incident, escalation, at=due, why="not_settled")
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
    for calls in escalation.sides:
        taken_by = calls.acknowledged_by
        if taken_by is None:
            continue  # its own call timer runs
        if not reachable(context, incident, taken_by):
            incident = again(context, incident, escalation, calls.side, due=due)
        else:
            escalation = with_side(escalation, calls.abridged())
            escalation = dial(context, incident, escalation, calls.side, taken_by, due=due)
            announce(context, incident, escalation, calls.side)
            incident = with_escalation(incident, escalation)
        escalation = incident.escalation(escalation.ladder) or escalation
    update_card(context, incident)
    return incident


def _snooze_over(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    upcoming = next_step(incident)
    context.record(
        incident.id, LadderAction.SNOOZE_OVER, ladder=escalation.ladder, rung=escalation.rung
    )
    over = SnoozeOver(
        ladder=escalation.ladder, rung=escalation.rung, next_at=upcoming.due if upcoming else None
    )
    context.notify(over, incident.id, *map(person, current_people(escalation)))
    return incident


def next_step(incident: Incident) -> ArmedTimer | None:
    """The next automatic step of the incident's escalations."""
    return incident.alarms.next(
        lambda name: isinstance(name, LadderTimer) and not isinstance(name, t.SnoozeOver)
    )

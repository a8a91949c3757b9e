"""Walking up a ladder, rung by rung (Rules ESC-1 to ESC-5, ESC-7).

A rung is entered on both sides at once. Each side has a *call* timer until it acknowledges; the
rung has a *settle* timer until the escalation ends. What follows once one of them fires is in
`firing`, what people do to it in `handling`.
Due times count from the plan, never from when the bot got round to it; where a whole delay or more
went by while it was down, the next one is the plan's first beat ahead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names.ladder import NextCall, SettleBy, up
from escalation.contract import CLIENT, ESCALADE, PROVIDER
from escalation.decision.beats import last_repeat, next_repeat
from escalation.decision.context import Context
from escalation.ladder.ending import current_people, stop
from escalation.ladder.pings import arm_call, nobody_reachable, record_ping, send_ping, show_calls
from escalation.ladder.replanning import replan
from escalation.ladder.rung import (
    at_top,
    call_order,
    called_so_far,
    opens_at,
    order_now,
    rung_of,
    sides,
    with_escalation,
    with_side,
)
from escalation.ladder.taking import count, has_it
from escalation.messages.destinations import person
from escalation.messages.ladder import Climbed
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident, IncidentState

__all__ = ["again", "call", "climb", "enter", "replan", "start", "stop", "wait"]


def start(
    context: Context, incident: Incident, *, ladder: str, reason: str, rung: int = 0, by: str = ""
) -> Incident:
    """Begin an escalation (Rule ESC-4, or a person's wish); nothing changes where one is under way.

    `reason` is a person's words, or a code; `by` is who escalated, if a person did. Towards the
    client, they are told of what the provider found by itself: from now on the firms talk between
    peers (Rules INC-7, INC-12).
    """
    under_way = incident.escalation(ladder)
    if under_way and under_way.active:
        return _join(context, incident, under_way)
    if context.contract.ladder(ladder).towards == CLIENT:
        incident = audience.inform_client(context, incident, "escalated")
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

    A rung that reaches nobody on one side is passed over at once, and that is said; so is one
    where all were called below. Who has the point already is not called for it (ESC-5).
    """
    contract = context.contract
    ladder = contract.ladder(escalation.ladder)
    before = {calls.side: calls.acknowledged_by for calls in escalation.sides}
    escalation = replace(escalation, sides=())
    while True:
        rung = rung_of(contract, escalation)
        queues = {
            side: order_now(context, incident, escalation, side) for side in sides(incident, ladder)
        }
        has = {
            side: has_it(context, incident, escalation, side, queue, before.get(side))
            for side, queue in queues.items()
        }
        empty = [side for side, queue in queues.items() if not queue and not has[side][0]]
        gone = [side for side in empty if not call_order(context, incident, rung, side)]
        for side in gone:
            nobody_reachable(context, incident, escalation, side)
        if not empty or at_top(contract, escalation):
            break
        why = "nobody_reachable" if gone else "nobody_answered"
        escalation = _stepped(context, incident, escalation, why=why)
    settle_within = rung.settle[incident.level]
    opens = opens_at(context, escalation, ladder.towards)
    escalation = replace(
        escalation,
        rung_started_at=at,
        settle_from=opens or last_repeat(context, at, settle_within),
        waits_until=None,
        snoozed_at=None,
        snoozed_by="",
        sides=tuple(SideCalls(side=side, queue=queue) for side, queue in queues.items()),
    )
    for calls in escalation.sides:
        who, why = has[calls.side]
        if who:
            news = before.get(calls.side) != who and _is_news(escalation, f"{why} {who}")
            escalation = count(context, incident, escalation, calls.side, who, why=why, tell=news)
            escalation = escalation.having_told(f"{why} {who}")
        elif calls.queue and not opens:
            escalation = record_ping(
                context, incident, escalation, calls.side, calls.queue[0], due=at
            )
    settle_by = next_repeat(context, opens or at, settle_within)
    alarms = incident.alarms.clear_if(up(escalation.ladder))
    alarms = alarms.set(SettleBy(escalation.ladder), settle_by, settle_within.clock)
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    if opens:
        return wait(context, incident, escalation, opens)
    for calls in escalation.sides:
        if not calls.acknowledged_by:
            incident = _heard(context, incident, escalation, calls, at=at)
    update_card(context, incident)
    return incident


def _heard(
    context: Context, incident: Incident, escalation: Escalation, calls: SideCalls, *, at: datetime
) -> Incident:
    """The first call of a side is heard, and its next one armed."""
    if calls.pings:
        send_ping(context, incident, escalation, calls.side)
    return arm_call(context, incident, escalation, calls.side, after=at)


def wait(context: Context, incident: Incident, escalation: Escalation, opens: datetime) -> Incident:
    """Both sides are called when the supplier's hours begin; whoever asked is told (ESC-3)."""
    known = escalation.waits_until == opens
    escalation, alarms = replace(escalation, waits_until=opens), incident.alarms
    for calls in escalation.sides:
        if not calls.acknowledged_by:
            alarms = alarms.set(NextCall(escalation.ladder, calls.side), opens)
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    if not known:
        towards = context.contract.ladder(escalation.ladder).towards
        nobody_reachable(context, incident, escalation, towards, opens=opens)
    return update_card(context, incident)


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
    """Go one rung up, on both sides; whoever had taken it below is told (Rules ESC-2, ESC-5).

    Where nobody of a side answered, that is why, though the time to settle ended first.
    """
    below = escalation
    silent = () if by else escalation.silent
    if silent and why == "not_settled":
        why = "nobody_answered"
    escalation = replace(escalation, earlier=called_so_far(context, escalation), rung_silent=silent)
    escalation = _stepped(context, incident, escalation, why=why, by=by, note=note)
    incident = enter(context, incident, escalation, at=at)
    return _tell_below(context, incident, below)


def step_down(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    """Enter the rung below; whoever has it above, or is called there, is told (ESC-2, ESC-6)."""
    above = incident.escalation(escalation.ladder) or escalation
    incident = enter(context, incident, escalation, at=context.now)
    show_calls(context, incident, above)
    _tell_left(context, incident, above, current_people(above))
    return incident


def _tell_below(context: Context, incident: Incident, below: Escalation) -> Incident:
    escalation = incident.escalation(below.ladder) or below
    show_calls(context, incident, escalation)
    mine = escalation.rung_by and context.contract.person(escalation.rung_by).organisation
    had_it = [
        calls.acknowledged_by
        for calls in below.sides
        if calls.acknowledged_by and calls.side == (mine or calls.side)  # the peer is told apart
    ]
    worker = incident.assignee if incident.state is IncidentState.IN_PROGRESS else None
    heard = any(each.startswith("climbed ") and each.split()[-1] == worker for each in below.told)
    if worker and not heard and worker not in had_it and mine in (PROVIDER, ""):
        had_it.append(worker)  # they took it from below: once, for no call asks them anything
    if escalation.rung_by:
        _tell_left(context, incident, below, had_it)
        return incident
    why = escalation.rung_why
    news = {who: f"climbed {why} {who}" for who in had_it}
    anew = [who for who, what in news.items() if _is_news(escalation, what)]
    _tell_left(context, incident, below, anew)
    return with_escalation(incident, escalation.having_told(*news.values()))


def _is_news(escalation: Escalation, what: str) -> bool:
    """Tell whether to say something: each time at first, once of a ladder called anew (ESC-5)."""
    return not (escalation.anew and what in escalation.told)


def _tell_left(
    context: Context, incident: Incident, left: Escalation, people: Iterable[str]
) -> None:
    escalation = incident.escalation(left.ladder) or left
    reached = tuple(current_people(escalation))
    level = rung_of(context.contract, escalation).level
    climbed = Climbed(
        level=level,
        level_name=context.contract.echelon(level).name,
        why=escalation.rung_why,
        silent=escalation.rung_silent,
        by=escalation.rung_by,
        note=escalation.rung_note,
        reached=reached,
    )
    passed_over = (who for who in people if context.contract.knows(who))
    told = (who for who in passed_over if who not in {*reached, context.actor})
    context.notify(climbed, incident.id, *map(person, told))


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
        escalation,
        rung=escalation.rung + 1,
        rung_why=why,
        rung_by=by,
        rung_note=note,
        called=escalation.concerned,
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
        return call(context, incident, escalation, side, queue[0], due=due)
    nobody_reachable(context, incident, escalation, side)
    update_card(context, incident)
    return arm_call(context, with_escalation(incident, escalation), escalation, side, after=due)


def call(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    side: str,
    who: str,
    *,
    due: datetime,
) -> Incident:
    """Call somebody of a side, and arm the next call."""
    escalation = record_ping(context, incident, escalation, side, who, due=due)
    send_ping(context, incident, escalation, side)
    update_card(context, incident)
    return arm_call(context, with_escalation(incident, escalation), escalation, side, after=due)

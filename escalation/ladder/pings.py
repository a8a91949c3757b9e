"""Pings: calling the people of a rung, and how long their answer is awaited (Rules ESC-1, ESC-5).

These are the steps that `climbing` (time passing) and `handling` (people acting) are made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names.ladder import NextCall
from escalation.decision.beats import last_repeat, next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.covers import covered_by
from escalation.ladder.rung import (
    at_top,
    next_in_line,
    order_now,
    post,
    reachable,
    rung_of,
    with_side,
)
from escalation.messages.destinations import PROVIDER_ROOM, person
from escalation.messages.ladder import NobodyReachable
from escalation.messages.ladder import Ping as PingMessage
from escalation.messages.room_actions import ShowCalls
from escalation.records.escalation import Escalation, Ping
from escalation.records.incident import Incident


def record_ping(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    side: str,
    who: str,
    *,
    due: datetime,
    added: bool = False,
) -> Escalation:
    """Record a ping in the escalation and in the journal; `send_ping` makes it heard."""
    calls, rung = escalation.side(side), rung_of(context.contract, escalation)
    due = last_repeat(context, due, rung.acknowledge[incident.level])
    ping = Ping(
        person=who,
        at=context.now,
        number=1 + max((p.number for p in calls.pings if p.person == who), default=0),
        due=due if due != context.now else None,
        round=calls.round,
        added=added,
    )
    queue = order_now(context, incident, escalation, side)
    planned = tuple(dict.fromkeys((*calls.queue, *queue)))
    before = planned[: planned.index(who)] if who in planned else ()
    skipped = [each for each in before if not reachable(context, incident, each)]
    covered = covered_by(context.contract, post(context.contract, rung, side), who, context.duty_at)
    context.record(
        incident.id,
        LadderAction.PINGED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung.level,
        side=side,
        person=who,
        number=ping.number,
        skipped=skipped or None,
        covers_for=covered,
        late=context.late_seconds,
    )
    if covered and ping.number == 1:
        context.record(
            incident.id,
            LadderAction.ON_COVER,
            ladder=escalation.ladder,
            person=who,
            covers_for=[covered],
        )
    calls = replace(calls, queue=queue, pings=(*calls.pings, ping))
    return with_side(escalation, calls)


def send_ping(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    side: str,
    *,
    by: str = "",
    why: str = "",
) -> None:
    """Send the last ping of a side, to that one person, urgently.

    `by` and `why` are who has this very person called, and how; else how the rung was reached.
    """
    calls, other = escalation.side(side), escalation.other(side)
    rung, ping = rung_of(context.contract, escalation), calls.pings[-1]
    call = PingMessage(
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung.level,
        level_name=context.contract.echelon(rung.level).name,
        side=side,
        number=ping.number,
        called=ping.at,
        reason=escalation.reason,
        why=why or escalation.rung_why,
        silent=escalation.rung_silent,
        note=escalation.rung_note,
        by=by or escalation.rung_by,
        peer=(other.current if other else None) or "",
        late=context.late_seconds,
    )
    context.notify(call, incident.id, person(ping.person))
    if other is not None:
        # who holds the point over there reads whose counterpart they are now; who is only called
        # hears it with the next call
        _show(context, incident, [other.acknowledged_by] if other.acknowledged_by else [])


def show_calls(context: Context, incident: Incident, escalation: Escalation) -> None:
    """Have the newest copies of a call say who took it, what is left to do (ESC-6)."""
    _show(context, incident, escalation.concerned)


def _show(context: Context, incident: Incident, people: Iterable[str]) -> None:
    known = (each for each in people if context.contract.knows(each))
    context.notify(ShowCalls(asked=context.now), incident.id, *map(person, known))


def wait_after_call(
    context: Context, incident: Incident, escalation: Escalation, side: str
) -> Duration:
    """Work out how long to wait for an answer; at the end of the top rung's queue, to repeat it."""
    if _round_over(context, incident, escalation, side):
        return context.contract.escalation.repeat_at_top
    return rung_of(context.contract, escalation).acknowledge[incident.level]


def _round_over(context: Context, incident: Incident, escalation: Escalation, side: str) -> bool:
    return (
        at_top(context.contract, escalation)
        and next_in_line(context, incident, escalation, side) is None
    )


def arm_call(
    context: Context, incident: Incident, escalation: Escalation, side: str, *, after: datetime
) -> Incident:
    """Arm the side's next call, counted from when the plan called for the last one."""
    wait = wait_after_call(context, incident, escalation, side)
    due = next_repeat(context, after, wait)
    alarms = incident.alarms.set(NextCall(escalation.ladder, side), due, wait.clock)
    return replace(incident, alarms=alarms)


def nobody_reachable(
    context: Context,
    incident: Incident,
    escalation: Escalation,
    side: str,
    *,
    opens: datetime | None = None,
) -> None:
    """Say that a rung reaches nobody on one side, to whom the contract names for that case.

    While they are away, to who stands in for them; else to the provider's room. Until a supplier's
    hours begin, at `opens`, that is for whoever asked (Rule ESC-3).
    """
    rung = rung_of(context.contract, escalation)
    context.record(
        incident.id,
        LadderAction.UNREACHABLE,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung.level,
        side=side,
        opens=opens.isoformat() if opens else None,
    )
    named = filter(None, [context.contract.escalation.unreachable])
    there = availability.there(context.contract, named, context.now)
    told = next((each for each in there if reachable(context, incident, each)), None)
    message = NobodyReachable(
        ladder=escalation.ladder,
        level=rung.level,
        level_name=context.contract.echelon(rung.level).name,
        side=side,
        late=context.late_seconds,
        opens=opens,
    )
    to = person(told) if told else PROVIDER_ROOM
    asker = escalation.rung_by or escalation.started_by
    if opens and context.contract.knows(asker):
        to = person(asker)
    context.notify(message, incident.id, to)

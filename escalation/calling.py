"""Calling the people of a rung, and how long their answer is awaited (Rules ESC-1, ESC-5).

These are the steps that `ladder` (time passing) and `ladder_moves` (people acting) are made of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from escalation.durations import Clock, Duration
from escalation.effects import PROVIDER_ROOM, Topic, person
from escalation.incident import Incident
from escalation.rung import at_top, call_alarm, next_in_line, reachable, rung_of, with_side
from escalation.turn import Turn
from escalation.walk import Ping, Walk


def late_seconds(turn: Turn) -> int | None:
    """How late this is, where it is worth saying (Rule ESC-7)."""
    return int(turn.late.total_seconds()) if turn.late > timedelta(seconds=1) else None


def dial(turn: Turn, incident: Incident, walk: Walk, side: str, who: str, *, due: datetime,
         added: bool = False) -> Walk:  # fmt: skip
    """Note a call in the walk and in the journal; `announce` makes it heard."""
    pursuit = walk.side(side)
    ping = Ping(
        person=who,
        at=turn.now,
        number=1 + sum(each.person == who for each in pursuit.pings),
        due=due if due != turn.now else None,
        round=pursuit.round,
        added=added,
    )
    before = pursuit.queue[: pursuit.queue.index(who)] if who in pursuit.queue else ()
    skipped = [each for each in before if not reachable(turn, incident, each)]
    turn.record(
        incident.id,
        "ladder.pinged",
        ladder=walk.ladder,
        rung=walk.rung,
        level=rung_of(turn.contract, walk).level,
        side=side,
        person=who,
        number=ping.number,
        skipped=skipped or None,
        late=late_seconds(turn),
    )
    return with_side(walk, replace(pursuit, pings=(*pursuit.pings, ping)))


def announce(turn: Turn, incident: Incident, walk: Walk, side: str, *, by: str = "") -> None:
    """Make the last call of a side heard: by that one person, urgently."""
    pursuit, other = walk.side(side), walk.other(side)
    rung, ping = rung_of(turn.contract, walk), pursuit.pings[-1]
    turn.tell(
        Topic.PING,
        incident.id,
        person(ping.person),
        urgent=True,
        ladder=walk.ladder,
        rung=walk.rung,
        level=rung.level,
        level_name=turn.contract.echelon(rung.level).name,
        side=side,
        number=ping.number,
        reason=walk.reason,
        why=walk.rung_why,
        note=walk.rung_note or None,
        by=by or walk.rung_by or None,
        peer=other.current if other else None,
        late=late_seconds(turn),
    )


def wait_after_call(turn: Turn, incident: Incident, walk: Walk, side: str) -> Duration:
    """How long to wait for an answer; at the end of the top rung's queue, until it is repeated."""
    if _round_over(turn, incident, walk, side):
        return turn.contract.escalation.repeat_at_top
    return rung_of(turn.contract, walk).acknowledge[incident.level]


def _round_over(turn: Turn, incident: Incident, walk: Walk, side: str) -> bool:
    return at_top(turn.contract, walk) and next_in_line(turn, incident, walk.side(side)) is None


def arm_call(turn: Turn, incident: Incident, walk: Walk, side: str, *, after: datetime) -> Incident:
    """Arm the side's next call, counted from when the plan called for the last one."""
    wait = wait_after_call(turn, incident, walk, side)
    due = (
        next_repeat(turn, after, wait)
        if _round_over(turn, incident, walk, side)
        else turn.calendar.after(after, wait)
    )
    return replace(incident, alarms=incident.alarms.set(call_alarm(walk.ladder, side), due))


def next_repeat(turn: Turn, due: datetime, every: Duration) -> datetime:
    """The next beat after `due` that lies ahead: beats missed while down come as one (ESC-7)."""
    if every.clock is Clock.ROUND_THE_CLOCK:
        beat = timedelta(seconds=max(every.seconds, 1))
        return due + beat * max(1, (turn.now - due) // beat + 1)
    after = turn.calendar.after(due, every)
    while after <= turn.now:
        after = turn.calendar.after(after, every)
    return after


def nobody_reachable(turn: Turn, incident: Incident, walk: Walk, side: str) -> None:
    """Say that a rung reaches nobody on one side, to whom the contract names for that case."""
    rung = rung_of(turn.contract, walk)
    facts: dict[str, str | int] = {
        "ladder": walk.ladder,
        "rung": walk.rung,
        "level": rung.level,
        "side": side,
    }
    turn.record(incident.id, "ladder.unreachable", **facts)
    named = turn.contract.escalation.unreachable
    told = named and reachable(turn, incident, named)
    turn.tell(
        Topic.NOBODY_REACHABLE,
        incident.id,
        person(named) if named and told else PROVIDER_ROOM,
        urgent=True,
        level_name=turn.contract.echelon(rung.level).name,
        late=late_seconds(turn),
        **facts,
    )

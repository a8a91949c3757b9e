"""Planning a walk's alarms anew when its priority or its contract changes (Rule ESC-6)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions import JournalAction as A
from escalation.base.timer_names import NextCall, SettleBy, TimerName
from escalation.decision.turn import Turn
from escalation.ladder.calling import wait_after_call
from escalation.ladder.ending import end
from escalation.ladder.rung import rung_of, with_walk
from escalation.people.cards import show_card
from escalation.records.escalation import Walk
from escalation.records.incident import Incident


def replan(turn: Turn, incident: Incident) -> Incident:
    """Plan every walk's alarms anew after a change of priority or contract (Rule ESC-6).

    They count from the rung's start and the last call, so no time already run is lost; what the
    new plan puts in the past is due at once.
    """
    for walk in [each for each in incident.walks if each.active]:
        incident = _replanned(turn, incident, walk)
    return incident


def _replanned(turn: Turn, incident: Incident, walk: Walk) -> Incident:
    known = {each.id: each for each in turn.contract.ladders}
    if walk.ladder not in known:
        return end(turn, incident, walk, why="ladder_removed")
    walk = replace(walk, rung=min(walk.rung, len(known[walk.ladder].rungs) - 1))
    incident = with_walk(incident, walk)
    settling = walk.settling_since
    settle = rung_of(turn.contract, walk).settle[incident.level]
    # each timer: from when the plan counts, since when it has been running, and how long it waits
    waits: list[tuple[TimerName, datetime, datetime, Duration]] = [
        (SettleBy(walk.ladder), settling, settling, settle)
    ]
    for pursuit in walk.sides:
        if pursuit.acknowledged_by or not pursuit.queue or pursuit.last is None:
            continue
        wait = wait_after_call(turn, incident, walk, pursuit.side)
        name = NextCall(walk.ladder, pursuit.side)
        waits.append((name, pursuit.last.planned, pursuit.last.at, wait))
    changed = False
    for timer, start, since, wait in waits:
        armed = incident.alarms.get(timer)
        due = _put_off(turn, walk, since=since, due=turn.calendar.after(start, wait))
        at = max(due, turn.now)
        if armed is None or armed.due != at:
            incident = replace(incident, alarms=incident.alarms.set(timer, at, wait.clock))
            changed = True
    if changed:
        turn.record(incident.id, A.LADDER_REPLANNED, ladder=walk.ladder, priority=incident.level)
        show_card(turn, incident)
    return incident


def _put_off(turn: Turn, walk: Walk, *, since: datetime, due: datetime) -> datetime:
    """A due time as snoozed, where it was running when somebody snoozed."""
    if walk.snoozed_at is None or since > walk.snoozed_at:
        return due
    return turn.calendar.after(due, turn.contract.escalation.snooze)

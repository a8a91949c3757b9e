"""Planning an escalation's timers anew when its priority or its contract changes (Rule ESC-6)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.timer_names.ladder import NextCall, SettleBy
from escalation.base.timer_names.timer_name import TimerName
from escalation.decision.context import Context
from escalation.ladder.ending import end
from escalation.ladder.pings import wait_after_call
from escalation.ladder.rung import rung_of, with_escalation
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident


def replan(context: Context, incident: Incident) -> Incident:
    """Plan every escalation's timers anew after a change of priority or contract (Rule ESC-6).

    They count from the rung's start and the last call, so no time already run is lost; what the
    new plan puts in the past is due at once.
    """
    for escalation in [each for each in incident.walks if each.active]:
        incident = _replanned(context, incident, escalation)
    return incident


def _replanned(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    known = {each.id: each for each in context.contract.ladders}
    if escalation.ladder not in known:
        return end(context, incident, escalation, why="ladder_removed")
    escalation = replace(
        escalation, rung=min(escalation.rung, len(known[escalation.ladder].rungs) - 1)
    )
    incident = with_escalation(incident, escalation)
    settling = escalation.settling_since
    settle = rung_of(context.contract, escalation).settle[incident.level]
    # each timer: from when the plan counts, since when it has been running, and how long it waits
    waits: list[tuple[TimerName, datetime, datetime, Duration]] = [
        (SettleBy(escalation.ladder), settling, settling, settle)
    ]
    for calls in escalation.sides:
        if calls.acknowledged_by or not calls.queue or calls.last is None:
            continue
        wait = wait_after_call(context, incident, escalation, calls.side)
        name = NextCall(escalation.ladder, calls.side)
        waits.append((name, calls.last.planned, calls.last.at, wait))
    changed = False
    for timer, start, since, wait in waits:
        armed = incident.alarms.get(timer)
        due = _put_off(context, escalation, since=since, due=context.calendar.after(start, wait))
        at = max(due, context.now)
        if armed is None or armed.due != at:
            incident = replace(incident, alarms=incident.alarms.set(timer, at, wait.clock))
            changed = True
    if changed:
        context.record(
            incident.id, LadderAction.REPLANNED, ladder=escalation.ladder, priority=incident.level
        )
        update_card(context, incident)
    return incident


def _put_off(
    context: Context, escalation: Escalation, *, since: datetime, due: datetime
) -> datetime:
    """A due time as snoozed, where it was running when somebody snoozed."""
    if escalation.snoozed_at is None or since > escalation.snoozed_at:
        return due
    return context.calendar.after(due, context.contract.escalation.snooze)

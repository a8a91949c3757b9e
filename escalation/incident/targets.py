"""Targets: time to acknowledge and to restore, each on its clock (Rule INC-9).

A target is planned from the opening and the pauses, never from the present instant: raising the
priority, waiting or a restart cannot lose time already run. Its marks are the warnings, in per
cent of its length, and the breach at 100; each is a timer (`TargetMark`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from escalation.base import user_text
from escalation.base.durations import Clock, Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.base.timer_names.incident import KeepInformed, OnCallDue, TargetMark, Which
from escalation.base.timer_names.timer_name import Timer, TimerName
from escalation.contract import CLIENT, Trigger
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty.clock_accounts import calendar_of
from escalation.incident import waiting as waits
from escalation.ladder import automatic
from escalation.messages.incident import HowItStands, TargetMissed, TargetWarning
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import REPAIRED, Incident, Pause
from escalation.records.kinds import INCIDENT

BREACH = 100


def start(context: Context, incident: Incident) -> Incident:
    """Set both due times and arm their marks."""
    return replan(context, incident)


def replan(context: Context, incident: Incident) -> Incident:
    """Plan again under the present priority and contract; what was announced is not repeated.

    Of several marks already behind, only the furthest fires, and at once.
    """
    alarms = incident.alarms.clear_if(_is_mark)
    for which in _running(incident):
        marks = [
            (instant(context, incident, which, percent), percent)
            for percent in (*context.contract.incidents.warnings, BREACH)
            if _has(context, incident)
        ]
        for due, percent in marks:
            incident = _with_due(incident, which, due) if percent == BREACH else incident
            overtaken = any(later <= context.now and more > percent for later, more in marks)
            announced = _stamp(incident, which, percent) in incident.warned
            if not (overtaken or announced or incident.waiting):
                alarms = alarms.set(
                    TargetMark(which, percent),
                    max(due, context.now),
                    _length(context, incident, which).clock,
                )
    return replace(incident, alarms=alarms)


def judge_anew(context: Context, incident: Incident) -> Incident:
    """Judge the first word by the priority just found: it ran on a presumed one (Rule INC-18)."""
    missed = tuple(each for each in incident.missed if each != "acknowledge")
    incident = replace(incident, missed=missed, warned=())
    if incident.acknowledged_at is None or not _has(context, incident):
        return incident
    due = instant(context, incident, "acknowledge")
    late = ("acknowledge",) if due < incident.acknowledged_at else ()
    return replace(incident, acknowledge_due=due, missed=(*missed, *late))


def instant(context: Context, incident: Incident, which: Which, percent: int = BREACH) -> datetime:
    """Work out when so many per cent of a target have run, pauses so far taken off."""
    calendar, length = calendar_of(context.contract, incident), _length(context, incident, which)
    # Part of a working day, waited or run, is measured in coverage hours.
    clock = Clock.COVERAGE if length.clock is Clock.WORKING_DAYS else length.clock
    paused = sum(
        (calendar.elapsed(p.since, p.until or context.now, clock) for p in incident.pauses),
        timedelta(0),
    )
    unpaused = calendar.after(incident.clock_start, length)
    if percent >= BREACH:
        return calendar.after(unpaused, _lasting(paused, clock))
    running = calendar.elapsed(incident.clock_start, unpaused, clock)
    return calendar.after(incident.clock_start, _lasting(running * percent / 100 + paused, clock))


def acknowledged(context: Context, incident: Incident) -> Incident:
    """Somebody of the provider takes notice: the acknowledgement target is met, or was missed."""
    if incident.acknowledged_at is not None:
        return incident
    incident = _if_overdue(context, incident, "acknowledge")
    due = incident.acknowledge_due
    context.record(
        incident.id,
        IncidentAction.ACKNOWLEDGED,
        due=due.isoformat() if due else None,
        in_time="acknowledge" not in incident.missed,
    )
    return replace(
        incident,
        acknowledged_at=context.now,
        alarms=incident.alarms.clear(OnCallDue()).clear_if(
            lambda name: isinstance(name, TargetMark) and name.which == "acknowledge"
        ),
    )


def pause(context: Context, incident: Incident, *, waiting_for: str, reason: str) -> Incident:
    """Stop the clocks while waiting for the client or a supplier: who, when and why is kept."""
    allowed = [CLIENT, *(supplier.id for supplier in context.contract.suppliers)]
    if waiting_for not in allowed:
        raise BadValue("unknown_party", value=waiting_for, allowed=allowed)
    reason = user_text.required(reason)
    if incident.waiting:
        raise AlreadyDone("already_waiting", waiting_for=incident.waiting.waiting_for)
    incident = waits.begin(context, stop(context, acknowledged(context, incident)))
    begun = Pause(since=context.now, waiting_for=waiting_for, reason=reason, by=context.actor)
    context.record(incident.id, IncidentAction.PAUSED, waiting_for=waiting_for, reason=reason)
    return replace(incident, pauses=(*incident.pauses, begun))


def resume(context: Context, incident: Incident, *, note: str = "") -> Incident:
    """Let the clocks run again; the due times move by the time waited."""
    waiting = incident.waiting
    if waiting is None:
        if incident.pauses and (last := incident.pauses[-1]).ended_by and last.until:
            raise AlreadyDone("wait_over", by=last.ended_by, at=last.until.isoformat())
        raise NotNow("not_waiting", state=incident.state.value)
    ended = replace(waiting, until=context.now, ended_by=context.actor)
    incident = replace(waits.over(incident), pauses=(*incident.pauses[:-1], ended))
    incident = replan(context, incident)
    context.record(
        incident.id,
        IncidentAction.RESUMED,
        waiting_for=waiting.waiting_for,
        waited=int((context.now - waiting.since).total_seconds()),
        note=user_text.optional(note) or None,
        restore_due=incident.restore_due.isoformat() if incident.restore_due else None,
    )
    return incident


def stop(context: Context, incident: Incident) -> Incident:
    """Disarm the marks: the clocks stand still, or the incident is over."""
    for which in _running(incident):
        incident = _if_overdue(context, incident, which)
    return replace(incident, alarms=incident.alarms.clear_if(_is_mark))


def fire(context: Context, incident: Incident, timer: Timer[TargetMark]) -> Incident:
    """A mark is reached: warn, or note the breach; and escalate where the contract says so."""
    which, percent = timer.name.which, timer.name.percent
    last = max(context.contract.incidents.warnings, default=BREACH)
    risk_known = _stamp(incident, which, last) in incident.warned
    incident = replace(
        incident,
        alarms=incident.alarms.clear(timer.name),
        warned=(*incident.warned, _stamp(incident, which, percent)),
    )
    why = "target_missed" if percent >= BREACH else "target_at_risk"
    if percent >= last:
        incident = audience.inform_client(context, incident, why)
    if percent >= BREACH:
        incident = _miss(context, incident, which)
    else:
        _warn(context, incident, which, percent)
    if which == "restore" and percent >= last:
        incident = audience.notify_delay(context, incident, why)
    for trigger in _triggers(which, percent, last, risk_known=risk_known):
        incident = automatic.escalate_if(context, incident, trigger)
    return update_card(context, incident)


def inform_again(context: Context, incident: Incident, timer: Timer[KeepInformed]) -> Incident:
    """Tell whoever was told of a delay how it stands, until the service is back (Rule INC-14)."""
    if incident.state in INCIDENT.over | REPAIRED:
        return replace(incident, alarms=incident.alarms.clear(timer.name))
    audience.notify(context, incident, HowItStands(), audience.askers(context, incident))
    every = context.contract.incidents.inform_every
    again = next_repeat(context, timer.due, every)
    return replace(incident, alarms=incident.alarms.set(timer.name, again, every.clock))


def _warn(context: Context, incident: Incident, which: Which, percent: int) -> None:
    due = _due(incident, which)
    context.record(
        incident.id,
        IncidentAction.TARGET_WARNED,
        late=context.late_seconds,
        target=which,
        due=due.isoformat() if due else None,
        percent=percent,
    )
    warning = TargetWarning(target=which, percent=percent, due=due)
    people = audience.watchers(context, incident)
    if percent >= max(context.contract.incidents.warnings, default=BREACH):
        people += audience.service_level_list(context)
    audience.notify(context, incident, warning, people)


def _miss(context: Context, incident: Incident, which: Which) -> Incident:
    due = _due(incident, which)
    context.record(
        incident.id,
        IncidentAction.TARGET_MISSED,
        late=context.late_seconds,
        target=which,
        due=due.isoformat() if due else None,
    )
    missed = TargetMissed(target=which, due=due)
    people = (*audience.watchers(context, incident), *audience.service_level_list(context))
    audience.notify(context, incident, missed, people)
    return replace(incident, missed=tuple(dict.fromkeys((*incident.missed, which))))


def _if_overdue(context: Context, incident: Incident, which: Which) -> Incident:
    """Note a breach that somebody's step reaches before its timer fires."""
    due = _due(incident, which)
    stamp = _stamp(incident, which, BREACH)
    overdue = due is not None and due < context.now and incident.waiting is None
    if not overdue or stamp in incident.warned:
        return incident
    incident = audience.inform_client(context, incident, "target_missed")
    return _miss(context, replace(incident, warned=(*incident.warned, stamp)), which)


def _triggers(which: Which, percent: int, last: int, *, risk_known: bool) -> Iterator[Trigger]:
    """List what the mark may start (Rule ESC-4). A breach may overtake its last warning."""
    if which == "acknowledge":
        if percent >= BREACH:
            yield Trigger.ACKNOWLEDGEMENT_MISSED
        return
    if percent >= last and not risk_known:
        yield Trigger.TARGET_AT_RISK
    if percent >= BREACH:
        yield Trigger.TARGET_MISSED


def _running(incident: Incident) -> tuple[Which, ...]:
    if incident.state in INCIDENT.over | REPAIRED:
        return ()
    if incident.priority is None:  # until it is qualified, the first word alone is due
        return () if incident.acknowledged_at else ("acknowledge",)
    return ("restore",) if incident.acknowledged_at else ("acknowledge", "restore")


def _has(context: Context, incident: Incident) -> bool:
    return incident.level in context.contract.incidents.targets


def _length(context: Context, incident: Incident, which: Which) -> Duration:
    target = context.contract.incidents.targets[incident.level]
    return target.acknowledge if which == "acknowledge" else target.restore


def _lasting(time: timedelta, clock: Clock) -> Duration:
    """As a duration in whole seconds, rounded up: never early (Rule ESC-7)."""
    return Duration(seconds=math.ceil(time.total_seconds()), clock=clock)


def _with_due(incident: Incident, which: Which, due: datetime) -> Incident:
    if which == "acknowledge":
        return replace(incident, acknowledge_due=due)
    return replace(incident, restore_due=due)


def _due(incident: Incident, which: Which) -> datetime | None:
    return incident.acknowledge_due if which == "acknowledge" else incident.restore_due


def _stamp(incident: Incident, which: Which, percent: int) -> str:
    return f"{which}/{percent}@{incident.level}"


def _is_mark(name: TimerName) -> bool:
    return isinstance(name, TargetMark)

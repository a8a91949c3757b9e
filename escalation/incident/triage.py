"""The first look at an incident: the time to qualify, and whoever is on call (Rules INC-18, ESC-4).

Outside coverage hours, on call is told at once of what is grave or not qualified yet; of what was
opened before and taken by nobody, when coverage ends.
"""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.timer_names.incident import OnCallDue, QualifyBy
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, Trigger
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.ladder import automatic
from escalation.messages.incident import NotQualified, OnCallTold
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import REPAIRED, Incident
from escalation.records.kinds import INCIDENT

_BY, _DUE = QualifyBy(), OnCallDue()


def watch(context: Context, incident: Incident) -> Incident:
    """See that it is qualified in time, and that somebody on duty knows of it."""
    rules, calendar = context.contract.incidents, context.calendar
    alarms = incident.alarms.clear(_BY, _DUE)
    if incident.priority is None:
        by = calendar.after(incident.clock_start, rules.qualify_within)
        alarms = alarms.set(_BY, max(by, context.now), rules.qualify_within.clock)
    incident = replace(incident, alarms=alarms)
    return tell_on_call(context, _until_coverage_ends(context, incident))


def _until_coverage_ends(context: Context, incident: Incident) -> Incident:
    """Look again when coverage ends, by the hours of the moment (Rule ORG-10)."""
    closes = Calendar.of_duty(context.contract).closes(context.now)
    if closes is None or not _for_on_call(context, incident):
        return incident
    return replace(incident, alarms=incident.alarms.set(_DUE, closes))


def tell_on_call(
    context: Context, incident: Incident, _: Timer[OnCallDue] | None = None
) -> Incident:
    """Tell whoever is on call, once; not who is called already, or opened it (Rule INC-18)."""
    incident = replace(incident, alarms=incident.alarms.clear(_DUE)) if _ else incident
    if not _for_on_call(context, incident):
        return incident
    if Calendar.of_duty(context.contract).covered(context.now):
        return _until_coverage_ends(context, incident)
    first = min(context.contract.echelons, key=lambda echelon: echelon.level)
    queue = availability.queue(context.contract, context.calendar, first.provider, context.now)
    knows = {incident.opened_by, context.actor, *incident.on_call_told, *_called(incident)}
    if not queue or queue[0] in knows:
        return incident
    context.record(incident.id, IncidentAction.ON_CALL_TOLD, person=queue[0])
    audience.notify(context, incident, OnCallTold(), [queue[0]])
    return replace(incident, on_call_told=(*incident.on_call_told, queue[0]))


def not_qualified(context: Context, incident: Incident, timer: Timer[QualifyBy]) -> Incident:
    """The time to qualify is over: it is said, again and again, and may escalate (Rule ESC-4)."""
    if incident.priority is not None or _over(incident):
        return replace(incident, alarms=incident.alarms.clear(_BY))
    every = context.contract.incidents.qualify_within
    context.record(incident.id, IncidentAction.NOT_QUALIFIED, late=context.late_seconds)
    watchers = audience.watchers(context, incident)
    audience.notify(context, incident, NotQualified(), watchers)
    again = next_repeat(context, timer.due, every)
    incident = replace(incident, alarms=incident.alarms.set(_BY, again, every.clock))
    return update_card(context, automatic.escalate_if(context, incident, Trigger.NOT_QUALIFIED))


def _over(incident: Incident) -> bool:
    return incident.state in INCIDENT.over | REPAIRED


def _for_on_call(context: Context, incident: Incident) -> bool:
    """Tell whether it is grave enough, or not qualified, and nobody has taken it."""
    if _over(incident) or incident.acknowledged_at or incident.waiting:
        return False
    return incident.priority is None or (incident.level in context.contract.incidents.on_call_told)


def _called(incident: Incident) -> set[str]:
    """List who is called for it, on the provider's side."""
    sides = [calls for each in incident.walks if each.active for calls in each.sides]
    return {ping.person for calls in sides if calls.side == PROVIDER for ping in calls.pings}

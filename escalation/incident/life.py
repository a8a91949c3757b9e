"""The life of an incident, step by step (Rule INC-4). Each step has an actor, a time and a note.

    opened ─► qualified ─► assigned ─► in progress ─► resolved ─► verified ─► closed
       └──────────┴───────────┴─────────────┴─► cancelled, merged
                      in progress ◄── reopened from resolved, verified or closed

Opening and qualifying stand in `escalation.incident.opening`, verifying and closing in
`escalation.incident.verification`.
"""

from __future__ import annotations

from collections.abc import Collection

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.base.timer_names.incident import CauseDue, KeepInformed
from escalation.contract import CLIENT, PROVIDER, Trigger
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.incident import alerting, lowering, priority, targets, verification
from escalation.incident import waiting as waits
from escalation.incident.cause import said
from escalation.ladder import automatic, climbing, standing, taking
from escalation.messages.incident import (
    GroupInformed,
    IncidentAssigned,
    IncidentNews,
)
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import REPAIRED, Incident, IncidentState, Pause
from escalation.records.kinds import INCIDENT

S = IncidentState
UNDER_WAY = (S.OPENED, S.QUALIFIED, S.ASSIGNED, S.IN_PROGRESS)


def in_state(incident: Incident, allowed: Collection[IncidentState]) -> None:
    """Refuse a step that the incident's state does not permit."""
    if incident.state not in allowed:
        raise NotNow(
            "wrong_state", state=incident.state.value, allowed=[state.value for state in allowed]
        )


def take(context: Context, incident: Incident) -> Incident:
    """The caller takes the incident, and work begins; no escalation calls them for it (ESC-5).

    Whoever is not of the provider takes what an escalation awaits of their own side.
    """
    in_state(incident, UNDER_WAY)
    if context.contract.person(context.actor).organisation != PROVIDER:
        mine = standing.active_escalation(context, incident, None)
        return taking.acknowledge(context, incident, mine, rung=None)
    called, incident = incident, taking.take(context, incident)
    if incident.state is S.IN_PROGRESS and incident.assignee is not None:
        if incident is called:
            if incident.assignee == context.actor:
                raise AlreadyDone("already_yours")
            raise AlreadyDone("already_taken", by=incident.assignee)
        return targets.acknowledged(context, incident)
    before = incident.assignee
    incident = replace(incident, state=S.IN_PROGRESS, assignee=context.actor, taken_at=context.now)
    context.record(incident.id, IncidentAction.TAKEN, before=before)
    incident = targets.acknowledged(context, incident)
    taken = IncidentNews(action=IncidentAction.TAKEN, by=context.actor)
    audience.notify_news(context, incident, taken, before)
    return update_card(context, incident)


def assign(context: Context, incident: Incident, person: str) -> Incident:
    """Give the incident to somebody of the provider. To give it to oneself is to take it."""
    in_state(incident, UNDER_WAY)
    if not context.contract.knows(person):
        raise NotFound("unknown_person", person=person)
    if context.contract.person(person).organisation != PROVIDER:
        raise BadValue("not_of_provider", person=person)
    if person == incident.assignee:
        raise AlreadyDone("already_assigned", person=person)
    if not availability.present(context.contract, person, context.now):
        stand_in = availability.stand_in(context.contract, person, context.now)
        raise NotNow("person_absent", person=person, stand_in=stand_in)
    before = incident.assignee
    if person == context.actor:
        return take(context, replace(incident, state=S.ASSIGNED))
    incident = replace(incident, state=S.ASSIGNED, assignee=person)
    context.record(incident.id, IncidentAction.ASSIGNED, person=person, before=before)
    audience.notify(context, incident, IncidentAssigned(by=context.actor), [person])
    if before != context.actor:
        given = IncidentNews(action=IncidentAction.ASSIGNED, by=context.actor, person=person)
        audience.notify(context, incident, given, [before])
    return update_card(context, incident)


def bring_in(context: Context, incident: Incident, group_id: str) -> Incident:
    """A support group takes part: informed, recorded; the lead stays where it is (Rule ORG-4)."""
    in_state(incident, UNDER_WAY)
    known = [group.id for group in context.contract.groups]
    if group_id not in known:
        raise NotFound("unknown_group", group=group_id, known=known)
    group = context.contract.group(group_id)
    if group.organisation == CLIENT:
        incident = audience.inform_client(context, incident, "group_of_client")
    out_of_hours = not context.calendar.active(group, context.now)
    incident = replace(incident, groups=tuple(dict.fromkeys((*incident.groups, group_id))))
    context.record(
        incident.id,
        IncidentAction.GROUP_INFORMED,
        group=group_id,
        organisation=group.organisation,
        members=list(group.members),
        contact=group.contact or None,
        out_of_hours=out_of_hours,
    )
    informed = GroupInformed(group=group_id, by=context.actor, out_of_hours=out_of_hours)
    members = audience.with_stand_ins(context, group.members)
    audience.notify(context, incident, informed, members)
    return update_card(context, incident)


def note(context: Context, incident: Incident, text: str) -> Incident:
    """A note in the timeline, and the support group its writer is of (Rules INC-10, ORG-4)."""
    text = user_text.required(text, "note_missing")
    taking_part = [g for g in context.contract.groups if g.id in incident.groups]
    group = next(
        (g.id for g in taking_part if context.actor in audience.with_stand_ins(context, g.members)),
        None,
    )
    context.record(incident.id, IncidentAction.NOTED, text=text, group=group)
    return update_card(context, incident)


def wait(context: Context, incident: Incident, waiting_for: str, reason: str) -> Incident:
    """The clocks stop while waiting for the client or a supplier (Rule INC-9)."""
    in_state(incident, UNDER_WAY)
    incident = targets.pause(context, incident, waiting_for=waiting_for, reason=reason)
    if waiting_for == CLIENT:
        incident = audience.inform_client(context, incident, "waiting_for_client")
    waits.tell_begun(context, incident)
    return update_card(context, incident)


def resume(context: Context, incident: Incident, text: str = "") -> Incident:
    """The clocks run again: it came, or is not waited for any more (Rule INC-9)."""
    in_state(incident, UNDER_WAY)
    waited, incident = incident.waiting, targets.resume(context, incident, note=text)
    if waited is not None:
        waits.tell_over(context, incident, waited, user_text.optional(text))
    return update_card(context, incident)


def resolve(
    context: Context,
    incident: Incident,
    *,
    cause_gone: bool | None,
    cure: str = "",
    cause: str = "",
) -> Incident:
    """The service is back; the requester is asked to verify (Rules INC-4, INC-5, INC-11)."""
    if incident.state in REPAIRED:
        raise AlreadyDone("already_resolved", by=incident.resolved_by)
    in_state(incident, UNDER_WAY)
    if incident.priority is None:
        raise NotNow("not_qualified", state=incident.state.value)
    incident = targets.acknowledged(context, incident)
    if incident.waiting:
        incident = targets.resume(context, incident)
    incident = targets.stop(context, incident)
    incident = replace(
        lowering.settled(incident),
        state=S.RESOLVED,
        assignee=incident.assignee or context.actor,
        resolved_at=context.now,
        resolved_by=context.actor,
        cause_gone=cause_gone,
        cause=user_text.optional(cause),
        cure=user_text.optional(cure),
    )
    context.record(
        incident.id,
        IncidentAction.RESOLVED,
        cause_gone=cause_gone,
        cause=incident.cause or None,
        cure=incident.cure or None,
        restore_due=incident.restore_due.isoformat() if incident.restore_due else None,
        in_time="restore" not in incident.missed,
    )
    incident = climbing.stop(context, said(context, incident), "resolved")
    incident = replace(incident, alarms=incident.alarms.clear(KeepInformed()))
    return update_card(context, verification.ask(context, incident))


def reopen(context: Context, incident: Incident, reason: str = "") -> Incident:
    """The service does not work after all: work goes on, and the targets run again.

    The time since the resolution was spent waiting for the client's verification: the clocks
    stood still (Rule INC-9).
    """
    in_state(incident, [state for state in S if state in REPAIRED])
    reason, since = user_text.optional(reason), incident.resolved_at or context.now
    verifying = Pause(
        since=since,
        until=context.now,
        waiting_for=CLIENT,
        reason="verification",
        by=incident.resolved_by or context.actor,
    )
    incident = replace(
        incident,
        state=S.IN_PROGRESS,
        reopened=incident.reopened + 1,
        resolved_at=None,
        resolved_by=None,
        verified_at=None,
        closed_at=None,
        cause_gone=None,
        cause_confirmed_by=None,
        lowering=None,
        chased=0,
        pauses=(*incident.pauses, verifying),
        alarms=verification.unwatched(incident).alarms.clear(CauseDue()),
    )
    context.record(
        incident.id, IncidentAction.REOPENED, reason=reason or None, times=incident.reopened
    )
    incident = targets.replan(context, incident)
    reopened = IncidentNews(action=IncidentAction.REOPENED, by=context.actor, reason=reason)
    audience.notify_news(
        context, incident, reopened, incident.assignee, *audience.in_hand(context, incident)
    )
    if incident.delay_told:
        incident = audience.keep_informed(context, incident)
    incident = alerting.alert(context, incident, "reopened")
    if incident.reopened >= context.contract.escalation.reopened_times:
        incident = automatic.escalate_if(context, incident, Trigger.REOPENED)
    return update_card(context, incident)


def replan(context: Context, incident: Incident, reason: str) -> Incident:
    """Move to the contract now in force, which the context holds (design, decision 7)."""
    if incident.contract_version == context.contract.version:
        raise AlreadyDone("already_current", version=context.contract.version)
    in_state(incident, [state for state in S if state not in INCIDENT.over])
    reason = user_text.required(reason)
    before, was = incident.contract_version, incident.priority
    incident = replace(
        incident,
        contract_version=context.contract.version,
        priority=priority.of_contract(context.contract, was) if was else None,
        presumed=context.contract.incidents.unqualified_as,
    )
    if was and incident.level != was.level:
        context.record(
            incident.id,
            IncidentAction.PRIORITY_CHANGED,
            priority=incident.level,
            before=was.level,
            reason=reason,
        )
    incident = climbing.replan(context, targets.replan(context, incident))
    context.record(
        incident.id,
        IncidentAction.REPLANNED,
        reason=reason,
        before=before,
        version=context.contract.version,
        restore_due=incident.restore_due.isoformat() if incident.restore_due else None,
    )
    return update_card(context, incident)


def foresee_delay(context: Context, incident: Incident, reason: str) -> Incident:
    """It appears, before any warning, that restoration will be late (Rule INC-6)."""
    in_state(incident, UNDER_WAY)
    reason = user_text.required(reason)
    if incident.restore_due is None:
        raise NotNow("no_target", state=incident.state.value)
    if incident.delay_told == incident.restore_due:
        raise AlreadyDone("delay_already_told", due=incident.restore_due.isoformat())
    incident = audience.inform_client(context, incident, "delay_foreseen")
    return update_card(context, audience.notify_delay(context, incident, "foreseen", reason=reason))

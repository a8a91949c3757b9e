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
from escalation.base.journal_actions import JournalAction as A
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.contract import CLIENT, PROVIDER, Role, Trigger
from escalation.decision.turn import Turn
from escalation.duty import availability
from escalation.incident import targets, verification
from escalation.ladder import automatic, climbing
from escalation.messages.incident import (
    GroupInformed,
    IncidentAssigned,
    IncidentNews,
    ProblemProposed,
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


def take(turn: Turn, incident: Incident) -> Incident:
    """The caller takes the incident, and work begins."""
    if incident.state is S.IN_PROGRESS and incident.assignee is not None:
        raise AlreadyDone("already_taken", by=incident.assignee)
    in_state(incident, UNDER_WAY)
    before = incident.assignee
    incident = replace(incident, state=S.IN_PROGRESS, assignee=turn.actor)
    turn.record(incident.id, A.INCIDENT_TAKEN, before=before)
    incident = targets.acknowledged(turn, incident)
    taken = IncidentNews(action=A.INCIDENT_TAKEN, by=turn.actor)
    audience.notify_news(turn, incident, taken, before)
    return update_card(turn, incident)


def assign(turn: Turn, incident: Incident, person: str) -> Incident:
    """Give the incident to somebody of the provider. To give it to oneself is to take it."""
    in_state(incident, UNDER_WAY)
    if not turn.contract.knows(person):
        raise NotFound("unknown_person", person=person)
    if turn.contract.person(person).organisation != PROVIDER:
        raise BadValue("not_of_provider", person=person)
    if person == incident.assignee:
        raise AlreadyDone("already_assigned", person=person)
    if not availability.present(turn.contract, person, turn.now):
        stand_in = availability.stand_in(turn.contract, person, turn.now)
        raise NotNow("person_absent", person=person, stand_in=stand_in)
    before = incident.assignee
    if person == turn.actor:
        return take(turn, replace(incident, state=S.ASSIGNED))
    incident = replace(incident, state=S.ASSIGNED, assignee=person)
    turn.record(incident.id, A.INCIDENT_ASSIGNED, person=person, before=before)
    audience.tell(turn, incident, IncidentAssigned(by=turn.actor), [person])
    if before != turn.actor:
        given = IncidentNews(action=A.INCIDENT_ASSIGNED, by=turn.actor, person=person)
        audience.tell(turn, incident, given, [before])
    return update_card(turn, incident)


def bring_in(turn: Turn, incident: Incident, group_id: str) -> Incident:
    """A support group takes part: informed, recorded; the lead stays where it is (Rule ORG-4)."""
    in_state(incident, UNDER_WAY)
    known = [group.id for group in turn.contract.groups]
    if group_id not in known:
        raise NotFound("unknown_group", group=group_id, known=known)
    group = turn.contract.group(group_id)
    if group.organisation == CLIENT:
        incident = audience.inform_client(turn, incident, "group_of_client")
    out_of_hours = not turn.calendar.active(group, turn.now)
    incident = replace(incident, groups=tuple(dict.fromkeys((*incident.groups, group_id))))
    turn.record(
        incident.id,
        A.INCIDENT_GROUP_INFORMED,
        group=group_id,
        organisation=group.organisation,
        members=list(group.members),
        contact=group.contact or None,
        out_of_hours=out_of_hours,
    )
    informed = GroupInformed(group=group_id, by=turn.actor, out_of_hours=out_of_hours)
    audience.tell(turn, incident, informed, group.members)
    return update_card(turn, incident)


def note(turn: Turn, incident: Incident, text: str) -> Incident:
    """A note in the timeline, and the support group its writer is of (Rules INC-10, ORG-4)."""
    text = user_text.required(text, "note_missing")
    taking_part = [g for g in turn.contract.groups if g.id in incident.groups]
    group = next((g.id for g in taking_part if turn.actor in g.members), None)
    turn.record(incident.id, A.INCIDENT_NOTED, text=text, group=group)
    return update_card(turn, incident)


def wait(turn: Turn, incident: Incident, waiting_for: str, reason: str) -> Incident:
    """The clocks stop while waiting for the client or a supplier (Rule INC-9)."""
    in_state(incident, UNDER_WAY)
    incident = targets.pause(turn, incident, waiting_for=waiting_for, reason=reason)
    if waiting_for == CLIENT:
        incident = audience.inform_client(turn, incident, "waiting_for_client")
    paused = IncidentNews(
        action=A.INCIDENT_PAUSED,
        by=turn.actor,
        waiting_for=waiting_for,
        reason=reason.strip(),
    )
    audience.notify_news(turn, incident, paused)
    return update_card(turn, incident)


def resume(turn: Turn, incident: Incident, text: str = "") -> Incident:
    """The clocks run again (Rule INC-9)."""
    in_state(incident, UNDER_WAY)
    return update_card(turn, targets.resume(turn, incident, note=text))


def resolve(
    turn: Turn, incident: Incident, *, cause_gone: bool, cure: str = "", cause: str = ""
) -> Incident:
    """The service is back; the requester is asked to verify (Rules INC-4, INC-5, INC-11)."""
    if incident.state in REPAIRED:
        raise AlreadyDone("already_resolved", by=incident.resolved_by)
    in_state(incident, UNDER_WAY)
    if incident.priority is None:
        raise NotNow("not_qualified", state=incident.state.value)
    incident = targets.acknowledged(turn, incident)
    if incident.waiting:
        incident = targets.resume(turn, incident)
    incident = targets.stop(turn, incident)
    incident = replace(
        incident,
        state=S.RESOLVED,
        assignee=incident.assignee or turn.actor,
        resolved_at=turn.now,
        resolved_by=turn.actor,
        cause_gone=cause_gone,
        cause=user_text.optional(cause),
        cure=user_text.optional(cure),
    )
    turn.record(
        incident.id,
        A.INCIDENT_RESOLVED,
        cause_gone=cause_gone,
        cause=incident.cause or None,
        cure=incident.cure or None,
        restore_due=incident.restore_due.isoformat() if incident.restore_due else None,
        in_time="restore" not in incident.missed,
    )
    if not cause_gone:
        _propose_problem(turn, incident)
    incident = climbing.stop(turn, incident, "resolved")
    return update_card(turn, verification.ask(turn, incident))


def _propose_problem(turn: Turn, incident: Incident) -> None:
    """The cause remains: a problem should be opened (Rule INC-11)."""
    managers = [p.id for p in turn.contract.holders(Role.PROBLEM_MANAGER, PROVIDER)]
    people = managers or audience.incident_managers(turn.contract)
    turn.record(incident.id, A.INCIDENT_PROBLEM_PROPOSED, people=list(people))
    audience.tell(turn, incident, ProblemProposed(by=turn.actor), people)


def reopen(turn: Turn, incident: Incident, reason: str = "") -> Incident:
    """The service does not work after all: work goes on, and the targets run again.

    The time since the resolution was spent waiting for the client's verification: the clocks
    stood still (Rule INC-9).
    """
    in_state(incident, [state for state in S if state in REPAIRED])
    reason, since = user_text.optional(reason), incident.resolved_at or turn.now
    verifying = Pause(
        since=since,
        until=turn.now,
        waiting_for=CLIENT,
        reason="verification",
        by=incident.resolved_by or turn.actor,
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
        chased=0,
        pauses=(*incident.pauses, verifying),
        alarms=incident.alarms.clear(verification.CHASE, verification.SILENCE),
    )
    turn.record(incident.id, A.INCIDENT_REOPENED, reason=reason or None, times=incident.reopened)
    incident = targets.replan(turn, incident)
    reopened = IncidentNews(action=A.INCIDENT_REOPENED, by=turn.actor, reason=reason)
    audience.notify_news(turn, incident, reopened, incident.assignee or audience.duty_manager(turn))
    if incident.reopened >= turn.contract.escalation.reopened_times:
        incident = automatic.escalate_if(turn, incident, Trigger.REOPENED)
    return update_card(turn, incident)


def replan(turn: Turn, incident: Incident, reason: str) -> Incident:
    """Move to the contract now in force, which the turn holds (design, decision 7)."""
    if incident.contract_version == turn.contract.version:
        raise AlreadyDone("already_current", version=turn.contract.version)
    in_state(incident, [state for state in S if state not in INCIDENT.over])
    reason = user_text.required(reason)
    before = incident.contract_version
    incident = replace(incident, contract_version=turn.contract.version)
    incident = climbing.replan(turn, targets.replan(turn, incident))
    turn.record(
        incident.id,
        A.INCIDENT_REPLANNED,
        reason=reason,
        before=before,
        version=turn.contract.version,
        restore_due=incident.restore_due.isoformat() if incident.restore_due else None,
    )
    return update_card(turn, incident)


def foresee_delay(turn: Turn, incident: Incident, reason: str) -> Incident:
    """It appears, before any warning, that restoration will be late (Rule INC-6)."""
    in_state(incident, UNDER_WAY)
    reason = user_text.required(reason)
    if incident.restore_due is None:
        raise NotNow("no_target", state=incident.state.value)
    if incident.delay_told == incident.restore_due:
        raise AlreadyDone("delay_already_told", due=incident.restore_due.isoformat())
    incident = audience.inform_client(turn, incident, "delay_foreseen")
    return update_card(turn, audience.notify_delay(turn, incident, "foreseen", reason=reason))

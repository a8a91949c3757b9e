"""Leaving an incident's life before its end: a duplicate is merged, a mistake cancelled (INC-4)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions import JournalAction as A
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.decision.turn import Turn
from escalation.incident import targets
from escalation.incident.life import UNDER_WAY, in_state
from escalation.ladder import climbing
from escalation.messages.incident import IncidentNews
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT


def merge(turn: Turn, incident: Incident, original: Incident) -> tuple[Incident, Incident]:
    """This incident duplicates another: it points at its original, which notes it."""
    if incident.state is IncidentState.MERGED:
        raise AlreadyDone("already_merged", into=incident.merged_into)
    in_state(incident, UNDER_WAY)
    if incident.id == original.id:
        raise BadValue("merged_into_itself", incident=incident.id)
    if original.state in INCIDENT.over:
        raise NotNow("original_over", incident=original.id, state=original.state.value)
    incident = _end(turn, incident, IncidentState.MERGED)
    incident = replace(incident, merged_into=original.id)
    turn.record(incident.id, A.INCIDENT_MERGED, into=original.id)
    turn.record(
        original.id,
        A.INCIDENT_DUPLICATE_MERGED,
        duplicate=incident.id,
        ticket=incident.ticket or None,
        requester=incident.requester,
    )
    if incident.client_informed:
        original = audience.inform_client(turn, original, "duplicate_of_client")
    merged = IncidentNews(action=A.INCIDENT_MERGED, by=turn.actor, into=original.id)
    audience.notify_news(turn, incident, merged, incident.assignee)
    return update_card(turn, incident), update_card(turn, original)


def cancel(turn: Turn, incident: Incident, reason: str) -> Incident:
    """There is no incident after all."""
    if incident.state is IncidentState.CANCELLED:
        raise AlreadyDone("already_cancelled")
    in_state(incident, UNDER_WAY)
    reason = user_text.required(reason)
    incident = _end(turn, incident, IncidentState.CANCELLED)
    turn.record(incident.id, A.INCIDENT_CANCELLED, reason=reason)
    cancelled = IncidentNews(action=A.INCIDENT_CANCELLED, by=turn.actor, reason=reason)
    audience.notify_news(turn, incident, cancelled, incident.assignee)
    return update_card(turn, incident)


def _end(turn: Turn, incident: Incident, state: IncidentState) -> Incident:
    """Stop every clock and escalation of an incident that leaves its life."""
    if incident.waiting:
        incident = targets.resume(turn, incident)
    incident = climbing.stop(turn, targets.stop(turn, incident), state.value)
    return replace(incident, state=state, closed_at=turn.now)

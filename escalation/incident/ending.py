"""Leaving an incident's life before its end: a duplicate is merged, a mistake cancelled (INC-4)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.decision.context import Context
from escalation.incident import targets
from escalation.incident.life import UNDER_WAY, in_state
from escalation.ladder import climbing
from escalation.messages.incident import IncidentNews
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT


def merge(context: Context, incident: Incident, original: Incident) -> tuple[Incident, Incident]:
    """This incident duplicates another: it points at its original, which notes it."""
    if incident.state is IncidentState.MERGED:
        raise AlreadyDone("already_merged", into=incident.merged_into)
    in_state(incident, UNDER_WAY)
    if incident.id == original.id:
        raise BadValue("merged_into_itself", incident=incident.id)
    if original.state in INCIDENT.over:
        raise NotNow("original_over", incident=original.id, state=original.state.value)
    incident = _end(context, incident, IncidentState.MERGED)
    incident = replace(incident, merged_into=original.id)
    context.record(incident.id, IncidentAction.MERGED, into=original.id)
    context.record(
        original.id,
        IncidentAction.DUPLICATE_MERGED,
        duplicate=incident.id,
        ticket=incident.ticket or None,
        requester=incident.requester,
    )
    if incident.client_informed:
        original = audience.inform_client(context, original, "duplicate_of_client")
    merged = IncidentNews(action=IncidentAction.MERGED, by=context.actor, into=original.id)
    audience.notify_news(context, incident, merged, incident.assignee)
    return update_card(context, incident), update_card(context, original)


def cancel(context: Context, incident: Incident, reason: str) -> Incident:
    """There is no incident after all."""
    if incident.state is IncidentState.CANCELLED:
        raise AlreadyDone("already_cancelled")
    in_state(incident, UNDER_WAY)
    reason = user_text.required(reason)
    incident = _end(context, incident, IncidentState.CANCELLED)
    context.record(incident.id, IncidentAction.CANCELLED, reason=reason)
    cancelled = IncidentNews(action=IncidentAction.CANCELLED, by=context.actor, reason=reason)
    audience.notify_news(context, incident, cancelled, incident.assignee)
    return update_card(context, incident)


def _end(context: Context, incident: Incident, state: IncidentState) -> Incident:
    """Stop every clock and escalation of an incident that leaves its life."""
    if incident.waiting:
        incident = targets.resume(context, incident)
    incident = climbing.stop(context, targets.stop(context, incident), state.value)
    return replace(incident, state=state, closed_at=context.now)

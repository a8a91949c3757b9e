"""A report asked for by a delivery manager of either firm, on any incident (Rule REP-2)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone
from escalation.decision.context import Context
from escalation.messages.report import ReportAsked
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT


def ask_report(context: Context, incident: Incident, reason: str) -> Incident:
    """Ask for a report: it is drafted when the incident is over, at once where it is (REP-2)."""
    if incident.state is IncidentState.MERGED:
        raise AlreadyDone("already_merged", into=incident.merged_into)
    if incident.report:
        raise AlreadyDone("report_exists", id=incident.report, incident=incident.id)
    if incident.report_asked_by:
        raise AlreadyDone("report_asked", incident=incident.id, by=incident.report_asked_by)
    reason = user_text.required(reason)
    context.record(incident.id, IncidentAction.REPORT_ASKED, reason=reason)
    incident = replace(incident, report_asked_by=context.actor, report_asked_for=reason)
    if incident.state not in INCIDENT.over:
        asked = ReportAsked(by=context.actor, reason=reason)
        people = audience.in_hand(context, incident)
        audience.notify(context, incident, asked, [p for p in people if p != context.actor])
    return update_card(context, incident)

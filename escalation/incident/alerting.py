"""Raising the alarm of a priority 1 (Rules INC-8, ESC-4)."""

from __future__ import annotations

from escalation.base.journal_actions.incident import IncidentAction
from escalation.contract import Trigger
from escalation.decision.context import Context
from escalation.ladder import automatic
from escalation.messages.incident import Priority1Notice
from escalation.people import audience
from escalation.records.incident import Incident


def alert(context: Context, incident: Incident, why: str = "") -> Incident:
    """Tell the client and the list of a priority 1, and start the escalation (Rule INC-8).

    `why` is "raised" or "reopened" where it is not newly opened.
    """
    if incident.priority is None or incident.level != 1:
        return incident
    incident = audience.inform_client(context, incident, "priority_1")
    people = audience.priority_1_list(context)
    context.record(
        incident.id, IncidentAction.LIST_NOTIFIED, people=list(people), priority=1, why=why or None
    )
    audience.notify(context, incident, Priority1Notice(why=why), people)
    return automatic.escalate_if(context, incident, Trigger.PRIORITY_1_OPENED)

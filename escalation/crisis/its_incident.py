"""Follow the incident that a cell is about, as the cell sees it (Rules CRI-4, INC-8)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.crisis import presence, request, sides
from escalation.decision.context import Context
from escalation.messages.crisis import CrisisNews, IncidentOver
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT


def follow(context: Context, crisis: Crisis, before: Incident, incident: Incident) -> Crisis:
    """The incident changed: the cell's card shows it.

    Once it is over, nobody is called to the cell any more; those who lead decide when it closes.
    A request that nobody has answered yet lapses.
    """
    over = incident.state in INCIDENT.over
    crisis = _agreed_before(context, crisis, before, incident)
    if crisis.state is CrisisState.ASKED:
        return request.lapse(context, crisis) if over else crisis
    if _shown(before) != _shown(incident):
        sides.show(context, crisis)
    if over == crisis.incident_over:
        return crisis
    crisis = presence.watch(context, replace(crisis, incident_over=over))
    action = CrisisAction.INCIDENT_OVER if over else CrisisAction.INCIDENT_BACK
    sides.note(context, crisis, action, incident=incident.id, state=incident.state.value)
    if over:  # whoever ends it learns that the cell still meets
        people = [*crisis.leads.values(), context.actor]
        sides.notify(context, crisis, IncidentOver(state=incident.state.value), people)
    return crisis


def move(context: Context, crisis: Crisis, incident: Incident) -> Crisis:
    """The cell's incident was merged, or is itself again: from now on it is about this one."""
    crisis = replace(crisis, incident=incident.id)
    sides.note_both(context, crisis, CrisisAction.MOVED)
    sides.show(context, crisis)
    return crisis


def _agreed_before(
    context: Context, crisis: Crisis, before: Incident, incident: Incident
) -> Crisis:
    """Void an agreement to close from before it was a priority 1, or came back (CRI-9)."""
    graver = incident.level == 1 and before.level != 1
    undone = crisis.incident_over and incident.state not in INCIDENT.over
    back = undone or incident.reopened > before.reopened
    if not crisis.closing or not (graver or back):
        return crisis
    sides.note(context, crisis, CrisisAction.CLOSING_VOID, sides=list(crisis.closing))
    people = [crisis.leads[side] for side in crisis.closing]
    crisis = replace(crisis, closing=())
    sides.show(context, crisis)
    news = CrisisNews(action=CrisisAction.CLOSING_VOID, by=context.actor)
    sides.post(context, crisis, news)
    sides.notify(context, crisis, news, people)
    return crisis


def _shown(incident: Incident) -> tuple[object, ...]:
    """List what the cell's card shows of it."""
    due = (incident.acknowledged_at or incident.acknowledge_due, incident.restore_due)
    return (incident.state, incident.priority, incident.waiting, incident.assignee, *due)

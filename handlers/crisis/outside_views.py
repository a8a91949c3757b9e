"""Views of what those outside a crisis cell read of it: who has its incident, or reported it."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.base.journal_actions.crisis import CrisisAction
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.crisis.sides import lead_beside
from escalation.messages.crisis import CellOfIncident
from escalation.perform.cell_hearing import last_step
from escalation.perform.practices.crises import incident_of
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.kinds import INCIDENT
from handlers.crisis.room_views import told
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts, msg
from handlers.words.view_context import ViewContext, Views

STEPS = {
    CrisisAction.ASKED: msg(
        "%(by)s has asked for a crisis cell about this incident. You will hear whether one forms; "
        "until then you go on as before."
    ),
    CrisisAction.REFUSED: msg("%(by)s does not agree to a crisis cell: none is formed."),
    CrisisAction.WITHDRAWN: msg("The request for a crisis cell is withdrawn: none is formed."),
    CrisisAction.OPENED: msg("A crisis cell of both firms follows this incident now."),
    CrisisAction.CLOSED: msg("The crisis cell about this incident is closed."),
}


def of_incident(context: ViewContext[CellOfIncident]) -> Rendered | None:
    """Show what becomes of the cell, who leads it, and whom to turn to; dropped once it is past."""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    incident, action = incident_of(context.tx, crisis), context.message.action
    if incident is None or me is None or action != last_step(crisis):
        return None
    member = crisis.member(me.id)
    if member is not None and crisis.state is CrisisState.OPEN:
        return None  # who is in it by now is called to it
    by = crisis.refused_by or crisis.asked_by
    lines = [texts(STEPS[CrisisAction(action)], by=context.name_of(by))]
    if crisis.state is CrisisState.OPEN:
        lines += whom_to_reach(crisis, context.reader.contract, texts, me.id)
        if me.id == incident.assignee:
            stays = texts("The incident stays with you; who leads the cell may have you join.")
            lines.append(stays)
    elif crisis.opened_at and incident.state not in INCIDENT.over:
        lines.append(texts("The incident goes on as before."))
    show = b.button(
        texts("Incident %(id)s", id=incident.id), "incident/show", context.contract, incident.id
    )
    return told(context, crisis, "\n".join(lines), show)


def whom_to_reach(crisis: Crisis, contract: Contract, texts: Texts, reader: str) -> Iterator[str]:
    """Say who leads a cell; and whom somebody outside it turns to, at what number (Rule CON-2)."""
    leads = [b.plain(contract.name_of(crisis.leads[side])) for side in (PROVIDER, CLIENT)]
    yield texts("Lead: %(names)s", names=texts.listing(leads))
    lead = lead_beside(contract, crisis, reader)
    yield texts(
        "You are not one of its members: for what it should know or decide, turn to %(name)s "
        "(%(phone)s).",
        name=b.plain(contract.name_of(lead)),
        phone=(contract.person(lead).phone if contract.knows(lead) else "") or "–",
    )


VIEWS: Views = {CellOfIncident: of_incident}

"""Where practices meet: what follows in another practice's record once a step is done.

They know nothing of each other; what one's step means to another is written here, and only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.base.evolve import replace
from escalation.contract import PROVIDER
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis, RefuseCrisis
from escalation.decision.commands.incident import CloseIncident
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.incident import targets
from escalation.ladder import handling
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.perform import reports
from escalation.perform.crises import incident_of
from escalation.perform.practice import Reads, Rule
from escalation.perform.saving import save
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT


def _acknowledged(context: Context, incident: Incident, command: AcknowledgePing) -> Incident:
    """Who takes the point for the provider acknowledges the incident too (Rule INC-9)."""
    escalation = handling.active_escalation(context, incident, command.ladder)
    if handling.side_of(context, escalation, context.actor) == PROVIDER:
        return targets.acknowledged(context, incident)
    return incident


def _report_on_incident(tx: Transaction, context: Context, incident: Incident, _: Any) -> Incident:
    """The report owed at the closing of an incident is drafted (Rules REP-1, REP-2)."""
    # Saved first, so that the draft reads the closing in the timeline.
    save(tx, context, incident)
    incident = tx.get(INCIDENT, incident.contract, incident.id)
    report = reports.draft_for_incident(tx, context, incident)
    return incident if report is None else replace(incident, report=report.id)


def _cell_asked(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """The incident knows its cell; asking the client's counterpart is telling the client."""
    incident = incident_of(tx, crisis)
    if incident is not None:
        incident = replace(incident, crises=(*incident.crises, crisis.id))
        if context.contract.person(context.actor).organisation == PROVIDER:
            incident = audience.inform_client(context, incident, "crisis")
        tx.put(update_card(context, incident))
    return crisis


def _cell_answered(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """The incident's card says how its cell stands."""
    if (incident := incident_of(tx, crisis)) is not None:
        update_card(context, incident)
    return crisis


def _report_on_crisis(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """The report after a crisis that met is drafted, where it is due now (Rule CRI-9)."""
    if crisis.state is CrisisState.CLOSED and crisis.opened_at is not None:
        incident, report = incident_of(tx, crisis), reports.draft_for_crisis(tx, context, crisis)
        if report is not None:
            if incident is not None and report.incident == incident.id and not incident.report:
                tx.put(replace(incident, report=report.id))
            crisis = replace(crisis, report=report.id)
    return _cell_answered(tx, context, crisis, _)


MEETINGS: Mapping[type[Command], Rule] = {
    AcknowledgePing: _acknowledged,
    CloseIncident: Reads(_report_on_incident),
    AskCrisis: Reads(_cell_asked),
    AcceptCrisis: Reads(_cell_answered),
    RefuseCrisis: Reads(_cell_answered),
    CloseCrisis: Reads(_report_on_crisis),
}

"""Where practices meet: what follows in another practice's record once a step is done.

They know nothing of each other; what one's step means to another is written here, and only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.base.evolve import replace
from escalation.base.timer_names.incident import CloseByItself
from escalation.base.timer_names.timer_name import TimerName
from escalation.contract import PROVIDER
from escalation.crisis import its_incident
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis, RefuseCrisis
from escalation.decision.commands.incident import CloseIncident, ReopenIncident, VerifyIncident
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
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import CRISIS, INCIDENT, REPORT, Record
from escalation.report import drafting


def _acknowledged(context: Context, incident: Incident, command: AcknowledgePing) -> Incident:
    """Who takes the point for the provider acknowledges the incident too (Rule INC-9)."""
    escalation = handling.active_escalation(context, incident, command.ladder)
    if handling.side_of(context, escalation, context.actor) == PROVIDER:
        return targets.acknowledged(context, incident)
    return incident


def _report_on_incident(tx: Transaction, context: Context, incident: Incident, _: Any) -> Incident:
    """The report owed at the closing of an incident is drafted (Rules REP-1, REP-2)."""
    if incident.state is not IncidentState.CLOSED:
        return incident
    # Saved first, so that the draft reads the closing in the timeline.
    save(tx, context, incident)
    incident = tx.get(INCIDENT, incident.contract, incident.id)
    report = reports.draft_for_incident(tx, context, incident)
    return incident if report is None else replace(incident, report=report.id)


def _report_waits(tx: Transaction, context: Context, incident: Incident, _: Any) -> Incident:
    """The report of an incident that is open again waits for its next closing (Rule INC-X)."""
    if incident.state is IncidentState.IN_PROGRESS and incident.report:
        report = tx.get(REPORT, incident.contract, incident.report)
        if report.alarms.armed:
            tx.put(drafting.suspend(context, report))
    return incident


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
    """The report of a cell that met is drafted at its closing (Rules CRI-9, CRI-11)."""
    if crisis.state is CrisisState.CLOSED and crisis.opened_at is not None:
        crisis = replace(crisis, report=reports.draft_for_crisis(tx, context, crisis).id)
    return _cell_answered(tx, context, crisis, _)


def cells_follow(tx: Transaction, context: Context, before: Record | None, after: Record) -> None:
    """The cells about an incident see what becomes of it, by whatever step (CRI-4, INC-8).

    Those of a duplicate are about its original, for as long as it is merged into that.
    """
    if not isinstance(before, Incident) or not isinstance(after, Incident):
        return
    home = (after.merged_into if after.state is IncidentState.MERGED else None) or after.id
    for cell in (tx.get(CRISIS, after.contract, each) for each in after.crises):
        if cell.state in CRISIS.over:
            continue
        if cell.incident == home == after.id:
            tx.put(its_incident.follow(context, cell, before, after))
        elif cell.incident != home and cell.incident in {after.id, before.merged_into}:
            tx.put(_moved(tx, context, cell, after if home == after.id else None, home))


def _moved(
    tx: Transaction, context: Context, cell: Crisis, incident: Incident | None, home: str
) -> Crisis:
    """The cell, which is about another incident from now on; both know it."""
    if incident is not None:
        left = tx.get(INCIDENT, cell.contract, cell.incident or "")
        tx.put(replace(left, crises=tuple(each for each in left.crises if each != cell.id)))
    else:
        incident = tx.get(INCIDENT, cell.contract, home)
        incident = replace(incident, crises=(*incident.crises, cell.id))
        tx.put(incident)
    return its_incident.move(context, cell, incident)


MEETINGS: Mapping[type[Command], Rule] = {
    AcknowledgePing: _acknowledged,
    CloseIncident: Reads(_report_on_incident),
    ReopenIncident: Reads(_report_waits),
    VerifyIncident: Reads(_report_waits),
    AskCrisis: Reads(_cell_asked),
    AcceptCrisis: Reads(_cell_answered),
    RefuseCrisis: Reads(_cell_answered),
    CloseCrisis: Reads(_report_on_crisis),
}

TIMER_MEETINGS: Mapping[type[TimerName], Rule] = {CloseByItself: Reads(_report_on_incident)}

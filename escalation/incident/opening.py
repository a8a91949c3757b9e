"""Opening an incident (Rules INC-1, INC-7, ORG-5)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import BadValue, NotFound
from escalation.contract import CLIENT, ESCALADE, Contract
from escalation.decision.commands.incident import OpenIncident
from escalation.decision.context import Context
from escalation.incident import priority, qualifying, targets, triage
from escalation.incident.sites import site_named
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident, Origin, Priority

FOUND_BY_PROVIDER = frozenset({Origin.MONITORING, Origin.PRODUCTION})


def open_incident(context: Context, incident_id: str, command: OpenIncident) -> Incident:
    """A new incident, qualified at once where the values given permit (Rules INC-1, INC-4)."""
    contract = context.contract
    priority.require_of_scheme(
        contract, severity=command.severity, urgency=command.urgency, impact=command.impact
    )
    component = qualifying.component_named(contract, command) if command.component else None
    requester = _requester(contract, command)
    incident = Incident(
        id=incident_id,
        contract=contract.id,
        contract_version=contract.version,
        title=user_text.title(command.title),
        description=user_text.optional(command.description),
        component=component.id if component else None,
        severity=command.severity,
        urgency=command.urgency,
        impact=command.impact,
        origin=command.origin,
        ticket=user_text.reference(command.ticket),
        link=command.link,
        change=user_text.reference(command.change),
        exercise=command.exercise,
        client_informed=_told(contract, command.origin)
        or any(_of_client(contract, person) for person in (command.by, requester)),
        presumed=contract.incidents.unqualified_as,
        requester=requester,
        site=site_named(contract.sites, command.site).id if command.site else None,
        opened_by=context.actor,
        opened_at=context.now,
    )
    found = _assess(contract, incident)
    context.record(
        incident.id,
        IncidentAction.OPENED,
        title=incident.title,
        origin=incident.origin.value,
        ticket=incident.ticket or None,
        link=incident.link or None,
        change=incident.change or None,
        component=incident.component,
        group=component.group if component else None,
        supplier=component.supplier if component else None,
        severity=incident.severity,
        urgency=incident.urgency,
        impact=incident.impact,
        requester=requester,
        site=incident.site,
        exercise=incident.exercise or None,
    )
    if found is None:
        return update_card(context, triage.watch(context, targets.start(context, incident)))
    return qualifying.put(context, incident, found, before=None)


def _requester(contract: Contract, command: OpenIncident) -> str:
    """Name whoever reports it; for what the bot itself opens, an incident manager answers."""
    if command.requester:
        if not contract.knows(command.requester):
            raise NotFound("unknown_person", person=command.requester)
        return command.requester
    if command.by == ESCALADE:
        return next(iter(audience.incident_managers(contract)), ESCALADE)
    return command.by


def _told(contract: Contract, origin: Origin) -> bool:
    """Tell whether the client is told of it, as the process that raised it says (INC-7, INC-16)."""
    for rule in contract.incidents.communication:
        if rule.origin == origin.value:
            return rule.client
    return origin not in FOUND_BY_PROVIDER


def _of_client(contract: Contract, person: str) -> bool:
    return contract.knows(person) and contract.person(person).organisation == CLIENT


def _assess(contract: Contract, incident: Incident) -> Priority | None:
    """The contract's priority; None where a value it needs is missing."""
    try:
        return qualifying.assess(contract, incident)
    except BadValue as refusal:
        if refusal.code != "priority_not_computable":
            raise
        return None

"""Opening and qualifying an incident (Rules INC-1 to INC-3, INC-7, INC-8, ORG-5)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound
from escalation.contract import CLIENT, ESCALADE, Component, Contract, Trigger
from escalation.decision.commands.incident import OpenIncident, SetPriority
from escalation.decision.context import Context
from escalation.incident import life, priority, targets
from escalation.ladder import automatic, climbing
from escalation.messages.incident import IncidentNews, Priority1Notice
from escalation.people import audience
from escalation.people.acquaintance import components_known_to
from escalation.people.cards import update_card
from escalation.records.incident import Incident, IncidentState, Origin, Priority

FOUND_BY_PROVIDER = frozenset({Origin.MONITORING, Origin.PRODUCTION})
PRIORITIES = (1, 2, 3, 4)


def open_incident(context: Context, incident_id: str, command: OpenIncident) -> Incident:
    """A new incident, qualified at once where the values given permit (Rules INC-1, INC-4)."""
    contract = context.contract
    component = _component(contract, command) if command.component else None
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
        client_informed=command.origin not in FOUND_BY_PROVIDER
        or any(_of_client(contract, person) for person in (command.by, requester)),
        requester=requester,
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
        exercise=incident.exercise or None,
    )
    if found is None:
        return update_card(context, targets.start(context, incident))
    incident = replace(incident, state=IncidentState.QUALIFIED, priority=found)
    _record_priority(context, incident, before=None)
    return update_card(context, _alert(context, targets.start(context, incident)))


def set_priority(context: Context, incident: Incident, command: SetPriority) -> Incident:
    """Qualify, or qualify again; the plans follow and no time already run is lost."""
    life.in_state(incident, life.UNDER_WAY)
    before, earlier = incident.priority, (incident.component, incident.severity)
    incident = _with_values(context, incident, command)
    if command.level is not None:
        found: Priority | None = _chosen(context, command)
    else:
        found = _assess(context.contract, incident, strict=True)
    unchanged = (incident.component, incident.severity) == earlier
    if before is not None and found is not None and unchanged and _same(before, found):
        raise AlreadyDone("priority_unchanged", priority=before.level)
    opened = incident.state is IncidentState.OPENED
    incident = replace(
        incident,
        priority=found,
        state=IncidentState.QUALIFIED if opened else incident.state,
    )
    _record_priority(context, incident, before=before, reason=user_text.optional(command.reason))
    incident = climbing.replan(context, targets.replan(context, incident))
    if incident.level == 1 and (before is None or before.level != 1):
        incident = _alert(context, incident)
    if before is not None:
        changed = IncidentNews(
            action=IncidentAction.PRIORITY_CHANGED,
            by=context.actor,
            priority=incident.level,
            before=before.level,
        )
        audience.notify_news(context, incident, changed, incident.assignee)
    return update_card(context, incident)


def _component(contract: Contract, command: OpenIncident | SetPriority) -> Component:
    """The component named, of those that whoever names it may know of (Rule CON-2)."""
    known = components_known_to(contract, command.by)
    return priority.find_component(known, command.component or "")


def _requester(contract: Contract, command: OpenIncident) -> str:
    """Whoever reports it; for what the bot itself opens, an incident manager answers."""
    if command.requester:
        if not contract.knows(command.requester):
            raise NotFound("unknown_person", person=command.requester)
        return command.requester
    if command.by == ESCALADE:
        return next(iter(audience.incident_managers(contract)), ESCALADE)
    return command.by


def _of_client(contract: Contract, person: str) -> bool:
    return contract.knows(person) and contract.person(person).organisation == CLIENT


def _assess(contract: Contract, incident: Incident, *, strict: bool = False) -> Priority | None:
    """The contract's priority; None where a value it needs is missing, unless `strict`."""
    try:
        return priority.assess(
            contract,
            component=incident.component,
            severity=incident.severity,
            urgency=incident.urgency,
            impact=incident.impact,
        )
    except BadValue as refusal:
        if refusal.code != "priority_not_computable" or strict:
            raise
        return None


def _with_values(context: Context, incident: Incident, command: SetPriority) -> Incident:
    if command.component:
        component = _component(context.contract, command)
        incident = replace(incident, component=component.id)
    if command.severity is not None:
        if command.severity not in priority.SEVERITIES:
            raise BadValue("severity_out_of_range", given=command.severity)
        incident = replace(incident, severity=command.severity)
    return incident


def _chosen(context: Context, command: SetPriority) -> Priority:
    """A priority that a person sets against the matrix: with a reason, under their name."""
    if command.level not in PRIORITIES:
        raise BadValue("priority_out_of_range", given=command.level)
    reason = user_text.required(command.reason)
    return Priority(level=command.level, reason=reason, set_by=context.actor)


def _same(one: Priority, other: Priority) -> bool:
    return (one.level, one.row, one.column) == (other.level, other.row, other.column)


def _record_priority(
    context: Context, incident: Incident, *, before: Priority | None, reason: str = ""
) -> None:
    found = incident.priority
    if found is None:
        return
    context.record(
        incident.id,
        IncidentAction.QUALIFIED if before is None else IncidentAction.PRIORITY_CHANGED,
        priority=found.level,
        before=before.level if before else None,
        row=found.row or None,
        column=found.column or None,
        component=incident.component,
        severity=incident.severity,
        reason=reason or None,
    )


def _alert(context: Context, incident: Incident) -> Incident:
    """Priority 1: the client knows, the list is notified, the escalation starts (Rule INC-8)."""
    if incident.level != 1:
        return incident
    incident = audience.inform_client(context, incident, "priority_1")
    people = context.contract.incidents.priority_1_list
    context.record(incident.id, IncidentAction.LIST_NOTIFIED, people=list(people), priority=1)
    audience.notify(context, incident, Priority1Notice(), people)
    return automatic.escalate_if(context, incident, Trigger.PRIORITY_1_OPENED)

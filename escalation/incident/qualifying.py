"""Qualifying an incident, once and again: who may raise it, and who may lower it (INC-2, INC-3).

A priority is raised by anybody of the provider, and lowered by its managers. A priority 1 is
lowered only with the client's agreement (`lowering`, Rule INC-19).
"""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed
from escalation.contract import PROVIDER, Component, Contract
from escalation.decision.commands.incident import OpenIncident, SetPriority
from escalation.decision.context import Context
from escalation.incident import alerting, life, lowering, priority, targets, triage
from escalation.ladder import climbing
from escalation.messages.incident import GroupMayChoose, IncidentNews
from escalation.people import audience, rights
from escalation.people.acquaintance import components_known_to
from escalation.people.cards import update_card
from escalation.people.roles import MANAGERS, responsible_group
from escalation.records.incident import Incident, IncidentState, Priority


def set_priority(context: Context, incident: Incident, command: SetPriority) -> Incident:
    """Qualify, or qualify again; the plans follow and no time already run is lost."""
    life.in_state(incident, life.UNDER_WAY)
    _require_own_part(context, incident, command)
    priority.require_of_scheme(
        context.contract,
        severity=command.severity,
        urgency=command.urgency,
        impact=command.impact,
    )
    valued = _with_values(context, incident, command)
    before = incident.priority
    if command.level is not None:
        found = _chosen(context, valued, command)
    else:
        found = assess(context.contract, valued)
    if before is not None and valued == incident and _same(before, found):
        raise AlreadyDone("priority_unchanged", priority=before.level)
    if before is not None and found.level > before.level:
        if before.level == 1:
            return lowering.propose(context, incident, valued, found, command.reason)
        if not _chooses(context, valued):
            rights.require(context.contract, context.actor, MANAGERS, incident, at=context.now)
    return put(context, valued, found, before=before, reason=user_text.optional(command.reason))


def agree(context: Context, incident: Incident) -> Incident:
    """Lower a priority 1 as was proposed: the client's peer agrees (Rule INC-19)."""
    life.in_state(incident, life.UNDER_WAY)
    proposed, before = lowering.pending(incident), incident.priority
    incident = replace(
        incident,
        component=proposed.component,
        severity=proposed.severity,
        urgency=proposed.urgency,
        impact=proposed.impact,
    )
    found = priority.of_contract(context.contract, proposed.priority)
    return put(context, incident, found, before=before, reason=proposed.reason, by=proposed.by)


def put(
    context: Context,
    incident: Incident,
    found: Priority,
    *,
    before: Priority | None,
    reason: str = "",
    by: str = "",
) -> Incident:
    """Give an incident its priority, and all that follows from it; `by` proposed it."""
    opened = incident.state is IncidentState.OPENED
    incident = replace(
        lowering.settled(incident),
        priority=found,
        was_priority_1=incident.was_priority_1 or found.level == 1,
        state=IncidentState.QUALIFIED if opened else incident.state,
    )
    note_priority(context, incident, found, before=before, reason=reason, by=by)
    if before is None:
        incident = targets.judge_anew(context, incident)
    incident = climbing.replan(context, targets.replan(context, incident))
    if found.level == 1 and (before is None or before.level != 1):
        incident = alerting.alert(context, incident, "raised" if before else "")
    if before is not None:
        changed = IncidentNews(
            action=IncidentAction.PRIORITY_CHANGED,
            by=by or context.actor,
            priority=found.level,
            before=before.level,
        )
        audience.notify_news(context, incident, changed, incident.assignee)
    _offer_choice(context, incident, found)
    return update_card(context, triage.watch(context, incident))


def note_priority(
    context: Context,
    incident: Incident,
    found: Priority,
    *,
    before: Priority | None,
    reason: str = "",
    by: str = "",
) -> None:
    """Note the priority that an incident has from now on, and what it was read at."""
    context.record(
        incident.id,
        IncidentAction.QUALIFIED if before is None else IncidentAction.PRIORITY_CHANGED,
        priority=found.level,
        before=before.level if before else None,
        row=found.row or None,
        column=found.column or None,
        component=incident.component,
        severity=incident.severity,
        urgency=incident.urgency,
        impact=incident.impact,
        reason=reason or None,
        proposed_by=by or None,
    )


def component_named(contract: Contract, command: OpenIncident | SetPriority) -> Component:
    """The component named, of those that whoever names it may know of (Rule CON-2)."""
    known = components_known_to(contract, command.by)
    return priority.find_component(known, command.component or "")


def assess(contract: Contract, incident: Incident) -> Priority:
    """The contract's priority for an incident's values; raises BadValue where one is missing."""
    return priority.assess(
        contract,
        component=incident.component,
        severity=incident.severity,
        urgency=incident.urgency,
        impact=incident.impact,
    )


# ── severity 4 ───────────────────────────────────────────────────────────────────────────────


def _group_of(contract: Contract, incident: Incident) -> str | None:
    """The group that chooses the priority: the responsible one, at severity 4 (Rule INC-2)."""
    return responsible_group(contract, incident) if incident.severity == priority.LOWEST else None


def _chooses(context: Context, incident: Incident) -> bool:
    group = _group_of(context.contract, incident)
    return group is not None and context.actor in _members(context, group)


def _members(context: Context, group: str) -> tuple[str, ...]:
    return audience.with_stand_ins(context, context.contract.group(group).members)


def _require_own_part(context: Context, incident: Incident, command: SetPriority) -> None:
    """Let a group that is not of the provider choose a priority, and say nothing else."""
    contract, values = context.contract, (command.severity, command.urgency, command.impact)
    theirs = contract.knows(context.actor) and (
        contract.person(context.actor).organisation != PROVIDER
    )
    if theirs and (command.component or any(value is not None for value in values)):
        raise NotAllowed("group_chooses_priority_only", id=incident.id)


def _chosen(context: Context, incident: Incident, command: SetPriority) -> Priority:
    """A priority that a person sets against the matrix: with a reason, under their name.

    At severity 4 it is for the group responsible for the component, where there is one (INC-2).
    """
    levels = context.contract.incidents.targets
    if command.level not in levels:
        raise BadValue("priority_out_of_range", given=command.level, most=max(levels))
    group = _group_of(context.contract, incident)
    if group is not None and not _chooses(context, incident):
        raise NotAllowed("group_chooses", group=context.contract.group(group).name)
    reason = user_text.required(command.reason)
    return Priority(level=command.level, reason=reason, set_by=context.actor)


def _offer_choice(context: Context, incident: Incident, found: Priority) -> None:
    """Tell the group responsible that it may assign another priority at severity 4 (INC-2)."""
    group = _group_of(context.contract, incident)
    if group is not None and not found.set_by:
        message = GroupMayChoose(group=group)
        audience.notify(context, incident, message, _members(context, group))


def _with_values(context: Context, incident: Incident, command: SetPriority) -> Incident:
    if command.component:
        incident = replace(incident, component=component_named(context.contract, command).id)
    if command.severity is not None:
        if command.severity not in priority.SEVERITIES:
            raise BadValue("severity_out_of_range", given=command.severity)
        incident = replace(incident, severity=command.severity)
    if command.urgency is not None:
        incident = replace(incident, urgency=command.urgency)
    if command.impact is not None:
        incident = replace(incident, impact=command.impact)
    return incident


def _same(one: Priority, other: Priority) -> bool:
    return (one.level, one.row, one.column) == (other.level, other.row, other.column)

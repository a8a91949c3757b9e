"""Lowering a priority 1: proposed by a manager, agreed by the client's peer (Rule INC-19)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import NotNow
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.incident import IncidentNews, LoweringProposed
from escalation.people import audience, rights
from escalation.people.cards import update_card
from escalation.people.roles import DELIVERY_MANAGER, INCIDENT_MANAGER
from escalation.records.incident import Incident, Lowering, Priority


def propose(
    context: Context, incident: Incident, valued: Incident, found: Priority, reason: str
) -> Incident:
    """Ask the client's peer to agree; until then the priority stays.

    All of the client's people who are present at the proposer's echelon are asked, the next
    echelon where none is: the first answer counts. Proposed again, they are asked again.
    """
    may = (INCIDENT_MANAGER, DELIVERY_MANAGER)
    rights.require(context.contract, context.actor, may, incident, at=context.now)
    reason = user_text.required(reason)
    level, asked = _peers(context, incident)
    proposed = Lowering(
        priority=found,
        component=valued.component,
        severity=valued.severity,
        urgency=valued.urgency,
        impact=valued.impact,
        reason=reason,
        by=context.actor,
        at=context.now,
        level=level,
        asked=asked,
    )
    context.record(
        incident.id,
        IncidentAction.LOWERING_PROPOSED,
        priority=found.level,
        reason=reason,
        people=list(asked),
    )
    question = LoweringProposed(by=context.actor, priority=found.level, reason=reason)
    audience.notify(context, incident, question, asked)
    return update_card(context, replace(incident, lowering=proposed))


def decline(context: Context, incident: Incident, reason: str) -> Incident:
    """The client's peer does not agree: the priority stays, and whoever proposed it hears why."""
    proposed, reason = pending(incident), user_text.required(reason)
    context.record(
        incident.id,
        IncidentAction.LOWERING_DECLINED,
        priority=proposed.priority.level,
        reason=reason,
    )
    declined = IncidentNews(
        action=IncidentAction.LOWERING_DECLINED,
        by=context.actor,
        priority=proposed.priority.level,
        reason=reason,
    )
    audience.notify(context, incident, declined, [proposed.by])
    return update_card(context, replace(incident, lowering=None))


def pending(incident: Incident) -> Lowering:
    """What is proposed, and not answered yet."""
    if incident.lowering is None:
        raise NotNow("no_lowering", id=incident.id)
    return incident.lowering


def _peers(context: Context, incident: Incident) -> tuple[int, tuple[str, ...]]:
    """The first echelon, from the proposer's up, at which the client has somebody present."""
    contract = context.contract
    levels = sorted(echelon.level for echelon in contract.echelons)
    own = max(contract.level_of(context.actor), levels[0])
    for level in (level for level in levels if level >= own):
        post = contract.echelon(level).client
        queue = availability.queue(contract, context.calendar, post, context.now)
        if there := tuple(p for p in queue if audience.may_hear(contract, incident, p)):
            return level, there
    return own, ()

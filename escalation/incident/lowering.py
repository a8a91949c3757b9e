"""Lowering a priority 1: proposed by a manager, agreed by the client's peer (Rule INC-19)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import NotNow
from escalation.base.timer_names.incident import LoweringAwaited
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import ESCALADE
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.incident import IncidentNews, LoweringProposed
from escalation.people import audience, rights
from escalation.people.cards import update_card
from escalation.people.roles import DELIVERY_MANAGER, INCIDENT_MANAGER
from escalation.records.incident import Incident, Lowering, Priority

AWAITED = LoweringAwaited()
CHASES = 2  # at their echelon, then with the one above; after that it lapses


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
    contract = context.contract
    lowest = min(echelon.level for echelon in contract.echelons)
    own = max(availability.level_at(contract, context.actor, context.now), lowest)
    level, asked = _peers(context, incident, own)
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
    incident = _awaited(context, replace(incident, lowering=proposed), context.now)
    return update_card(context, incident)


def chase(context: Context, incident: Incident, timer: Timer[LoweringAwaited]) -> Incident:
    """Nobody has answered: whoever is there now is asked again, then the next echelon too.

    After that it lapses; it stays a priority 1, and whoever proposed it hears of it.
    """
    proposed = incident.lowering
    if proposed is None:
        return settled(incident)
    if proposed.chased == CHASES:
        return _lapsed(context, incident, proposed)
    level, people = _peers(context, incident, proposed.level)
    if proposed.chased:
        people += _peers(context, incident, level + 1)[1]
    proposed = replace(
        proposed,
        asked=tuple(dict.fromkeys((*proposed.asked, *people))),
        chased=proposed.chased + 1,
    )
    context.record(
        incident.id, IncidentAction.LOWERING_CHASED, people=list(people), number=proposed.chased
    )
    question = LoweringProposed(
        by=proposed.by, priority=proposed.priority.level, reason=proposed.reason
    )
    audience.notify(context, incident, question, people)
    return _awaited(context, replace(incident, lowering=proposed), timer.due)


def _awaited(context: Context, incident: Incident, since: datetime) -> Incident:
    every = context.contract.incidents.agree_every
    due = next_repeat(context, since, every)
    return replace(incident, alarms=incident.alarms.set(AWAITED, due, every.clock))


def _lapsed(context: Context, incident: Incident, proposed: Lowering) -> Incident:
    context.record(
        incident.id,
        IncidentAction.LOWERING_LAPSED,
        priority=proposed.priority.level,
        people=list(proposed.asked),
    )
    there = availability.there(context.contract, proposed.asked, context.now)
    lapsed = IncidentNews(
        action=IncidentAction.LOWERING_LAPSED,
        by=ESCALADE,
        person=next(iter(there), ""),
        priority=proposed.priority.level,
    )
    audience.notify(context, incident, lapsed, audience.with_stand_ins(context, [proposed.by]))
    return update_card(context, settled(incident))


def settled(incident: Incident) -> Incident:
    """Nothing is proposed any more."""
    return replace(incident, lowering=None, alarms=incident.alarms.clear(AWAITED))


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
    return update_card(context, settled(incident))


def pending(incident: Incident) -> Lowering:
    """Give what is proposed, and not answered yet."""
    if incident.lowering is None:
        raise NotNow("no_lowering", id=incident.id)
    return incident.lowering


def _peers(context: Context, incident: Incident, own: int) -> tuple[int, tuple[str, ...]]:
    """The first echelon, from `own` up, at which the client has somebody present."""
    contract = context.contract
    for level in sorted(each.level for each in contract.echelons if each.level >= own):
        post = contract.echelon(level).client
        queue = availability.queue(contract, context.calendar, post, context.now)
        if there := tuple(p for p in queue if audience.may_hear(contract, incident, p)):
            return level, there
    return own, ()

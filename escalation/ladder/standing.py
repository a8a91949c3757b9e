"""Find who stands where: the escalation and side that somebody's command means (CON-2, ESC-2)."""

from __future__ import annotations

from escalation.base.refusals import NotAllowed, NotFound, NotNow
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract, Post, Role
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder.ending import current_people
from escalation.ladder.rung import post, rung_of, sides
from escalation.people.acquaintance import known_to
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident


def active_escalation(context: Context, incident: Incident, ladder_id: str | None) -> Escalation:
    """The escalation meant: the one named, else the caller's, else the latest under way.

    Of those that the caller may know of (Rule CON-2).
    """
    if ladder_id is not None:
        escalation = incident.escalation(known_here(context, ladder_id))
    else:
        ladders = known_ladders(context)
        walks = [each for each in incident.walks if each.ladder in ladders]
        active = [each for each in walks if each.active]
        mine = [each for each in active if side_of(context, each, context.actor)]
        escalation = next(reversed(mine or active or walks), None)
    if escalation is None:
        raise NotNow("no_escalation", incident=incident.id)
    if escalation.ended_at is not None:
        ended_at = escalation.ended_at.isoformat()
        raise NotNow("escalation_over", incident=incident.id, why=escalation.ended_why, at=ended_at)
    return escalation


def known(contract: Contract, ladder_id: str) -> str:
    """The id of a ladder of the contract."""
    ids = [each.id for each in contract.ladders]
    if ladder_id not in ids:
        raise NotFound("unknown_ladder", ladder=ladder_id, known=ids)
    return ladder_id


def known_here(context: Context, ladder_id: str) -> str:
    """The id of a ladder that the caller may know of."""
    ids = known_ladders(context)
    if ladder_id not in ids:
        raise NotFound("unknown_ladder", ladder=ladder_id, known=ids)
    return ladder_id


def known_ladders(context: Context) -> list[str]:
    """The ids of the ladders that the caller may know of; of all for Escalade itself."""
    contract = context.contract
    if context.actor == ESCALADE:
        return [each.id for each in contract.ladders]
    return [each.id for each in known_to(contract, firm_of(context)).ladders]


def side_of(context: Context, escalation: Escalation, who: str) -> str | None:
    """The side for which somebody is concerned by the present rung: called, in line, or in post."""
    calls = escalation.side_of(who)
    if calls:
        return calls.side
    for each in escalation.sides:
        named = post(context.contract, rung_of(context.contract, escalation), each.side)
        if who in named.people:
            return each.side
        if who in availability.queue(context.contract, context.calendar, named, context.now):
            return each.side
    return None


def my_side(context: Context, escalation: Escalation) -> str:
    """The side for which the caller is concerned by the present rung; refused to others."""
    side = side_of(context, escalation, context.actor)
    if side is None:
        raise NotAllowed(
            "not_called_at_this_rung",
            level=rung_of(context.contract, escalation).level,
            people=current_people(escalation),
        )
    return side


def my_firm(context: Context, incident: Incident, ladder_id: str) -> str:
    """The caller's firm, which must be one of the ladder's two (Rule ESC-2)."""
    firm = firm_of(context)
    if firm not in sides(incident, context.contract.ladder(ladder_id)):
        raise NotAllowed("not_of_this_ladder", ladder=ladder_id)
    return firm


def firm_of(context: Context) -> str:
    """The caller's firm, under the contract that the incident runs by."""
    if not context.contract.knows(context.actor):
        raise NotAllowed("unknown_person", person=context.actor)
    return context.contract.person(context.actor).organisation


def own_level(context: Context, ladder_id: str) -> int:
    """The highest level the caller answers for now."""
    firm_of(context)
    return level_of(context, ladder_id, context.actor)


def level_of(context: Context, ladder_id: str, who: str) -> int:
    """The highest level somebody answers for now: in a post, on duty or standing in (ORG-10)."""
    contract = context.contract
    if contract.person(who).organisation in (PROVIDER, CLIENT):
        return availability.level_at(contract, who, context.now)
    return max(
        (
            rung.level
            for rung in contract.ladder(ladder_id).rungs
            if rung.supplier and who in (*rung.supplier.people, *_there(context, rung.supplier))
        ),
        default=0,
    )


def _there(context: Context, post: Post) -> tuple[str, ...]:
    return availability.queue(context.contract, context.calendar, post, context.now)


def manages(context: Context) -> bool:
    """The provider's incident manager or service delivery manager, or who stands in for one."""
    roles = (Role.INCIDENT_MANAGER, Role.SERVICE_DELIVERY_MANAGER)
    named = [p.id for role in roles for p in context.contract.holders(role, PROVIDER)]
    return context.actor in availability.with_stand_ins(context.contract, named, context.now)

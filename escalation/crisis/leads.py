"""Who leads a crisis cell, and who speaks for it to each firm (Rules CRI-6, CRI-7)."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.crisis import crisis_room, member_list, presence, sides
from escalation.decision.context import Context
from escalation.messages.crisis import CrisisNews, LeadChanged, LeadRequest
from escalation.records.crisis import Crisis, HandOver


def offer(context: Context, crisis: Crisis, leads: Mapping[str, str]) -> Crisis:
    """Propose that people of a higher level in both firms take the lead (Rule CRI-6).

    Each of the two confirms; one who proposes it themselves has thereby confirmed.
    """
    sides.require_open(crisis)
    _require_higher(context, crisis, leads)
    hand_over = HandOver(leads=dict(leads), asked_by=context.actor)
    sides.note(context, crisis, CrisisAction.LEAD_OFFERED, **leads)
    crisis = replace(crisis, hand_over=hand_over)
    if context.actor in leads.values():
        crisis = _confirmed(context, crisis, hand_over)
    others = [person for person in leads.values() if person != context.actor]
    sides.notify(context, crisis, LeadRequest(by=context.actor), others)
    return crisis


def confirm(context: Context, crisis: Crisis) -> Crisis:
    """One of those who take over confirms; with both, the lead passes (Rule CRI-6)."""
    sides.require_open(crisis)
    hand_over = crisis.hand_over
    if hand_over is None:
        raise NotNow("no_hand_over", id=crisis.id)
    if context.actor not in hand_over.leads.values():
        raise NotAllowed("not_taking_over", leads=list(hand_over.leads.values()))
    if context.actor in hand_over.confirmed_by:
        raise AlreadyDone("already_confirmed", id=crisis.id)
    crisis = _confirmed(context, crisis, hand_over)
    hand_over = crisis.hand_over
    if hand_over is None or len(hand_over.confirmed_by) < len(sides.SIDES):
        return crisis
    return _led(context, crisis, hand_over)


def _confirmed(context: Context, crisis: Crisis, hand_over: HandOver) -> Crisis:
    sides.note(context, crisis, CrisisAction.LEAD_CONFIRMED, person=context.actor)
    confirmed = (*hand_over.confirmed_by, context.actor)
    return replace(crisis, hand_over=replace(hand_over, confirmed_by=confirmed))


def _led(context: Context, crisis: Crisis, hand_over: HandOver) -> Crisis:
    """The new leads lead, as members who are mandated; what the former agreed to close is void."""
    former = crisis.leads
    crisis = replace(crisis, leads=hand_over.leads, hand_over=None, closing=())
    sides.note_both(context, crisis, CrisisAction.LED, **hand_over.leads)
    for person in hand_over.leads.values():
        member = crisis.member(person)
        if member is None or member.why == "visitor":
            crisis = member_list.seat(context, crisis, person, "lead", mandated=True)
        crisis = presence.led_by(context, crisis, person)
    crisis = presence.watch(context, crisis)
    sides.post(context, crisis, LeadChanged())
    concerned = [*former.values(), *hand_over.leads.values()]
    sides.notify(context, crisis, LeadChanged(), concerned)
    crisis_room.show_brief(context, crisis)
    sides.show(context, crisis)
    return crisis


def _require_higher(context: Context, crisis: Crisis, leads: Mapping[str, str]) -> None:
    """Exactly one person for each firm, each of a higher level than the present leads."""
    if set(leads) != set(sides.SIDES):
        raise BadValue("one_lead_each", sides=list(sides.SIDES))
    contract = context.contract
    present = max(contract.level_of(lead) for lead in crisis.leads.values())
    for side, person in leads.items():
        sides.require_person(context, crisis, person, side)
        if (level := contract.level_of(person)) <= present:
            raise BadValue("not_higher", person=person, level=level, present=present)


def name_communication_lead(context: Context, crisis: Crisis, person: str) -> Crisis:
    """A side's lead appoints who keeps their own firm informed; that person sits in the cell."""
    sides.require_open(crisis)
    side = sides.require_lead(context, crisis)
    sides.require_person(context, crisis, person, side)
    if crisis.communication.get(side) == person:
        raise AlreadyDone("already_communication_lead", person=person)
    crisis = replace(crisis, communication={**crisis.communication, side: person})
    sides.note(context, crisis, CrisisAction.COMMUNICATION_LEAD_NAMED, side=side, person=person)
    member = crisis.member(person)
    if member is None or member.why == "visitor":
        crisis = member_list.seat(context, crisis, person, "communication_lead")
    news = CrisisNews(action=CrisisAction.COMMUNICATION_LEAD_NAMED, by=context.actor, person=person)
    sides.notify(context, crisis, news, [person])
    sides.post(context, crisis, news)
    sides.show(context, crisis)
    return crisis

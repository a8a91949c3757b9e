"""Tell who leads a crisis cell, and who speaks for it to each firm (Rules CRI-6, CRI-7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.base.timer_names.crisis import LeadAwaited
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import ESCALADE, PROVIDER
from escalation.crisis import crisis_room, member_list, presence, sides
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.crisis import CrisisNews, LeadChanged, LeadRequest, LeadUnanswered
from escalation.records.crisis import Crisis, CrisisState, HandOver

AWAITED = LeadAwaited()
ASKED_EACH = 2  # how often somebody is asked to confirm before another is, or nobody any more


def offer(context: Context, crisis: Crisis, leads: Mapping[str, str]) -> Crisis:
    """People of a higher level take the lead, by their own decision (Rules CRI-6, CRI-12).

    Whoever takes over confirms; one who proposes it themselves has thereby confirmed. A side that
    is led that high already keeps its lead, who need not confirm it. Where `leads` names nobody,
    whoever asks takes the lead of their own side.
    """
    sides.require_open(crisis)
    named = set(leads) or {sides.side_of(context.contract, context.actor)}
    leads = _both(context, crisis, leads)
    found = next((s for s in sides.SIDES if s not in named and leads[s] != crisis.leads[s]), "")
    hand_over = HandOver(leads=leads, asked_by=context.actor, found=found)
    sides.note(context, crisis, CrisisAction.LEAD_OFFERED, **leads)
    taking_over = _taking_over(crisis, hand_over)
    crisis = _awaited(context, replace(crisis, hand_over=hand_over), context.now)
    others = [person for person in taking_over if person != context.actor]
    sides.notify(context, crisis, LeadRequest(by=context.actor), others)
    if context.actor in taking_over:
        return _confirmed(context, crisis, hand_over)
    return crisis


def confirm(context: Context, crisis: Crisis) -> Crisis:
    """One of those who take over confirms; with all of them, the lead passes (Rule CRI-6)."""
    sides.require_open(crisis)
    hand_over = crisis.hand_over
    if hand_over is None:
        raise NotNow("no_hand_over", id=crisis.id)
    if context.actor in hand_over.silent:  # whoever was asked before may still take it
        leads = {**hand_over.leads, hand_over.found: context.actor}
        hand_over = replace(hand_over, leads=leads)
    taking_over = _taking_over(crisis, hand_over)
    if context.actor not in taking_over:
        raise NotAllowed("not_taking_over", leads=taking_over)
    if context.actor in hand_over.confirmed_by:
        raise AlreadyDone("already_confirmed", id=crisis.id)
    return _confirmed(context, crisis, hand_over)


def chase(context: Context, crisis: Crisis, timer: Timer[LeadAwaited]) -> Crisis:
    """Somebody has not confirmed: they are asked again, then the next of a side nobody named.

    With nobody left the lead stays as it is, and those concerned hear of it (Rule CRI-6).
    """
    hand_over = crisis.hand_over
    if crisis.state is not CrisisState.OPEN or hand_over is None:
        return sides.disarm(crisis, timer.name)
    awaited = [p for p in _taking_over(crisis, hand_over) if p not in hand_over.confirmed_by]
    hand_over = replace(hand_over, chased=hand_over.chased + 1)
    there = any(availability.present(context.contract, p, context.now) for p in awaited)
    if hand_over.chased % ASKED_EACH and there:
        sides.note(context, crisis, CrisisAction.LEAD_CHASED, people=awaited)
        sides.notify(context, crisis, LeadRequest(by=hand_over.asked_by), awaited)
    else:
        followed = _next_asked(context, crisis, hand_over, awaited)
        if followed is None:
            return _unanswered(context, crisis, hand_over, awaited)
        hand_over = followed
    return _awaited(context, replace(crisis, hand_over=hand_over), timer.due)


def succeed(context: Context, crisis: Crisis) -> Crisis:
    """Ask who answers for the level now of who leads a side and is away, or gone (CRI-6, ORG-10).

    Like anybody of a side that nobody named: asked again, then the next.
    """
    if crisis.state is not CrisisState.OPEN or crisis.hand_over is not None:
        return crisis
    contract = context.contract
    for side, lead in crisis.leads.items():
        level = contract.level_of(lead) or contract.crisis.may_ask_from_level
        person = next((p for p in _peers(context, crisis, side, level) if p != lead), None)
        if person is None or availability.present(contract, lead, context.now):
            continue
        hand_over = HandOver(leads={**crisis.leads, side: person}, asked_by=ESCALADE, found=side)
        sides.note(context, crisis, CrisisAction.LEAD_OFFERED, **hand_over.leads)
        crisis = _awaited(context, replace(crisis, hand_over=hand_over), context.now)
        sides.notify(context, crisis, LeadRequest(by=ESCALADE), [person])
        break
    return crisis


def _awaited(context: Context, crisis: Crisis, since: datetime) -> Crisis:
    due = next_repeat(context, since, context.contract.crisis.agree_every)
    return sides.arm(crisis, AWAITED, due)


def _next_asked(
    context: Context, crisis: Crisis, hand_over: HandOver, awaited: list[str]
) -> HandOver | None:
    """The lead offered to the next of a side that nobody named, where only that one is awaited."""
    if not hand_over.found or awaited != [hand_over.leads[hand_over.found]]:
        return None
    silent = (*hand_over.silent, *awaited)
    other = hand_over.leads[sides.other_side(hand_over.found)]
    peers = _peers(context, crisis, hand_over.found, _level(context, other))
    person = next((p for p in peers if p not in {*silent, crisis.leads[hand_over.found]}), None)
    if person is None:
        return None
    leads = {**hand_over.leads, hand_over.found: person}
    sides.note(context, crisis, CrisisAction.LEAD_OFFERED, **leads)
    sides.notify(context, crisis, LeadRequest(by=hand_over.asked_by), [person])
    news = LeadUnanswered(silent=tuple(awaited), person=person)
    sides.notify(context, crisis, news, [hand_over.asked_by])
    return replace(hand_over, leads=leads, silent=silent)


def _unanswered(
    context: Context, crisis: Crisis, hand_over: HandOver, awaited: list[str]
) -> Crisis:
    """The lead stays as it is."""
    sides.note(context, crisis, CrisisAction.LEAD_UNANSWERED, people=awaited)
    concerned = (hand_over.asked_by, *hand_over.confirmed_by, *crisis.leads.values())
    sides.notify(context, crisis, LeadUnanswered(silent=tuple(awaited)), concerned)
    return sides.disarm(replace(crisis, hand_over=None), AWAITED)


def _taking_over(crisis: Crisis, hand_over: HandOver) -> list[str]:
    """List who of the proposed leads does not lead yet."""
    return [who for side, who in hand_over.leads.items() if crisis.leads[side] != who]


def _confirmed(context: Context, crisis: Crisis, hand_over: HandOver) -> Crisis:
    sides.note(context, crisis, CrisisAction.LEAD_CONFIRMED, person=context.actor)
    hand_over = replace(hand_over, confirmed_by=(*hand_over.confirmed_by, context.actor))
    if set(_taking_over(crisis, hand_over)) <= set(hand_over.confirmed_by):
        return _led(context, crisis, hand_over)
    return replace(crisis, hand_over=hand_over)


def _led(context: Context, crisis: Crisis, hand_over: HandOver) -> Crisis:
    """They lead from now on, mandated; what the former leads agreed to close is void."""
    former = crisis.leads
    crisis = sides.disarm(crisis, AWAITED)
    crisis = replace(crisis, leads=hand_over.leads, led_at=context.now, hand_over=None, closing=())
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


def _both(context: Context, crisis: Crisis, named: Mapping[str, str]) -> dict[str, str]:
    """One lead for each firm: as named; else who leads already, if that high; else a peer."""
    if not set(named) <= set(sides.SIDES):
        raise BadValue("one_lead_each", sides=list(sides.SIDES))
    contract = context.contract
    named = named or {sides.side_of(contract, context.actor): context.actor}
    leads = dict(named)
    for side, person in named.items():
        sides.require_person(context, crisis, person, side)
    level = max(_level(context, person) for person in leads.values())
    for side, lead in crisis.leads.items():
        if side not in leads:
            led_as_high = _leads_at(context, lead) >= level
            leads[side] = lead if led_as_high else _peer(context, crisis, side, level)
    if leads == crisis.leads:
        raise AlreadyDone("already_leading", id=crisis.id)
    for side, person in named.items():
        _require_level(context, crisis, side, person, level)
    return {side: leads[side] for side in sides.SIDES}


def _require_level(context: Context, crisis: Crisis, side: str, person: str, others: int) -> None:
    """Require who takes over a side to be above who leads it; who keeps it, to match the other."""
    level, present = _level(context, person), _leads_at(context, crisis.leads[side])
    if person == crisis.leads[side]:
        if level < others:
            raise BadValue("not_peer", person=person, level=level, other=others)
    elif level <= present:
        raise BadValue("not_higher", person=person, level=level, present=present)


def _level(context: Context, person: str) -> int:
    """The level that they answer for now: in a post, on duty, or standing in (Rule CRI-2)."""
    return availability.level_at(context.contract, person, context.now)


def _leads_at(context: Context, lead: str) -> int:
    """The level of who leads a side; none while they are away, so that their deputy may lead."""
    there = availability.present(context.contract, lead, context.now)
    return _level(context, lead) if there else 0


def _peer(context: Context, crisis: Crisis, side: str, level: int) -> str:
    for person in _peers(context, crisis, side, level):
        return person
    raise NotFound("nobody_to_lead", side=side, level=level)


def _peers(context: Context, crisis: Crisis, side: str, level: int) -> Iterator[str]:
    """List who answers for a firm at that level now, then above."""
    contract = context.contract
    for echelon in sorted(contract.echelons, key=lambda each: each.level):
        if echelon.level >= level:
            post = echelon.provider if side == PROVIDER else echelon.client
            queue = availability.queue(contract, context.calendar, post, context.now)
            yield from sides.willing(contract, crisis, queue)


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

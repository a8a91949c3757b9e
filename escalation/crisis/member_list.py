"""The member list of a crisis cell: who is on it, by what right, who stands for whom (CRI-3)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound
from escalation.base.timer_names.crisis import MemberChase
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, SideCrisisRules, Supplier
from escalation.crisis import agreeing, informing, presence, sides
from escalation.crisis.crisis_room import invite, uninvite
from escalation.crisis.presence import call, led_by, report_missing, watch
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.crisis import CrisisNews
from escalation.records.crisis import Crisis, CrisisState, Member
from escalation.records.incident import Incident


def convene(context: Context, crisis: Crisis, incident: Incident | None) -> Crisis:
    """At acceptance: the initiators and whoever comes as of right are members.

    Nobody waits for the list to be agreed, at three in the morning the mandated come first: they
    are called as soon as there is a room to come to, and soon in any case (`crisis_room`).
    """
    for side in sides.SIDES:
        crisis = led_by(context, crisis, crisis.initiators[side])
    left_out = []
    for person in _as_of_right(context, crisis):
        if not sides.willing(context.contract, crisis, [person]):
            left_out.append(person)
        elif crisis.member(person) is None:
            member = Member(person=person, mandated=True, why="as_of_right")
            crisis = sides.with_member(crisis, member)
    for member in crisis.members:
        sides.note(
            context, crisis, CrisisAction.MEMBER_ADDED,
            person=member.person, why=member.why, mandated=True,
        )  # fmt: skip
    for member in crisis.members:
        crisis = _represent_absent(context, crisis, member)
    for side in sides.SIDES:
        crisis = _seat_communication_lead(context, crisis, side)
    told = {side: informing.informed(context, crisis, side) for side in sides.SIDES}
    crisis = agreeing.ask(context, crisis, incident=incident, left_out=left_out, told=told)
    return watch(context, crisis)


def add(context: Context, crisis: Crisis, person: str) -> Crisis:
    """Somebody whom an initiator asks for (Rule CRI-3)."""
    sides.require_open(crisis)
    side = sides.require_side(context, crisis)
    sides.require_person(context, crisis, person)
    crisis = seat(context, crisis, person, "asked")
    return _changed(context, crisis, side)


def add_supplier(context: Context, crisis: Crisis, supplier_id: str) -> Crisis:
    """A supplier may be part of the cause or the cure: its representative joins (Rule CRI-3).

    Where they are away, their stand-in; else their deputy (Rules CRI-13, ORG-3).
    """
    sides.require_open(crisis)
    side = sides.require_side(context, crisis)
    suppliers = {supplier.id: supplier for supplier in context.contract.suppliers}
    if supplier_id not in suppliers:
        raise NotFound("unknown_supplier", supplier=supplier_id)
    person = _who_represents(context, crisis, suppliers[supplier_id])
    sides.require_person(context, crisis, person)
    crisis = seat(context, crisis, person, "supplier")
    known = context.contract.person(person)
    sides.note(
        context, crisis, CrisisAction.SUPPLIER_ADDED,
        person=person, name=known.name, phone=known.phone, supplier=supplier_id,
    )  # fmt: skip
    news = CrisisNews(action=CrisisAction.SUPPLIER_ADDED, by=context.actor, person=person)
    sides.post(context, crisis, news)
    sides.notify(context, crisis, news, crisis.leads.values())
    return _changed(context, crisis, side)


def _who_represents(context: Context, crisis: Crisis, supplier: Supplier) -> str:
    """Name who of its management is there to be called; the representative where nobody is."""
    people = sides.willing(context.contract, crisis, supplier.management)
    there = availability.there(context.contract, people, context.now)
    return next(iter(there), supplier.representative)


def seat(
    context: Context, crisis: Crisis, person: str, why: str, *, mandated: bool = False
) -> Crisis:
    """Put somebody on the list, invited and called; who came as a visitor stays where they are."""
    before = crisis.member(person)
    if before is not None and before.why != "visitor":
        raise AlreadyDone("already_member", person=person)
    member = Member(
        person=person,
        mandated=mandated,
        why=why,
        asked_by=context.actor,
        joined_at=before.joined_at if before else None,
    )
    sides.note(
        context,
        crisis,
        CrisisAction.MEMBER_ADDED,
        person=person,
        why=why,
        mandated=mandated or None,
    )
    crisis = sides.with_member(crisis, member)
    if member.joined_at is None:
        crisis = invite(context, crisis, [person])
        call(context, crisis, person, number=1)
    return watch(context, crisis)


def remove(context: Context, crisis: Crisis, person: str) -> Crisis:
    """An initiator takes somebody off the list; who is mandated stays (Rule CRI-3)."""
    sides.require_open(crisis)
    side = sides.require_side(context, crisis)
    member = crisis.member(person)
    if member is None:
        raise NotFound("not_a_member", person=person)
    if member.mandated:
        raise BadValue("mandated_member", person=person)
    sides.note(context, crisis, CrisisAction.MEMBER_REMOVED, person=person, why=member.why)
    silenced = {s: lead for s, lead in crisis.communication.items() if lead != person}
    crisis = replace(_without(context, crisis, person), communication=silenced)
    return _changed(context, watch(context, crisis), side)


def name_delegate(context: Context, crisis: Crisis, delegate: str, member_id: str | None) -> Crisis:
    """A member is represented by somebody of their own firm (Rules CRI-3, CRI-4)."""
    sides.require_open(crisis)
    member = _to_represent(context, crisis, member_id)
    if delegate == member.person:
        raise BadValue("own_delegate", person=delegate)
    known = context.contract.recalled(member.person)
    sides.require_person(context, crisis, delegate, known.organisation if known else None)
    if member.delegate == delegate:
        raise AlreadyDone("already_delegate", person=delegate)
    crisis = _delegated(context, crisis, member, delegate, called=True)
    return watch(context, crisis)


def _to_represent(context: Context, crisis: Crisis, member_id: str | None) -> Member:
    """The member named; else the caller, or whom the caller stands for as a delegate."""
    member = crisis.member(member_id or context.actor)
    if member_id is None and member is not None and member.why == "delegate":
        represented = (m for m in crisis.members if m.delegate == context.actor)
        member = next(represented, member)
    if member is None or member.why == "visitor":
        raise NotFound("not_a_member", person=member_id or context.actor)
    return member


def _delegated(
    context: Context, crisis: Crisis, member: Member, delegate: str, *, called: bool
) -> Crisis:
    former = member.delegate
    crisis = sides.with_member(crisis, replace(member, delegate=delegate))
    sides.note(
        context, crisis, CrisisAction.DELEGATE_NAMED,
        person=member.person, delegate=delegate, automatic=None if called else True,
    )  # fmt: skip
    present = crisis.member(delegate)
    if present is None or present.why == "visitor":
        joined = present.joined_at if present else None
        entry = Member(
            person=delegate,
            mandated=False,
            why="delegate",
            asked_by=context.actor,
            joined_at=joined,
        )
        crisis = sides.with_member(crisis, entry)
        if called and joined is None:
            crisis = invite(context, crisis, [delegate])
            call(context, crisis, delegate, number=1)
    if former is not None:
        crisis = _relieved(context, crisis, former)
    sides.show(context, crisis)
    return crisis


def _relieved(context: Context, crisis: Crisis, former: str) -> Crisis:
    """Take off the list again whoever was a delegate of nobody else and has not come."""
    entry = crisis.member(former)
    if entry is None or entry.why != "delegate" or entry.joined_at:
        return crisis
    if any(member.delegate == former for member in crisis.members):
        return crisis
    sides.note(context, crisis, CrisisAction.MEMBER_REMOVED, person=former, why="delegate")
    return _without(context, crisis, former)


def _without(context: Context, crisis: Crisis, person: str) -> Crisis:
    """The list without somebody, who then no longer reads along (Rule CON-2)."""
    uninvite(context, crisis, person)
    kept = tuple(
        replace(member, delegate=None) if member.delegate == person else member
        for member in crisis.members
        if member.person != person
    )
    return replace(crisis, members=kept)


def _changed(context: Context, crisis: Crisis, side: str) -> Crisis:
    """After a change of the list the other side agrees anew (Rule CRI-3)."""
    kept = tuple(agreed for agreed in crisis.agreed_by if agreed == side)
    crisis = replace(crisis, agreed_by=kept)
    crisis = agreeing.ask(context, crisis)
    sides.show(context, crisis)
    return crisis


def _rules_of(context: Context, side: str) -> SideCrisisRules:
    rules = context.contract.crisis
    return rules.provider if side == PROVIDER else rules.client


def _as_of_right(context: Context, crisis: Crisis) -> list[str]:
    """Everyone who holds a role at contract level, side by side, nobody twice (Rule CRI-3)."""
    people = [
        person.id
        for side in sides.SIDES
        for role in _rules_of(context, side).as_of_right
        for person in context.contract.holders(role, side)
        if person.id not in crisis.initiators.values()
    ]
    return list(dict.fromkeys(people))


def _represent_absent(context: Context, crisis: Crisis, member: Member) -> Crisis:
    """The stand-in of somebody mandated but absent is their delegate, until they say otherwise."""
    contract = context.contract
    if member.why == "initiator" or availability.present(contract, member.person, context.now):
        return crisis
    if (stand_in := _stand_in(context, crisis, member)) is not None:
        return _delegated(context, crisis, member, stand_in, called=False)
    report_missing(context, crisis, member, absent=True)
    return crisis


def _stand_in(context: Context, crisis: Crisis, member: Member) -> str | None:
    """Name who of their own firm stands in for a member who is away."""
    contract = context.contract
    stand_in = availability.stand_in(contract, member.person, context.now)
    known = contract.recalled(member.person)
    firm = known.organisation if known else ""
    if stand_in is None or contract.person(stand_in).organisation != firm:
        return None
    return next(iter(sides.willing(contract, crisis, [stand_in])), None)


def chase(context: Context, crisis: Crisis, timer: Timer[MemberChase]) -> Crisis:
    """Call a missing member again; who went away since is represented by their stand-in."""
    member, contract, now = crisis.member(timer.name.person), context.contract, context.now
    if (
        crisis.state is CrisisState.OPEN
        and member
        and not any(
            availability.present(contract, person, now)
            for person in (member.person, member.delegate)
            if person
        )
    ):
        stand_in = _stand_in(context, crisis, member)
        if stand_in is not None:
            crisis = _delegated(context, crisis, member, stand_in, called=False)
            crisis = invite(context, crisis, [stand_in])
    return presence.chase(context, crisis, timer)


def _seat_communication_lead(context: Context, crisis: Crisis, side: str) -> Crisis:
    """The contract's communication lead of a side sits in the cell, to know what to say (CRI-7)."""
    lead = _rules_of(context, side).communication_lead
    if not sides.willing(context.contract, crisis, [lead]):
        return crisis
    crisis = replace(crisis, communication={**crisis.communication, side: lead})
    if crisis.member(lead) is None:
        sides.note(
            context, crisis, CrisisAction.MEMBER_ADDED, person=lead, why="communication_lead"
        )
        crisis = sides.with_member(
            crisis, Member(person=lead, mandated=False, why="communication_lead")
        )
    return crisis

"""One rung of a ladder: who stands on it on either side, whose turn it is (ESC-3, ESC-5)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.evolve import replace
from escalation.contract import CLIENT, PROVIDER, Contract, Ladder, Post, Rung
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.supplier_hours import hours_of
from escalation.records.escalation import Earlier, Escalation, SideCalls
from escalation.records.incident import Incident

ORDERS = 100  # kept of a contract: those of a batch of timers, whose `now` is the same

# ── who stands on it ─────────────────────────────────────────────────────────────────────────


def rung_of(contract: Contract, escalation: Escalation) -> Rung:
    """The rung an escalation stands on."""
    return contract.ladder(escalation.ladder).rungs[escalation.rung]


def at_top(contract: Contract, escalation: Escalation) -> bool:
    """Tell whether there is no rung above."""
    return escalation.rung >= len(contract.ladder(escalation.ladder).rungs) - 1


def sides(incident: Incident, ladder: Ladder) -> tuple[str, ...]:
    """Both sides of a ladder (ESC-3); the provider's alone until the client may know (INC-7)."""
    if ladder.towards == CLIENT and not incident.client_informed:
        return (PROVIDER,)
    return (PROVIDER, ladder.towards)


def post(contract: Contract, rung: Rung, side: str) -> Post:
    """Find the post that answers for one side of a rung."""
    if side == PROVIDER:
        return contract.echelon(rung.level).provider
    if side == CLIENT:
        return contract.echelon(rung.level).client
    return rung.supplier or Post(people=())


def reachable(context: Context, incident: Incident, person_id: str) -> bool:
    """Tell whether a person may be called now: present, and willing for an exercise (CRI-10)."""
    if not context.contract.knows(person_id):
        return False  # gone from the contract to which the incident was moved
    willing = context.contract.person(person_id).drills or not incident.exercise
    return willing and availability.present(context.contract, person_id, context.now)


def call_order(context: Context, incident: Incident, rung: Rung, side: str) -> tuple[str, ...]:
    """The people of one side of a rung who may be called now, in order."""
    contract, named = context.contract, post(context.contract, rung, side)
    asked = (named, context.duty_at, context.now, incident.exercise)
    order = contract.call_orders.get(asked)
    if order is None:
        queue = availability.queue(contract, context.calendar, named, context.duty_at)
        order = tuple(each for each in queue if reachable(context, incident, each))
        if len(contract.call_orders) >= ORDERS:
            contract.call_orders.clear()
        contract.call_orders[asked] = order
    return order


def order_now(
    context: Context, incident: Incident, escalation: Escalation, side: str
) -> tuple[str, ...]:
    """The order of calling of a side, worked out for the call to be made now (CAL-6, ORG-10).

    Whoever was handed the point comes first, in the place of who gave it, while they are there
    (ESC-6). Called in vain at a lower rung is not called again in another post; who took it there
    comes last (ESC-5). At the top, where nobody else is left, they are.
    """
    order = list(call_order(context, incident, rung_of(context.contract, escalation), side))
    calls = next((each for each in escalation.sides if each.side == side), None)
    for handed in calls.handed if calls else ():
        if reachable(context, incident, handed.to):
            order = [handed.to, *(each for each in order if each not in (handed.by, handed.to))]
    given = {handed.to for handed in calls.handed} if calls else set()
    earlier = {
        each.person: each.took
        for each in escalation.earlier
        if each.rung < escalation.rung and each.person not in given
    }
    fresh = [each for each in order if each not in earlier]
    fresh += [each for each in order if earlier.get(each)]
    return tuple(fresh or (order if at_top(context.contract, escalation) else ()))


def next_in_line(
    context: Context, incident: Incident, escalation: Escalation, side: str
) -> str | None:
    """Name whom to call next in this round: the same person up to their calls, then the next one.

    Whoever could not be reached by any way is passed over for the rest of the round.
    """
    calls = escalation.side(side)
    for each in order_now(context, incident, escalation, side):
        if not _in_vain(context, calls, each):
            return each
    return None


def _in_vain(context: Context, calls: SideCalls, who: str) -> bool:
    made = [ping for ping in calls.pings if ping.person == who and ping.round == calls.round]
    enough = context.contract.escalation.pings_per_person
    return len(made) >= enough or any(ping.unreached for ping in made)


def called_so_far(context: Context, escalation: Escalation) -> tuple[Earlier, ...]:
    """List who was called in vain, or took it, up to this rung: for the rungs above (ESC-5)."""
    below = tuple(each for each in escalation.earlier if each.rung < escalation.rung)
    here = tuple(
        Earlier(person=who, rung=escalation.rung, took=who == calls.acknowledged_by)
        for calls in escalation.sides
        for who in calls.concerned
        if who == calls.acknowledged_by or _in_vain(context, calls, who)
    )
    return (*below, *here)


# ── records ──────────────────────────────────────────────────────────────────────────────────


def opens_at(context: Context, escalation: Escalation, side: str) -> datetime | None:
    """Get when a supplier's people can be called; None while they can, or where it was forced."""
    contract, post = context.contract, rung_of(context.contract, escalation).supplier
    if side in {PROVIDER, CLIENT} or post is None or escalation.forced:
        return None
    if availability.on_duty(contract, context.calendar, post, context.now):
        return None
    openings = [
        context.calendar.opens_at(hours, context.now, works=works)
        for hours, works in hours_of(contract, post, side)
    ]
    opens = min(openings, default=context.now)
    return opens if opens > context.now else None


def with_escalation(incident: Incident, escalation: Escalation) -> Incident:
    """The incident with its latest escalation up that ladder replaced."""
    walks = list(incident.walks)
    latest = max(n for n, each in enumerate(walks) if each.ladder == escalation.ladder)
    walks[latest] = escalation
    return replace(incident, walks=tuple(walks))


def with_side(escalation: Escalation, calls: SideCalls) -> Escalation:
    """The escalation with one side replaced."""
    kept = tuple(calls if each.side == calls.side else each for each in escalation.sides)
    return replace(escalation, sides=kept)

"""One rung of a ladder: who stands on it on either side, whose turn it is (ESC-3, ESC-5)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.contract import CLIENT, PROVIDER, Contract, Ladder, Post, Rung
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import Incident

# ── who stands on it ─────────────────────────────────────────────────────────────────────────


def rung_of(contract: Contract, escalation: Escalation) -> Rung:
    """The rung an escalation stands on."""
    return contract.ladder(escalation.ladder).rungs[escalation.rung]


def at_top(contract: Contract, escalation: Escalation) -> bool:
    """Whether there is no rung above."""
    return escalation.rung >= len(contract.ladder(escalation.ladder).rungs) - 1


def sides(incident: Incident, ladder: Ladder) -> tuple[str, ...]:
    """Both sides of a ladder (ESC-3); the provider's alone until the client may know (INC-7)."""
    if ladder.towards == CLIENT and not incident.client_informed:
        return (PROVIDER,)
    return (PROVIDER, ladder.towards)


def post(contract: Contract, rung: Rung, side: str) -> Post:
    """Who answers for one side of a rung."""
    if side == PROVIDER:
        return contract.echelon(rung.level).provider
    if side == CLIENT:
        return contract.echelon(rung.level).client
    return rung.supplier or Post(people=())


def reachable(context: Context, incident: Incident, person_id: str) -> bool:
    """Whether a person may be called now: present, and willing where it is an exercise (CRI-10)."""
    if not context.contract.knows(person_id):
        return False  # gone from the contract to which the incident was moved
    willing = context.contract.person(person_id).drills or not incident.exercise
    return willing and availability.present(context.contract, person_id, context.now)


def call_order(context: Context, incident: Incident, rung: Rung, side: str) -> tuple[str, ...]:
    """The people of one side, in the order they are to be called from now on."""
    queue = availability.queue(
        context.contract, context.calendar, post(context.contract, rung, side), context.now
    )
    return tuple(each for each in queue if reachable(context, incident, each))


def next_in_line(context: Context, incident: Incident, calls: SideCalls) -> str | None:
    """Whom to call next in this round: the same person up to their calls, then the next one.

    Whoever could not be reached by any way is passed over for the rest of the round.
    """
    enough = context.contract.escalation.pings_per_person
    for each in calls.queue:
        made = [p for p in calls.pings if p.person == each and p.round == calls.round]
        in_vain = len(made) >= enough or any(p.unreached for p in made)
        if not in_vain and reachable(context, incident, each):
            return each
    return None


# ── records ──────────────────────────────────────────────────────────────────────────────────


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

"""What people do to a walk: take it, pass it on, put it off, send it up or down (ESC-2, ESC-6).

The caller is `turn.actor`. Every move is refused, with the reason as data, to whoever is not
concerned by the present rung: old buttons do nothing.
"""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions import JournalAction as A
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.base.timer_names import NextCall, SettleBy, SnoozeOver
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract, Role
from escalation.decision.turn import Turn
from escalation.duty import availability
from escalation.ladder import climbing
from escalation.ladder.calling import announce, arm_call, dial
from escalation.ladder.ending import current_people, end
from escalation.ladder.rung import (
    at_top,
    line_up,
    post,
    reachable,
    rung_of,
    sides,
    with_side,
    with_walk,
)
from escalation.messages.destinations import person as direct
from escalation.messages.ladder import HandedOver, PeerEscalated
from escalation.people.acquaintance import known_to
from escalation.people.cards import show_card
from escalation.records.escalation import Walk
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT

# ── which walk, which side ───────────────────────────────────────────────────────────────────


def active_walk(turn: Turn, incident: Incident, ladder_id: str | None) -> Walk:
    """The walk meant: the one named, else the caller's, else the latest under way.

    Of those that the caller may know of (Rule CON-2).
    """
    if ladder_id is not None:
        walk = incident.walk(_known_here(turn, ladder_id))
    else:
        ladders = _ladders(turn)
        walks = [each for each in incident.walks if each.ladder in ladders]
        active = [each for each in walks if each.active]
        mine = [each for each in active if side_of(turn, each, turn.actor)]
        walk = next(reversed(mine or active or walks), None)
    if walk is None:
        raise NotNow("no_escalation", incident=incident.id)
    if walk.ended_at is not None:
        ended_at = walk.ended_at.isoformat()
        raise NotNow("escalation_over", incident=incident.id, why=walk.ended_why, at=ended_at)
    return walk


def known(contract: Contract, ladder_id: str) -> str:
    """The id of a ladder of the contract."""
    ids = [each.id for each in contract.ladders]
    if ladder_id not in ids:
        raise NotFound("unknown_ladder", ladder=ladder_id, known=ids)
    return ladder_id


def _known_here(turn: Turn, ladder_id: str) -> str:
    """The id of a ladder that the caller may know of."""
    ids = _ladders(turn)
    if ladder_id not in ids:
        raise NotFound("unknown_ladder", ladder=ladder_id, known=ids)
    return ladder_id


def _ladders(turn: Turn) -> list[str]:
    """The ids of the ladders that the caller may know of; of all for Escalade itself."""
    contract = turn.contract
    if turn.actor == ESCALADE:
        return [each.id for each in contract.ladders]
    return [each.id for each in known_to(contract, _firm_of(turn)).ladders]


def side_of(turn: Turn, walk: Walk, who: str) -> str | None:
    """The side for which somebody is concerned by the present rung: called, in line, or in post."""
    pursuit = walk.side_of(who)
    if pursuit:
        return pursuit.side
    for each in walk.sides:
        named = post(turn.contract, rung_of(turn.contract, walk), each.side)
        if who in named.people:
            return each.side
        if who in availability.queue(turn.contract, turn.calendar, named, turn.now):
            return each.side
    return None


def _my_side(turn: Turn, walk: Walk) -> str:
    side = side_of(turn, walk, turn.actor)
    if side is None:
        raise NotAllowed(
            "not_called_at_this_rung",
            level=rung_of(turn.contract, walk).level,
            people=current_people(walk),
        )
    return side


def _my_firm(turn: Turn, incident: Incident, ladder_id: str) -> str:
    """The caller's firm, which must be one of the ladder's two (Rule ESC-2)."""
    firm = _firm_of(turn)
    if firm not in sides(incident, turn.contract.ladder(ladder_id)):
        raise NotAllowed("not_of_this_ladder", ladder=ladder_id)
    return firm


def _firm_of(turn: Turn) -> str:
    """The caller's firm, under the contract that the incident runs by."""
    if not turn.contract.knows(turn.actor):
        raise NotAllowed("unknown_person", person=turn.actor)
    return turn.contract.person(turn.actor).organisation


def _own_level(contract: Contract, ladder_id: str, who: str) -> int:
    """The highest level somebody answers for in their own firm; 0 for none."""
    if contract.person(who).organisation in (PROVIDER, CLIENT):
        return contract.level_of(who)
    rungs = contract.ladder(ladder_id).rungs
    return max((r.level for r in rungs if r.supplier and who in r.supplier.people), default=0)


def _manages(contract: Contract, who: str) -> bool:
    """The provider's incident manager or service delivery manager."""
    person = contract.person(who)
    managers = {Role.INCIDENT_MANAGER, Role.SERVICE_DELIVERY_MANAGER}
    return person.organisation == PROVIDER and bool(managers & set(person.roles))


def _reason(text: str) -> str:
    return user_text.required(text, "reason_missing")


# ── up and down ──────────────────────────────────────────────────────────────────────────────


def escalate(turn: Turn, incident: Incident, *, ladder_id: str | None, reason: str) -> Incident:
    """Start a walk, or take it one rung up on both sides; the caller's peer is told (ESC-2)."""
    reason = _reason(reason)
    if incident.state in INCIDENT.over:
        raise NotNow("incident_over", incident=incident.id, state=incident.state.value)
    chosen = _ladder_meant(turn, incident, ladder_id)
    firm = _my_firm(turn, incident, chosen)
    walk = incident.walk(chosen)
    if walk is None or not walk.active:
        return _escalate_first(turn, incident, chosen, firm, reason)
    if at_top(turn.contract, walk):
        level = rung_of(turn.contract, walk).level
        raise NotNow("already_at_the_top", ladder=chosen, level=level, people=current_people(walk))
    other = walk.other(firm)
    peer = other.current if other else None
    incident = climbing.climb(
        turn, incident, walk, at=turn.now, why="escalated", by=turn.actor, note=reason
    )
    _tell_peer(turn, incident, chosen, peer, reason)
    return incident


def _ladder_meant(turn: Turn, incident: Incident, ladder_id: str | None) -> str:
    """The ladder named, else the one under way that leads to the caller's firm, else their own."""
    if ladder_id is not None:
        return _known_here(turn, ladder_id)
    firm = _firm_of(turn)
    for walk in reversed(incident.walks):
        if walk.active and firm in (PROVIDER, turn.contract.ladder(walk.ladder).towards):
            return walk.ladder
    towards = CLIENT if firm == PROVIDER else firm
    for each in turn.contract.ladders:
        if each.towards == towards:
            return each.id
    raise NotFound("unknown_ladder", ladder=towards, known=_ladders(turn))


def _escalate_first(
    turn: Turn, incident: Incident, ladder_id: str, firm: str, reason: str
) -> Incident:
    """Start at the first rung, or above the caller's own level where they stand higher."""
    contract = turn.contract
    rungs = contract.ladder(ladder_id).rungs
    own = _own_level(contract, ladder_id, turn.actor)
    at, peer = 0, None
    if own > rungs[0].level:
        above = (n for n, rung in enumerate(rungs) if rung.level > own)
        at = next(above, len(rungs) - 1)
        peer = _peer_of_level(turn, incident, ladder_id, firm, own)
    incident = climbing.start(
        turn, incident, ladder=ladder_id, reason=reason, rung=at, by=turn.actor
    )
    _tell_peer(turn, incident, ladder_id, peer, reason)
    return incident


def _peer_of_level(
    turn: Turn, incident: Incident, ladder_id: str, firm: str, level: int
) -> str | None:
    """Who stands opposite the caller, in the other firm, at the caller's level."""
    for rung in turn.contract.ladder(ladder_id).rungs:
        if rung.level == level:
            for side in sides(incident, turn.contract.ladder(ladder_id)):
                queue = line_up(turn, incident, rung, side)
                if side != firm and queue:
                    return queue[0]
    return None


def _tell_peer(
    turn: Turn, incident: Incident, ladder_id: str, peer: str | None, reason: str
) -> None:
    walk = incident.walk(ladder_id)
    if walk is None or peer is None or peer in current_people(walk):
        return
    level = rung_of(turn.contract, walk).level
    message = PeerEscalated(
        ladder=ladder_id,
        level=level,
        by=turn.actor,
        reason=reason,
        reached=tuple(current_people(walk)),
    )
    turn.tell(message, incident.id, direct(peer))


def step_down(turn: Turn, incident: Incident, walk: Walk, *, reason: str) -> Incident:
    """Give the point back to the level below: its people are called again (Rule ESC-6)."""
    _my_side(turn, walk)
    reason = _reason(reason)
    if walk.rung == 0:
        level = rung_of(turn.contract, walk).level
        raise NotNow("already_at_the_bottom", ladder=walk.ladder, level=level)
    walk = replace(
        walk,
        rung=walk.rung - 1,
        rung_why="stepped_down",
        rung_by=turn.actor,
        rung_note=reason,
    )
    turn.record(
        incident.id,
        A.LADDER_STEPPED_DOWN,
        ladder=walk.ladder,
        rung=walk.rung,
        level=rung_of(turn.contract, walk).level,
        note=reason,
    )
    return climbing.enter(turn, incident, walk, at=turn.now)


def settle(turn: Turn, incident: Incident, walk: Walk, *, note: str = "") -> Incident:
    """Say that the point is settled: the walk ends, and both sides hear of it (Rule ESC-6).

    It is said by who stands on the rung or above it, or by who manages incidents.
    """
    _my_firm(turn, incident, walk.ladder)
    level = rung_of(turn.contract, walk).level
    above = _own_level(turn.contract, walk.ladder, turn.actor) >= level
    if not above and not _manages(turn.contract, turn.actor):
        _my_side(turn, walk)
    return end(turn, incident, walk, why="settled", note=user_text.optional(note))


# ── take it, pass it on, put it off ──────────────────────────────────────────────────────────


def acknowledge(turn: Turn, incident: Incident, walk: Walk, *, rung: int | None) -> Incident:
    """Take the point for one's side: its calls stop; the rung's time to settle runs on (ESC-6)."""
    if rung is not None and rung != walk.rung:
        raise NotNow(
            "rung_is_past",
            level=rung_of(turn.contract, walk).level,
            people=current_people(walk),
        )
    side = _my_side(turn, walk)
    pursuit = walk.side(side)
    if pursuit.acknowledged_by and pursuit.acknowledged_at:
        raise AlreadyDone(
            "already_acknowledged",
            by=pursuit.acknowledged_by,
            at=pursuit.acknowledged_at.isoformat(),
        )
    pursuit = replace(pursuit, acknowledged_by=turn.actor, acknowledged_at=turn.now)
    turn.record(
        incident.id,
        A.LADDER_ACKNOWLEDGED,
        ladder=walk.ladder,
        rung=walk.rung,
        level=rung_of(turn.contract, walk).level,
        side=side,
        person=turn.actor,
        after=int((turn.now - walk.rung_started_at).total_seconds()),
    )
    alarms = incident.alarms.clear(NextCall(walk.ladder, side))
    incident = with_walk(replace(incident, alarms=alarms), with_side(walk, pursuit))
    show_card(turn, incident)
    return incident


def hand_over(turn: Turn, incident: Incident, walk: Walk, *, to: str) -> Incident:
    """Give one's place to somebody of one's own firm, who is called at once (Rule ESC-6)."""
    side = _my_side(turn, walk)
    _must_be_callable(turn, incident, to)
    pursuit = walk.side(side)
    held_by = pursuit.acknowledged_by
    if held_by and held_by != turn.actor and pursuit.acknowledged_at:
        raise AlreadyDone(
            "already_acknowledged", by=held_by, at=pursuit.acknowledged_at.isoformat()
        )
    rest = tuple(each for each in pursuit.queue if each not in (turn.actor, to))
    pursuit = replace(pursuit, queue=(to, *rest), acknowledged_by=None, acknowledged_at=None)
    walk = with_side(walk, pursuit)
    turn.record(incident.id, A.LADDER_HANDED_OVER, ladder=walk.ladder, side=side, to=to)
    walk = dial(turn, incident, walk, side, to, due=turn.now)
    announce(turn, incident, walk, side, by=turn.actor)
    other = walk.other(side)
    if other and other.current:
        turn.tell(HandedOver(by=turn.actor, person=to), incident.id, direct(other.current))
    incident = arm_call(turn, with_walk(incident, walk), walk, side, after=turn.now)
    show_card(turn, incident)
    return incident


def add(turn: Turn, incident: Incident, walk: Walk, *, person: str) -> Incident:
    """Have somebody of one's own firm called as well; nothing else changes (Rule ESC-6)."""
    side = _my_side(turn, walk)
    _must_be_callable(turn, incident, person)
    if walk.side(side).called(person):
        raise AlreadyDone("already_called", person=person)
    turn.record(incident.id, A.LADDER_ADDED, ladder=walk.ladder, side=side, person=person)
    walk = dial(turn, incident, walk, side, person, due=turn.now, added=True)
    announce(turn, incident, walk, side, by=turn.actor)
    incident = with_walk(incident, walk)
    show_card(turn, incident)
    return incident


def _must_be_callable(turn: Turn, incident: Incident, who: str) -> None:
    contract = turn.contract
    if not contract.knows(who):
        raise NotFound("unknown_person", person=who)
    if who == turn.actor:
        raise BadValue("to_yourself")
    firm = _firm_of(turn)
    if contract.person(who).organisation != firm:
        raise BadValue("other_firm", person=who, firm=contract.party_name(firm))
    if not availability.present(contract, who, turn.now):
        instead = availability.stand_in(contract, who, turn.now)
        raise BadValue("person_absent", person=who, stand_in=instead)
    if not reachable(turn, incident, who):
        raise BadValue("person_not_for_drills", person=who)


def snooze(turn: Turn, incident: Incident, walk: Walk) -> Incident:
    """Put the walk's next automatic steps off, once a rung; then it goes on as planned (ESC-6)."""
    _my_side(turn, walk)
    if walk.snoozed_at is not None:
        raise AlreadyDone("already_snoozed", at=walk.snoozed_at.isoformat())
    length = turn.contract.escalation.snooze
    names = [SettleBy(walk.ladder), *(NextCall(walk.ladder, s.side) for s in walk.sides)]
    alarms = incident.alarms
    for name in names:
        armed = alarms.get(name)
        if armed:
            alarms = alarms.set(name, turn.calendar.after(armed.due, length), armed.clock)
    over = turn.calendar.after(turn.now, length)
    alarms = alarms.set(SnoozeOver(walk.ladder), over, length.clock)
    turn.record(
        incident.id,
        A.LADDER_SNOOZED,
        ladder=walk.ladder,
        rung=walk.rung,
        until=over.isoformat(),
    )
    walk = replace(walk, snoozed_at=turn.now)
    incident = with_walk(replace(incident, alarms=alarms), walk)
    show_card(turn, incident)
    return incident

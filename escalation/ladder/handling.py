"""Handle an escalation: send it up or down, pass it on, put it off.

The caller is `context.actor`. Every move is refused, with the reason as data, to whoever is not
concerned by the present rung: old buttons do nothing.
"""

from __future__ import annotations

from datetime import timedelta

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.base.timer_names.ladder import NextCall, SettleBy, SnoozeOver
from escalation.contract import CLIENT, PROVIDER
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder import climbing
from escalation.ladder.ending import current_people
from escalation.ladder.pings import arm_call, record_ping, send_ping, show_calls
from escalation.ladder.rung import (
    at_top,
    call_order,
    reachable,
    rung_of,
    sides,
    with_escalation,
    with_side,
)
from escalation.ladder.standing import (
    firm_of,
    known_here,
    known_ladders,
    my_firm,
    my_side,
    own_level,
)
from escalation.messages.destinations import person as direct
from escalation.messages.ladder import HandedOver, PeerEscalated
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, Handed
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT

SAME_INSTANT = timedelta(minutes=1)

# ── up and down ──────────────────────────────────────────────────────────────────────────────


def _reason(text: str) -> str:
    return user_text.required(text, "reason_missing")


def escalate(
    context: Context,
    incident: Incident,
    *,
    ladder_id: str | None,
    reason: str,
    rung: int | None = None,
) -> Incident:
    """Start an escalation, or take it one rung up on both sides; the peer is told (ESC-2).

    `rung` is the one it was asked at: where both sides escalate at once, it goes up once (ESC-X).
    Where it is typed, and no rung said, that is within the minute.
    """
    reason = _reason(reason)
    if incident.state in INCIDENT.over:
        raise NotNow("incident_over", incident=incident.id, state=incident.state.value)
    chosen = _ladder_meant(context, incident, ladder_id)
    firm = my_firm(context, incident, chosen)
    escalation = incident.escalation(chosen)
    if escalation is None or not escalation.active:
        return _escalate_first(context, incident, chosen, firm, reason)
    level = rung_of(context.contract, escalation).level
    if _meanwhile(context, escalation, firm, rung):
        raise AlreadyDone("already_escalated", level=level, people=current_people(escalation))
    if escalation.waits_until and context.now < escalation.waits_until:
        return _forced(context, incident, escalation, reason)
    if at_top(context.contract, escalation):
        raise NotNow(
            "already_at_the_top", ladder=chosen, level=level, people=current_people(escalation)
        )
    other = escalation.other(firm)
    peer = other.current if other else None
    settled = tuple(each for each in escalation.settled if each.side != firm)
    escalation = replace(escalation, settled=settled)
    incident = climbing.climb(
        context,
        incident,
        escalation,
        at=context.now,
        why="escalated",
        by=context.actor,
        note=reason,
    )
    _tell_peer(context, incident, chosen, peer, reason)
    return incident


def _meanwhile(context: Context, escalation: Escalation, firm: str, rung: int | None) -> bool:
    """Tell whether it was escalated since it was asked, where the other firm says no rung."""
    if rung is not None:
        return rung != escalation.rung
    by = context.contract.recalled(escalation.rung_by)
    just_now = context.now - escalation.rung_started_at < SAME_INSTANT
    return just_now and by is not None and by.organisation != firm


def _forced(context: Context, incident: Incident, escalation: Escalation, reason: str) -> Incident:
    """A supplier's people are called outside their hours all the same, for a reason (ESC-3)."""
    forced = replace(escalation, forced=reason, rung_by=context.actor, rung_note=reason)
    context.record(
        incident.id,
        LadderAction.STARTED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung_of(context.contract, escalation).level,
        reason=reason,
    )
    return climbing.enter(context, incident, forced, at=context.now)


def _ladder_meant(context: Context, incident: Incident, ladder_id: str | None) -> str:
    """The ladder named, else the one under way that leads to the caller's firm, else their own."""
    if ladder_id is not None:
        return known_here(context, ladder_id)
    firm = firm_of(context)
    for escalation in reversed(incident.walks):
        if escalation.active and firm in (
            PROVIDER,
            context.contract.ladder(escalation.ladder).towards,
        ):
            return escalation.ladder
    towards = CLIENT if firm == PROVIDER else firm
    for each in context.contract.ladders:
        if each.towards == towards:
            return each.id
    raise NotFound("unknown_ladder", ladder=towards, known=known_ladders(context))


def _escalate_first(
    context: Context, incident: Incident, ladder_id: str, firm: str, reason: str
) -> Incident:
    """Start at the first rung, or above the caller's own level where they stand higher."""
    contract = context.contract
    rungs = contract.ladder(ladder_id).rungs
    own = own_level(context, ladder_id)
    at, peer = 0, None
    if own > rungs[0].level:
        above = (n for n, rung in enumerate(rungs) if rung.level > own)
        at = next(above, len(rungs) - 1)
        peer = _peer_of_level(context, incident, ladder_id, firm, own)
    incident = climbing.start(
        context, incident, ladder=ladder_id, reason=reason, rung=at, by=context.actor
    )
    _tell_peer(context, incident, ladder_id, peer, reason)
    return incident


def _peer_of_level(
    context: Context, incident: Incident, ladder_id: str, firm: str, level: int
) -> str | None:
    """Name who stands opposite the caller, in the other firm, at the caller's level."""
    for rung in context.contract.ladder(ladder_id).rungs:
        if rung.level == level:
            for side in sides(incident, context.contract.ladder(ladder_id)):
                queue = call_order(context, incident, rung, side)
                if side != firm and queue:
                    return queue[0]
    return None


def _tell_peer(
    context: Context, incident: Incident, ladder_id: str, peer: str | None, reason: str
) -> None:
    escalation = incident.escalation(ladder_id)
    if escalation is None or peer is None or peer in current_people(escalation):
        return
    level = rung_of(context.contract, escalation).level
    message = PeerEscalated(
        ladder=ladder_id,
        level=level,
        by=context.actor,
        reason=reason,
        reached=tuple(current_people(escalation)),
    )
    context.notify(message, incident.id, direct(peer))


def step_down(
    context: Context, incident: Incident, escalation: Escalation, *, reason: str
) -> Incident:
    """Give the point back to the echelon below: its people are called again (Rule ESC-6)."""
    my_side(context, escalation)
    reason = _reason(reason)
    if escalation.rung == 0:
        level = rung_of(context.contract, escalation).level
        raise NotNow("already_at_the_bottom", ladder=escalation.ladder, level=level)
    escalation = replace(
        escalation,
        rung=escalation.rung - 1,
        rung_why="stepped_down",
        rung_by=context.actor,
        rung_note=reason,
        called=(),
        settled=(),
    )
    context.record(
        incident.id,
        LadderAction.STEPPED_DOWN,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung_of(context.contract, escalation).level,
        note=reason,
    )
    return climbing.step_down(context, incident, escalation)


# ── pass it on, put it off ───────────────────────────────────────────────────────────────────


def hand_over(context: Context, incident: Incident, escalation: Escalation, *, to: str) -> Incident:
    """Give one's place to somebody of one's own firm, who is called at once (Rule ESC-6)."""
    side = my_side(context, escalation)
    _must_be_callable(context, incident, to)
    calls = escalation.side(side)
    held_by = calls.acknowledged_by
    if held_by and held_by != context.actor and calls.acknowledged_at:
        raise AlreadyDone("already_acknowledged", by=held_by, at=calls.acknowledged_at.isoformat())
    handed = (*calls.handed, Handed(by=context.actor, to=to))
    calls = replace(calls, handed=handed, acknowledged_by=None, acknowledged_at=None)
    escalation = with_side(escalation, calls)
    context.record(
        incident.id, LadderAction.HANDED_OVER, ladder=escalation.ladder, side=side, to=to
    )
    escalation = record_ping(context, incident, escalation, side, to, due=context.now)
    send_ping(context, incident, escalation, side, by=context.actor, why="handed_over")
    show_calls(context, incident, escalation)
    other = escalation.other(side)
    if other and other.current:
        context.notify(HandedOver(by=context.actor, person=to), incident.id, direct(other.current))
    incident = arm_call(
        context, with_escalation(incident, escalation), escalation, side, after=context.now
    )
    update_card(context, incident)
    return incident


def add(context: Context, incident: Incident, escalation: Escalation, *, person: str) -> Incident:
    """Have somebody of one's own firm called as well; nothing else changes (Rule ESC-6)."""
    side = my_side(context, escalation)
    _must_be_callable(context, incident, person)
    if escalation.side(side).called(person):
        raise AlreadyDone("already_called", person=person)
    context.record(
        incident.id, LadderAction.ADDED, ladder=escalation.ladder, side=side, person=person
    )
    escalation = record_ping(
        context, incident, escalation, side, person, due=context.now, added=True
    )
    send_ping(context, incident, escalation, side, by=context.actor, why="added")
    incident = with_escalation(incident, escalation)
    update_card(context, incident)
    return incident


def _must_be_callable(context: Context, incident: Incident, who: str) -> None:
    contract = context.contract
    if not contract.knows(who):
        raise NotFound("unknown_person", person=who)
    if who == context.actor:
        raise BadValue("to_yourself")
    firm = firm_of(context)
    if contract.person(who).organisation != firm:
        raise BadValue("other_firm", person=who, firm=contract.party_name(firm))
    if not availability.present(contract, who, context.now):
        instead = availability.stand_in(contract, who, context.now)
        raise BadValue("person_absent", person=who, stand_in=instead)
    if not reachable(context, incident, who):
        raise BadValue("person_not_for_drills", person=who)


def snooze(context: Context, incident: Incident, escalation: Escalation) -> Incident:
    """Put its next automatic steps off, once a rung; then it goes on as planned (ESC-6)."""
    my_side(context, escalation)
    if escalation.snoozed_at is not None:
        raise AlreadyDone("already_snoozed", at=escalation.snoozed_at.isoformat())
    length = context.contract.escalation.snooze
    names = [
        SettleBy(escalation.ladder),
        *(NextCall(escalation.ladder, s.side) for s in escalation.sides),
    ]
    alarms = incident.alarms
    for name in names:
        armed = alarms.get(name)
        if armed:
            alarms = alarms.set(name, context.calendar.after(armed.due, length), armed.clock)
    over = context.calendar.after(context.now, length)
    alarms = alarms.set(SnoozeOver(escalation.ladder), over, length.clock)
    context.record(
        incident.id,
        LadderAction.SNOOZED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        until=over.isoformat(),
    )
    escalation = replace(escalation, snoozed_at=context.now, snoozed_by=context.actor)
    incident = with_escalation(replace(incident, alarms=alarms), escalation)
    update_card(context, incident)
    return incident

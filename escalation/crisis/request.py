"""Asking for a crisis cell, and answering (Rule CRI-2).

Whom to ask is looked up anew for each call: duty passes, people leave and come back (ORG-10).
"""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.base.timer_names.crisis import AnswerAwaited
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, Post
from escalation.crisis import sides
from escalation.decision.commands.crisis import AskCrisis
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.crisis import CrisisClosed, CrisisRefused, CrisisRequest, CrisisRequested
from escalation.records.crisis import Crisis, CrisisState, Declined
from escalation.records.escalation import Ping
from escalation.records.incident import Incident

ANSWER = AnswerAwaited()


def ask(context: Context, command: AskCrisis, crisis_id: str, incident: Incident | None) -> Crisis:
    """Somebody of the level the contract sets asks their counterpart (Rule CRI-2)."""
    contract = context.contract
    reason = user_text.required(command.reason, "reason_missing")
    level = availability.level_at(contract, context.actor, context.now)
    crisis = Crisis(
        id=crisis_id,
        contract=contract.id,
        contract_version=contract.version,
        incident=incident.id if incident else None,
        reason=reason,
        exercise=command.exercise or (incident is not None and incident.exercise),
        asked_by=context.actor,
        asked_side=sides.other_side(contract.person(context.actor).organisation),
        asked_at=context.now,
        level=level,
        asked_level=level,
    )
    if not sides.willing(contract, crisis, [context.actor]):
        raise BadValue("no_drills", person=context.actor)
    found = _not_asked_yet(context, crisis)
    if found is None:
        raise NotFound("nobody_to_ask", side=crisis.asked_side, level=crisis.level)
    sides.note_both(
        context, crisis, CrisisAction.ASKED, reason=reason, side=crisis.asked_side, level=found[0]
    )
    crisis = _call(context, crisis, *found)
    due = context.calendar.after(context.now, contract.crisis.answer_within)
    return sides.arm(crisis, ANSWER, due)


def unanswered(context: Context, crisis: Crisis, timer: Timer[AnswerAwaited]) -> Crisis:
    """No answer: the next deputy, then the level above; at the top, over again (Rule CRI-2)."""
    if crisis.state is not CrisisState.ASKED:
        return sides.disarm(crisis, timer.name)
    crisis = _call_next(context, crisis)
    return sides.again(context, crisis, timer, context.contract.crisis.answer_within)


def accept(context: Context, crisis: Crisis) -> Crisis:
    """One who was asked accepts: both are now the initiators, and lead jointly (CRI-2, CRI-6)."""
    _require_asked(context, crisis)
    if crisis.state is CrisisState.REFUSED:
        raise NotNow("crisis_refused", id=crisis.id, by=crisis.refused_by)
    if crisis.state is CrisisState.OPEN:
        raise AlreadyDone("already_accepted", id=crisis.id, by=crisis.initiators[crisis.asked_side])
    if crisis.state is CrisisState.CLOSED:
        raise NotNow("crisis_closed", id=crisis.id)
    initiators = {
        sides.other_side(crisis.asked_side): crisis.asked_by,
        crisis.asked_side: context.actor,
    }
    sides.note_both(context, crisis, CrisisAction.OPENED, side=crisis.asked_side)
    return replace(
        crisis,
        state=CrisisState.OPEN,
        opened_at=context.now,
        led_at=context.now,
        initiators=initiators,
        leads=initiators,
        alarms=crisis.alarms.clear(ANSWER),
    )


def refuse(context: Context, crisis: Crisis, reason: str) -> Crisis:
    """One who was asked refuses: the reason is recorded, and the asker told (Rule CRI-2).

    It is final of whoever holds the role; a deputy's goes on to them, who may still accept.
    """
    _require_asked(context, crisis)
    if crisis.state is CrisisState.OPEN:
        raise AlreadyDone("already_accepted", id=crisis.id, by=crisis.initiators[crisis.asked_side])
    if crisis.state is CrisisState.CLOSED:
        raise NotNow("crisis_closed", id=crisis.id)
    if crisis.state is CrisisState.REFUSED or crisis.declined_by(context.actor):
        raise AlreadyDone("already_refused", id=crisis.id, by=crisis.refused_by or context.actor)
    reason = user_text.required(reason, "reason_missing")
    final = _holds_role(context, crisis)
    sides.note_both(
        context, crisis, CrisisAction.REFUSED, reason=reason, deputy=None if final else True
    )
    declined = Declined(person=context.actor, reason=reason, at=context.now)
    crisis = replace(crisis, declined=(*crisis.declined, declined))
    told = CrisisRefused(by=context.actor, deputy=not final)
    sides.notify(context, crisis, told, [crisis.asked_by])
    if final:
        return replace(
            crisis,
            state=CrisisState.REFUSED,
            refused_by=context.actor,
            refusal=reason,
            alarms=crisis.alarms.clear(ANSWER),
        )
    if crisis.pings[-1].person != context.actor:
        return crisis  # somebody else is asked already
    crisis = _call_holder(context, crisis)
    due = context.calendar.after(context.now, context.contract.crisis.answer_within)
    return sides.arm(crisis, ANSWER, due)


def withdraw(context: Context, crisis: Crisis) -> Crisis:
    """The asker no longer needs the cell: nobody is called any more."""
    if context.actor != crisis.asked_by:
        raise NotAllowed("not_initiator", id=crisis.id, people=[crisis.asked_by])
    return _void(context, crisis, CrisisClosed(by=context.actor, withdrawn=True))


def lapse(context: Context, crisis: Crisis, *, instead: str = "") -> Crisis:
    """The incident is over before anybody answered, or another cell meets about it (INC-X).

    The request is void; whoever asked is told too.
    """
    told = CrisisClosed(withdrawn=True, instead=instead)
    sides.notify(context, crisis, told, [crisis.asked_by])
    return _void(context, crisis, told)


def _void(context: Context, crisis: Crisis, told: CrisisClosed) -> Crisis:
    sides.note_both(context, crisis, CrisisAction.WITHDRAWN)
    sides.notify(context, crisis, told, [ping.person for ping in crisis.pings])
    return replace(
        crisis,
        state=CrisisState.CLOSED,
        closed_at=context.now,
        alarms=crisis.alarms.clear_all(),
    )


def _require_asked(context: Context, crisis: Crisis) -> None:
    if all(ping.person != context.actor for ping in crisis.pings):
        raise NotAllowed("not_asked", id=crisis.id, people=[crisis.pings[-1].person])


def _call_next(context: Context, crisis: Crisis) -> Crisis:
    """Ask who was not asked yet; at the top everybody there again, as long as it takes."""
    found = _not_asked_yet(context, crisis) or _at_top(context, crisis)
    return _call(context, crisis, *found)


def _call_holder(context: Context, crisis: Crisis) -> Crisis:
    """A deputy refused: whoever holds the role is asked at once, again or for the first time."""
    post = dict(_posts(context, crisis))[crisis.level]
    people = [p for p in _present(context, crisis, post) if not crisis.declined_by(p)]
    if not people:
        return _call_next(context, crisis)
    return _call(context, crisis, crisis.level, people[0])


def _call(context: Context, crisis: Crisis, level: int, called: str) -> Crisis:
    number = 1 + sum(ping.person == called for ping in crisis.pings)
    sides.note(
        context, crisis, CrisisAction.COUNTERPART_ASKED,
        person=called, level=level, number=number, late=context.late_seconds,
    )  # fmt: skip
    sides.notify(context, crisis, CrisisRequest(number=number, late=context.late_seconds), [called])
    last = crisis.pings[-1].person if crisis.pings else ""
    silent = "" if crisis.declined_by(last) else last
    requested = CrisisRequested(
        person=called, silent=silent, away=_passed_over(context, crisis, level, called)
    )
    sides.notify(context, crisis, requested, [crisis.asked_by])
    ping = Ping(person=called, at=context.now, number=number)
    return replace(crisis, level=level, pings=(*crisis.pings, ping))


def _passed_over(context: Context, crisis: Crisis, level: int, called: str) -> tuple[str, ...]:
    """List who of that post comes before whoever is called, and is away (Rule CON-5)."""
    people = dict(_posts(context, crisis))[level].people
    before = people[: people.index(called)] if called in people else people
    return tuple(p for p in before if not availability.present(context.contract, p, context.now))


def _not_asked_yet(context: Context, crisis: Crisis) -> tuple[int, str] | None:
    """The first from the level that is asked upwards who was not asked yet; on which level.

    Where everybody of a level is away, the absent are asked all the same, once nobody is left who
    is there: better a call to somebody on leave than silence.
    """
    asked = {ping.person for ping in crisis.pings}
    levels = [(at, post) for at, post in _posts(context, crisis) if at >= crisis.level]
    there = [(at, _present(context, crisis, post)) for at, post in levels]
    away = [(at, _anybody(context, crisis, post)) for at, post in levels]
    empty = {at for at, people in there if not people}
    every = [*there, *((at, people) for at, people in away if at in empty)]
    return next(((at, p) for at, people in every for p in people if p not in asked), None)


def _at_top(context: Context, crisis: Crisis) -> tuple[int, str]:
    """Find who was asked least at the highest level where somebody is present, or is at all."""
    levels = [(at, post) for at, post in _posts(context, crisis) if at >= crisis.asked_level]
    for people_of in (_present, _anybody):
        for at, post in reversed(levels):
            people = [p for p in people_of(context, crisis, post) if not crisis.declined_by(p)]
            if people:
                return at, min(people, key=[ping.person for ping in crisis.pings].count)
    return crisis.level, crisis.pings[-1].person


def _holds_role(context: Context, crisis: Crisis) -> bool:
    """Tell whether the caller holds the role at a level that was asked, or nobody else does now."""
    me = context.actor
    for at, post in _posts(context, crisis):
        if not crisis.asked_level <= at <= crisis.level:
            continue
        there = _present(context, crisis, post) or _anybody(context, crisis, post)
        if me in (*post.people[:1], *there[:1]):
            return True
    return False


def _posts(context: Context, crisis: Crisis) -> list[tuple[int, Post]]:
    ordered = sorted(context.contract.echelons, key=lambda echelon: echelon.level)
    return [(e.level, e.provider if crisis.asked_side == PROVIDER else e.client) for e in ordered]


def _present(context: Context, crisis: Crisis, post: Post) -> tuple[str, ...]:
    queue = availability.queue(context.contract, context.calendar, post, context.now)
    return sides.willing(context.contract, crisis, queue)


def _anybody(context: Context, crisis: Crisis, post: Post) -> tuple[str, ...]:
    return sides.willing(context.contract, crisis, post.people)

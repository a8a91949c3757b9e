"""Asking for a crisis cell, and answering (Rule CRI-2)."""

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
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.escalation import Ping
from escalation.records.incident import Incident

ANSWER = AnswerAwaited()


def ask(context: Context, command: AskCrisis, crisis_id: str, incident: Incident | None) -> Crisis:
    """Somebody of the level the contract sets asks their counterpart (Rule CRI-2)."""
    contract = context.contract
    reason = user_text.required(command.reason, "reason_missing")
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
        level=contract.level_of(context.actor),
    )
    if not sides.willing(contract, crisis, [context.actor]):
        raise BadValue("no_drills", person=context.actor)
    level, queue = _people_from(context, crisis, crisis.level)
    if not queue:
        raise NotFound("nobody_to_ask", side=crisis.asked_side, level=crisis.level)
    sides.note_both(
        context, crisis, CrisisAction.ASKED, reason=reason, side=crisis.asked_side, level=level
    )
    crisis = _call_next(context, replace(crisis, level=level, queue=queue))
    due = context.calendar.after(context.now, contract.crisis.answer_within)
    return sides.arm(crisis, ANSWER, due)


def unanswered(context: Context, crisis: Crisis, timer: Timer[AnswerAwaited]) -> Crisis:
    """No answer: the next deputy, then the level above; at the top, over again (Rule CRI-2)."""
    if crisis.state is not CrisisState.ASKED:
        return sides.disarm(crisis, timer.name)
    if not crisis.queue:
        level, queue = _people_from(context, crisis, crisis.level + 1)
        if not queue:  # the top is reached: everybody there is asked again, as long as it takes
            level, queue = _people_at_top(context, crisis)
        crisis = replace(crisis, level=level, queue=queue)
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
        initiators=initiators,
        leads=initiators,
        queue=(),
        alarms=crisis.alarms.clear(ANSWER),
    )


def refuse(context: Context, crisis: Crisis, reason: str) -> Crisis:
    """One who was asked refuses: the reason is recorded, and the asker told (Rule CRI-2)."""
    _require_asked(context, crisis)
    if crisis.state is CrisisState.REFUSED:
        raise AlreadyDone("already_refused", id=crisis.id, by=crisis.refused_by)
    if crisis.state is CrisisState.OPEN:
        raise AlreadyDone("already_accepted", id=crisis.id, by=crisis.initiators[crisis.asked_side])
    if crisis.state is CrisisState.CLOSED:
        raise NotNow("crisis_closed", id=crisis.id)
    reason = user_text.required(reason, "reason_missing")
    sides.note_both(context, crisis, CrisisAction.REFUSED, reason=reason)
    sides.notify(context, crisis, CrisisRefused(), [crisis.asked_by])
    return replace(
        crisis,
        state=CrisisState.REFUSED,
        refused_by=context.actor,
        refusal=reason,
        queue=(),
        alarms=crisis.alarms.clear(ANSWER),
    )


def withdraw(context: Context, crisis: Crisis) -> Crisis:
    """The asker no longer needs the cell: nobody is called any more."""
    if context.actor != crisis.asked_by:
        raise NotAllowed("not_initiator", id=crisis.id)
    return _void(context, crisis, CrisisClosed(by=context.actor, withdrawn=True))


def lapse(context: Context, crisis: Crisis) -> Crisis:
    """The incident is over before anybody answered: the request is void, its asker told too."""
    sides.notify(context, crisis, CrisisClosed(withdrawn=True), [crisis.asked_by])
    return _void(context, crisis, CrisisClosed(withdrawn=True))


def _void(context: Context, crisis: Crisis, told: CrisisClosed) -> Crisis:
    sides.note_both(context, crisis, CrisisAction.WITHDRAWN)
    sides.notify(context, crisis, told, [ping.person for ping in crisis.pings])
    return replace(
        crisis,
        state=CrisisState.CLOSED,
        closed_at=context.now,
        queue=(),
        alarms=crisis.alarms.clear_all(),
    )


def _require_asked(context: Context, crisis: Crisis) -> None:
    if all(ping.person != context.actor for ping in crisis.pings):
        raise NotAllowed("not_asked", id=crisis.id)


def _call_next(context: Context, crisis: Crisis) -> Crisis:
    called, *rest = crisis.queue
    number = 1 + sum(ping.person == called for ping in crisis.pings)
    sides.note(
        context, crisis, CrisisAction.COUNTERPART_ASKED,
        person=called, level=crisis.level, number=number, late=sides.late(context),
    )  # fmt: skip
    sides.notify(context, crisis, CrisisRequest(number=number, late=sides.late(context)), [called])
    silent = crisis.pings[-1].person if crisis.pings else ""
    sides.notify(context, crisis, CrisisRequested(person=called, silent=silent), [crisis.asked_by])
    ping = Ping(person=called, at=context.now, number=number)
    return replace(crisis, queue=tuple(rest), pings=(*crisis.pings, ping))


def _people_from(context: Context, crisis: Crisis, level: int) -> tuple[int, tuple[str, ...]]:
    """The first level from `level` up where somebody not yet asked can be, and whom, in order.

    Where everybody is away all the way up, the absent are asked all the same: better a call to
    somebody on leave than silence.
    """
    asked = {ping.person for ping in crisis.pings}
    levels = [(at, post) for at, post in _posts(context, crisis) if at >= level]
    for people_of in (_present, _anybody):
        for at, post in levels:
            found = people_of(context, crisis, post)
            if fresh := tuple(person for person in found if person not in asked):
                return at, fresh
    return level, ()


def _people_at_top(context: Context, crisis: Crisis) -> tuple[int, tuple[str, ...]]:
    """The highest level where somebody is present; else the highest where there is anybody."""
    asked_from = context.contract.level_of(crisis.asked_by)
    levels = [(at, post) for at, post in _posts(context, crisis) if at >= asked_from]
    for people_of in (_present, _anybody):
        for at, post in reversed(levels):
            if people := people_of(context, crisis, post):
                return at, people
    return crisis.level, (crisis.pings[-1].person,)


def _posts(context: Context, crisis: Crisis) -> list[tuple[int, Post]]:
    ordered = sorted(context.contract.echelons, key=lambda echelon: echelon.level)
    return [(e.level, e.provider if crisis.asked_side == PROVIDER else e.client) for e in ordered]


def _present(context: Context, crisis: Crisis, post: Post) -> tuple[str, ...]:
    queue = availability.queue(context.contract, context.calendar, post, context.now)
    return sides.willing(context.contract, crisis, queue)


def _anybody(context: Context, crisis: Crisis, post: Post) -> tuple[str, ...]:
    return sides.willing(context.contract, crisis, post.people)

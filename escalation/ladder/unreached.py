"""A call that could not be delivered by any way: the next one is called at once (ESC-5, ESC-8)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.value import Value
from escalation.decision.context import Context
from escalation.ladder import climbing
from escalation.ladder.pings import arm_call, nobody_reachable, record_ping, send_ping
from escalation.ladder.rung import at_top, next_in_line, rung_of, with_escalation, with_side
from escalation.messages.ladder import Ping as PingMessage
from escalation.people.cards import update_card
from escalation.records.escalation import Escalation, Ping, SideCalls
from escalation.records.incident import Incident


class Outcome(Value):
    """The outcome: `next_person` is called instead, or the rung above is (`climbed`)."""

    next_person: str | None = None
    climbed: bool = False


def unreached(
    context: Context, incident: Incident, person: str, call: PingMessage, *, why: str
) -> tuple[Incident, Outcome | None]:
    """Note that a call reached nobody, and call on at once (Rule ESC-5).

    None where this changes nothing: the escalation went on meanwhile, or this was noted before. A
    round in which somebody could not be reached passes them over; the next round tries again.
    At the top, where nobody is left, the call is repeated at the contract's interval only.
    """
    escalation = incident.escalation(call.ladder)
    if escalation is None or not escalation.active or escalation.rung != call.rung:
        return incident, None
    calls = next((each for each in escalation.sides if each.side == call.side), None)
    ping = _ping(calls, person, call) if calls else None
    if calls is None or ping is None or ping.unreached:
        return incident, None
    marked = tuple(replace(p, unreached=True) if p is ping else p for p in calls.pings)
    escalation = with_side(escalation, replace(calls, pings=marked))
    context.record(
        incident.id,
        LadderAction.UNREACHED,
        ladder=escalation.ladder,
        rung=escalation.rung,
        level=rung_of(context.contract, escalation).level,
        side=calls.side,
        person=person,
        why=why,
    )
    incident = with_escalation(incident, escalation)
    if ping is not calls.last or calls.acknowledged_by:
        return incident, Outcome()  # somebody else was called since, or has taken it
    return _on(context, incident, escalation, calls.side)


def _ping(calls: SideCalls, person: str, call: PingMessage) -> Ping | None:
    """The call a message was about; None where the rung was entered anew since."""
    for ping in calls.pings:
        same = ping.person == person and ping.number == call.number
        if same and call.called in (ping.at, None):
            return ping
    return None


def _on(
    context: Context, incident: Incident, escalation: Escalation, side: str
) -> tuple[Incident, Outcome]:
    calls = escalation.side(side)
    who = next_in_line(context, incident, escalation, side)
    if who is not None:
        escalation = record_ping(context, incident, escalation, side, who, due=context.now)
        send_ping(context, incident, escalation, side)
        incident = arm_call(
            context, with_escalation(incident, escalation), escalation, side, after=context.now
        )
        update_card(context, incident)
        return incident, Outcome(next_person=who)
    nobody = all(p.unreached for p in calls.pings if p.round == calls.round)
    if nobody:
        nobody_reachable(context, incident, escalation, side)
    if not at_top(context.contract, escalation):
        why = "nobody_reachable" if nobody else "nobody_answered"
        return climbing.climb(context, incident, escalation, at=context.now, why=why), Outcome(
            climbed=True
        )
    escalation = with_side(escalation, replace(calls, exhausted=True))
    incident = arm_call(
        context, with_escalation(incident, escalation), escalation, side, after=context.now
    )
    update_card(context, incident)
    return incident, Outcome()

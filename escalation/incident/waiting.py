"""Waiting for the client or a supplier has a reminder and an end (Rules INC-9, ESC-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.timer_names.incident import WaitEnd, WaitReminder
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import CLIENT, Trigger
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.ladder import automatic
from escalation.messages.effects import Message
from escalation.messages.incident import StillWaiting, WaitBegun, WaitingTooLong, WaitOver
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident, Pause

_REMIND, _END = WaitReminder(), WaitEnd()


def begin(context: Context, incident: Incident) -> Incident:
    """Watch a wait that has just begun."""
    rules, calendar = context.contract.incidents.waiting, context.calendar
    remind = calendar.after(context.now, rules.remind_every)
    end = calendar.after(context.now, rules.at_most)
    alarms = incident.alarms.set(_REMIND, remind, rules.remind_every.clock)
    return replace(incident, alarms=alarms.set(_END, end, rules.at_most.clock))


def again(context: Context, incident: Incident, ended_at: datetime | None) -> Incident:
    """A wait that only a wrong merge or cancellation has ended goes on (Rule INC-4)."""
    if not incident.pauses or incident.pauses[-1].until != ended_at:
        return incident
    pause = replace(incident.pauses[-1], until=None, ended_by="")
    return begin(context, replace(incident, pauses=(*incident.pauses[:-1], pause)))


def tell_begun(context: Context, incident: Incident) -> None:
    """Tell whoever asked, whoever is waited for, and whoever works on it."""
    if (pause := incident.waiting) is not None:
        people = (*audience.working(context, incident), *concerned(context, incident, pause))
        _tell(context, incident, WaitBegun(since=pause.since), people)


def tell_over(context: Context, incident: Incident, pause: Pause, note: str) -> None:
    """Tell the same people that it goes on; and whoever has it in hand."""
    message = WaitOver(by=context.actor, waiting_for=pause.waiting_for, note=note)
    people = (*audience.in_hand(context, incident), *concerned(context, incident, pause))
    _tell(context, incident, message, people)


def over(incident: Incident) -> Incident:
    """Watch it no longer."""
    return replace(incident, alarms=incident.alarms.clear(_REMIND, _END))


def remind(context: Context, incident: Incident, timer: Timer[WaitReminder]) -> Incident:
    """Remind whoever is waited for, and whoever waits."""
    if incident.waiting is None:
        return over(incident)
    every = context.contract.incidents.waiting.remind_every
    message = StillWaiting(since=incident.waiting.since)
    people = (*awaited(context, incident, incident.waiting), *audience.in_hand(context, incident))
    audience.notify(context, incident, message, people)
    again = next_repeat(context, timer.due, every)
    return replace(incident, alarms=incident.alarms.set(_REMIND, again, every.clock))


def end(context: Context, incident: Incident, _: Timer[WaitEnd]) -> Incident:
    """The wait has lasted too long: the managers hear it, and it may escalate (Rule ESC-4)."""
    incident = replace(incident, alarms=incident.alarms.clear(_END))
    if incident.waiting is None:
        return over(incident)
    context.record(
        incident.id, IncidentAction.WAITED_TOO_LONG, waiting_for=incident.waiting.waiting_for
    )
    people = (*audience.working(context, incident), *audience.managers(context))
    audience.notify(context, incident, WaitingTooLong(since=incident.waiting.since), people)
    incident = automatic.escalate_if(context, incident, Trigger.WAITING_TOO_LONG)
    return update_card(context, incident)


def awaited(context: Context, incident: Incident, pause: Pause) -> tuple[str, ...]:
    """Of the client whoever requested it, of a supplier its groups that take part."""
    if pause.waiting_for == CLIENT:
        return audience.askers(context, incident)
    return audience.taking_part(context, incident, pause.waiting_for)


def concerned(context: Context, incident: Incident, pause: Pause) -> tuple[str, ...]:
    """List who is told that a wait begins, and that it is over."""
    return (*audience.askers(context, incident), *awaited(context, incident, pause))


def _tell(
    context: Context, incident: Incident, message: Message, people: Iterable[str | None]
) -> None:
    others = dict.fromkeys(p for p in people if p != context.actor)
    audience.notify(context, incident, message, others)

"""The event practice: its steps and its timer (Rule EVT-1)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.event import EventAction
from escalation.base.refusals import NotFound, NotNow
from escalation.base.timer_names.event import EventsHeld, EventsQuiet
from escalation.base.timer_names.timer_name import Timer
from escalation.contract.names import folded
from escalation.decision.commands import event as c
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.event.taking import take
from escalation.messages.destinations import Destination, To
from escalation.messages.event import EventsCleared, EventsUnplaced
from escalation.people import audience
from escalation.people import roles as w
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.event import Event, EventState
from escalation.records.incident import Incident
from escalation.records.kinds import EVENT, INCIDENT


def incident_of_events(tx: Transaction, event: Event) -> Incident | None:
    """The incident under way that the events are about; None where there is none, or no more."""
    found = tx.get(INCIDENT, event.contract, event.incident) if event.incident else None
    return None if found is None or found.state in INCIDENT.over else found


def ask_whether_resolved(tx: Transaction, context: Context, event: Event) -> None:
    """Ask whoever has the incident: nothing of it lasts any more (Rule EVT-1)."""
    incident = incident_of_events(tx, event)
    if incident is not None and incident.resolved_at is None:
        people = audience.working(context, incident) or audience.watchers(context, incident)
        audience.notify(context, incident, EventsCleared(at=context.now), people)


def _subject(tx: Transaction, command: c.TakeEvents | c.OnEvent) -> Event | None:
    if isinstance(command, c.TakeEvents):
        return None
    return tx.get(EVENT, command.contract, command.event)


def _take(tx: Transaction, context: Context, _: None, command: c.TakeEvents) -> Event:
    """Take them in; raises NotNow where they say that something ended that nobody knows of."""
    events = tx.list(EVENT, command.contract)
    if command.component is not None:
        events = [each for each in events if each.component == command.component]
    left = [each for each in events if _left(tx, context, each)]
    for event in left:
        tx.put(replace(event, state=EventState.OVER, alarms=event.alarms.clear_all()))
    standing = [_anew(tx, each) for each in events if each not in left]
    changed = take(context, standing, command, lambda: tx.next_id(command.contract, EVENT.prefix))
    for event in changed:
        if event.component is None:
            event = _unplaced(context, event)  # noqa: PLW2901  as it is saved
        tx.put(event)
    last = changed[-1] if changed else next(iter(events), None)
    if last is None:
        raise NotNow("nothing_to_clear")
    return tx.get(EVENT, command.contract, last.id)


def _left(tx: Transaction, context: Context, event: Event) -> bool:
    """Tell whether nothing follows: the incident is over, the component no more in the contract."""
    known = event.component in {None, *(each.id for each in context.contract.components)}
    return not known and incident_of_events(tx, event) is None


def _anew(tx: Transaction, event: Event) -> Event:
    """The events, whose next incident is as grave as what is seen from now on."""
    if event.incident is None or incident_of_events(tx, event) is not None:
        return event
    return replace(event, severity=None, told_severity=None)


def _unplaced(context: Context, event: Event) -> Event:
    """Tell the room that the contract names; what has ended there needs nothing more."""
    context.notify(EventsUnplaced(), event.id, Destination(To.ROOM, context.contract.events.room))
    over = event.clears and event.state is EventState.CLEARED
    return replace(
        event,
        told=event.count,
        told_clears=event.clears,
        state=EventState.OVER if over else event.state,
        alarms=event.alarms.clear_all(),
    )


def _unhandled(event: Event) -> None:
    if event.component is not None or event.state is EventState.OVER:
        raise NotNow("events_handled", id=event.id)


def _place(context: Context, event: Event, command: c.PlaceEvents) -> Event:
    """They are of that component: what follows is as if the source had said so."""
    _unhandled(event)
    wanted = folded(command.component)
    known = {
        folded(name): each for each in context.contract.components for name in (each.name, each.id)
    }
    if wanted not in known:
        listed = [each.id for each in context.contract.components[:10]]
        raise NotFound("unknown_component", component=command.component, known=listed)
    component = known[wanted].id
    context.record(event.id, EventAction.PLACED, component=component)
    _again(context, event)
    return replace(event, component=component, told=0, told_clears=event.clears)


def _discard(context: Context, event: Event, command: c.DiscardEvents) -> Event:
    """Nothing comes of them; the reason is kept (Rule CON-5)."""
    _unhandled(event)
    context.record(event.id, EventAction.DISCARDED, reason=user_text.required(command.reason))
    _again(context, event)
    return replace(event, state=EventState.OVER)


def _again(context: Context, event: Event) -> None:
    context.notify(EventsUnplaced(), event.id, Destination(To.ROOM, context.contract.events.room))


def _quiet(tx: Transaction, context: Context, event: Event, _: Timer[EventsQuiet]) -> Event:
    """A source that flapped has been quiet: whoever has the incident is asked."""
    ask_whether_resolved(tx, context, event)
    return replace(event, alarms=event.alarms.clear(EventsQuiet()))


def _held(_: Context, event: Event, __: Timer[EventsHeld]) -> Event:
    """The window that held the events back is over: what lasts is news again.

    So is what nothing has ever cleared: that it is over, nobody can tell but by looking.
    """
    lasts = event.state is EventState.FIRING or not event.clears
    told = 0 if lasts else event.told
    return replace(event, told=told, alarms=event.alarms.clear(EventsHeld()))


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.TakeEvents: Step(may=(w.NOBODY,), do=Reads(_take)),
        c.PlaceEvents: Step(may=(w.OF_PROVIDER,), do=_place, in_force=True),
        c.DiscardEvents: Step(may=(w.OF_PROVIDER,), do=_discard),
    },
    timers={EventsQuiet: Reads(_quiet), EventsHeld: _held},
)

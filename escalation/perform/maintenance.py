"""A change under way holds back the events of what it touches, and says so (Rule EVT-1).

Only while somebody carries it out, within its window, and for twelve hours at the most: nobody
watches for longer. What lasts when that is over becomes an incident. Whoever carries it out gets
their card anew where what is held back is of the gravest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.journal_actions.event import EventAction
from escalation.base.timer_names.event import EventsHeld
from escalation.change import parts, turns
from escalation.change.clashes import affected
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.records.change import Change, ChangeState
from escalation.records.event import Event
from escalation.records.kinds import CHANGE, EVENT

MOST_HELD = timedelta(hours=12)
GRAVEST = 1


def covering(
    tx: Transaction, contract_id: str, component: str | None, now: datetime
) -> Change | None:
    """The change whose window holds back what is seen of a component; the last to end."""
    contract = tx.contract(contract_id)
    found = [
        change
        for change in tx.list(CHANGE, contract_id)
        if change.state is ChangeState.UNDERWAY
        and change.window is not None
        and now < holds_until(change, now)
        and component in affected(contract, change.components)
    ]
    return max(found, key=lambda change: holds_until(change, now), default=None)


def hold(tx: Transaction, context: Context, event: Event, change: Change) -> Event:
    """The events, of which nothing becomes an incident until the window is over.

    Said once, and again where they turn out to be of the gravest.
    """
    news = event.held_by != change.id
    grave = event.severity == GRAVEST and (news or event.held_severity != GRAVEST)
    if news or grave:
        theirs = replace(context, contract=contract_of(tx, change))
        about = {"event": event.id, "component": event.component, "title": event.title}
        theirs.record(change.id, ChangeAction.EVENTS_HELD, **about)
        context.record(event.id, EventAction.HELD, change=change.id)
        anew = parts.carrier(theirs, change) if grave else ()
        tx.put(turns.update_cards(theirs, change, anew=anew))
    return replace(
        event,
        held_by=change.id,
        held_severity=event.severity,
        told=event.count,
        told_clears=event.clears,
        alarms=event.alarms.set(EventsHeld(), _let_go(context, holds_until(change, context.now))),
    )


def ended(tx: Transaction, context: Context, change: Change) -> None:
    """It is over: what monitoring still sees in a moment becomes an incident."""
    for event in held_by(tx, change):
        armed = event.alarms.get(EventsHeld.text)
        if armed is not None:
            due = min(armed.due, _let_go(context, context.now))
            tx.put(replace(event, alarms=event.alarms.set(EventsHeld(), due)))


def held_by(tx: Transaction, change: Change) -> list[Event]:
    """The events that a change has held back, for as long as they are not over."""
    return [event for event in tx.list(EVENT, change.contract) if event.held_by == change.id]


def holds_until(change: Change, now: datetime) -> datetime:
    """Work out until when it holds back."""
    if change.window is None or change.started_at is None:
        return now
    return min(change.window.end, change.started_at + MOST_HELD)


def _let_go(context: Context, end: datetime) -> datetime:
    """Work out when monitoring has had the time to see that all is well again."""
    return context.calendar.after(end, context.contract.events.quiet)

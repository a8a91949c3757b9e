"""Taking events in: like ones are counted together, repeated ones change nothing (Rule EVT-1).

Of one component, what comes within `together` of the first is one, and so is a storm for as long
as it lasts; an alert that is known stays where it is known, however often it comes and goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.event import EventAction
from escalation.base.timer_names.event import EventsQuiet
from escalation.decision.commands.event import TakeEvents
from escalation.decision.context import Context
from escalation.records.event import Alert, Event, EventState, Seen

MOST_KEPT = 500  # alerts that one record keeps one by one; beyond, they are counted


def take(
    context: Context, events: Iterable[Event], command: TakeEvents, new_id: Callable[[], str]
) -> list[Event]:
    """List what changed of the open events, with the new ones; nothing where all is known."""
    tallies = [_Tally(context, event) for event in events]
    for seen in command.seen:
        tally = next((each for each in tallies if each.knows(seen, command)), None)
        if tally is None and seen.firing:
            mine = [each for each in reversed(tallies) if each.takes(seen, command.component)]
            tally = mine[0] if mine else _begun(context, seen, command, new_id())
            if not mine:
                tallies.append(tally)
        if tally is not None:
            tally.hear(seen)
    return [tally.whole() for tally in tallies if tally.changed]


def _begun(context: Context, seen: Seen, command: TakeEvents, event_id: str) -> _Tally:
    event = Event(
        id=event_id,
        contract=context.contract.id,
        contract_version=context.contract.version,
        source=seen.source,
        component=command.component,
        named=command.named,
        title=seen.title,
        first_at=context.now,
        last_at=context.now,
    )
    context.record(
        event.id, EventAction.RECEIVED,
        source=seen.source, component=event.component, named=event.named or None,
        title=seen.title, text=seen.text or None,
        began=seen.began.isoformat() if seen.began else None,
    )  # fmt: skip
    return _Tally(context, event)


class _Tally:
    """Events of one component while a batch of them is taken in."""

    def __init__(self, context: Context, event: Event) -> None:
        self._context, self._before = context, event
        self._alerts = {(each.source, each.alert): each for each in event.alerts}
        self._groups = {(each.source, each.group) for each in event.alerts}
        self._firing = event.firing
        self._count, self._beyond = event.count, event.beyond
        self._title, self._text = event.title, event.text
        self._severity, self._place = event.severity, event.site
        self._until = self._limit(event)
        self._emptied = False
        self.changed = False

    def _limit(self, event: Event) -> datetime:
        """Work out until when what comes is one with it: in a storm, for as long as it lasts."""
        since = event.last_at if len(event.alerts) >= MOST_KEPT else event.first_at
        return self._context.calendar.after(since, self._context.contract.events.together)

    def knows(self, seen: Seen, command: TakeEvents) -> bool:
        """Tell whether this alert, or one of its group, is among these.

        A group may span components: what comes of none that is known is not one with those of
        another, unless a person has placed there what the source calls by that name.
        """
        if (seen.source, seen.alert) in self._alerts:
            return True
        placed, named = self._before.component, self._before.named
        if placed != command.component and (not named or named != command.named):
            return False
        return seen.firing and (seen.source, seen.group) in self._groups

    def takes(self, seen: Seen, component: str | None) -> bool:
        """Tell whether a new alert is one with these: it comes together with them."""
        if component is None or self._before.component != component:
            return (
                component is None is self._before.component and seen.source == self._before.source
            )
        return self._context.now <= self._until

    def hear(self, seen: Seen) -> None:
        """Count what is new; what was told before, or is older than what is known, is not."""
        key = (seen.source, seen.alert)
        known = self._alerts.get(key)
        began = known.began if known is not None else None
        if seen.began and began and seen.began < began:
            return
        same = known is not None and bool(seen.occurrence) and seen.occurrence == known.occurrence
        if not seen.firing:
            # of one that began later, the beginning was missed: this one is over as well
            of_another = bool(seen.occurrence) and not same and not (seen.began and began)
            if known is None or not known.firing or of_another:
                return
            self._alerts[key] = replace(known, firing=False)
            self._firing -= 1
            self._emptied = not self._firing
        else:
            if known is not None and (same or (known.firing and not seen.occurrence)):
                return
            self._count += 1
            self._keep(key, seen, known)
            self._title, self._text = seen.title, seen.text
            self._place = self._place or seen.site
            graver = [s for s in (self._severity, seen.severity) if s is not None]
            self._severity = min(graver, default=None)
        self.changed = True

    def _keep(self, key: tuple[str, str], seen: Seen, known: Alert | None) -> None:
        if known is None and len(self._alerts) >= MOST_KEPT:
            past = next((k for k, each in self._alerts.items() if not each.firing), None)
            if past is None:
                self._beyond += 1
                return
            del self._alerts[past]
        self._firing += (not seen.momentary) - (known is not None and known.firing)
        self._groups.add((seen.source, seen.group))
        self._alerts[key] = Alert(
            source=seen.source, group=seen.group, alert=seen.alert,
            occurrence=seen.occurrence, began=seen.began, firing=not seen.momentary,
        )  # fmt: skip

    def whole(self) -> Event:
        """The record as it is now; a source that flaps is asked about once it is quiet."""
        before, now = self._before, self._context.now
        cleared = self._emptied and not self._firing
        new = self._count != before.count
        alarms = before.alarms.clear(EventsQuiet()) if self._firing or new else before.alarms
        if cleared and before.clears:
            due = self._context.calendar.after(now, self._context.contract.events.quiet)
            alarms = alarms.set(EventsQuiet(), due)
        return replace(
            before,
            contract_version=self._context.contract.version,
            site=self._place,
            title=self._title,
            text=self._text,
            severity=self._severity,
            state=EventState.FIRING if self._firing else EventState.CLEARED,
            count=self._count,
            clears=before.clears + cleared,
            beyond=self._beyond,
            last_at=now if new else before.last_at,
            alerts=tuple(self._alerts.values()),
            alarms=alarms,
        )

"""On-call duty in iCalendar (CAL-1, CAL-6): who answers; and the windows of changes (CHG-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import icalendar

from escalation.base.sober_text import sober_line
from escalation.contract import Contract
from escalation.contract.names import told_apart
from escalation.duty.availability import Answering
from escalation.records.change import BEFOREHAND, Change, ChangeState

_TENTATIVE = BEFOREHAND - {ChangeState.APPROVED}


def to_ical(
    contract: Contract,
    about: str,
    duty: Iterable[Answering],
    *,
    stamp: datetime,
    words: Callable[[Answering], str],
    title: Callable[[Answering], str] | None = None,
) -> bytes:
    """The duty of a rota, or a person's, as a calendar: one event a stretch of `answering`.

    An event keeps its id from one export to the next, and from one person to another. Whoever is
    absent has none: their stand-in has it, with the `words` that say so as its description.
    `stamp` is when it is made; without a `title` of its own an event has the person's name.
    """
    calendar = _calendar(contract, about, "On-call duty")
    for stretch in duty:
        person = contract.person(stretch.person)
        name = title(stretch) if title else told_apart(contract.people, person)
        event = icalendar.Event()
        event.add("uid", f"{stretch.rota}.{stretch.start:%Y%m%dT%H%M%SZ}.{contract.id}@escalade")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", stretch.start)
        event.add("dtend", stretch.end)
        event.add("summary", sober_line(name))
        if said := words(stretch):
            event.add("description", sober_line(said))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def windows_to_ical(
    contract: Contract,
    about: str,
    changes: Iterable[Change],
    *,
    stamp: datetime,
    words: Callable[[Change], tuple[str, str]],
) -> bytes:
    """The windows of changes as a calendar: tentative until they are approved.

    `words` give the title of an event and its description.
    """
    calendar = _calendar(contract, about, "Changes")
    for change in changes:
        if change.window is None:
            continue
        title, description = words(change)
        event = icalendar.Event()
        event.add("uid", f"{change.id}.{contract.id}@escalade")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", change.window.start)
        event.add("dtend", change.window.end)
        event.add("summary", sober_line(title))
        event.add("description", sober_line(description))
        event.add("status", "TENTATIVE" if change.state in _TENTATIVE else "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(contract: Contract, about: str, what: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Escalade//{what}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", sober_line(f"{contract.name}: {about}"))
    calendar.add("x-published-ttl", "PT1H")
    return calendar

"""On-call duty as an iCalendar file (Rule CAL-1): who answers, not who would if they were there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import icalendar

from escalation.base.sober_text import sober_line
from escalation.contract import Contract
from escalation.contract.names import told_apart
from escalation.duty.availability import Answering


def to_ical(
    contract: Contract,
    rota_id: str,
    duty: Iterable[Answering],
    *,
    stamp: datetime,
    words: Callable[[Answering], str],
) -> bytes:
    """The duty of a rota as a file: one event a stretch of `availability.answering`.

    An event keeps its id from one export to the next, and from one person to another. Whoever is
    absent has none: their stand-in has it, with the `words` that say so as its description.
    `stamp` is when the file is made.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Escalade//On-call duty//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", sober_line(f"{contract.name}: {rota_id}"))
    for stretch in duty:
        name = told_apart(contract.people, contract.person(stretch.person))
        event = icalendar.Event()
        event.add("uid", f"{rota_id}.{stretch.start:%Y%m%dT%H%M%SZ}.{contract.id}@escalade")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", stretch.start)
        event.add("dtend", stretch.end)
        event.add("summary", sober_line(name))
        if stretch.person != stretch.whose:
            event.add("description", sober_line(words(stretch)))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())

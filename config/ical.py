"""On-call duty to and from iCalendar files (Rule CAL-1).

Out: one event a shift, under an id that stays the same from one export to the next. Back in: each
event becomes an override of the rota, that is, this person instead, from–to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import icalendar
from icalendar.prop import vDDDTypes, vDuration

from escalation.contract import Contract, Override
from escalation.names import folded, near, people_named, people_within, told_apart
from escalation.oncall import shifts, whole_shifts
from escalation.wall_clock import instant

_LONGEST = timedelta(days=366)
_MOST_BYTES = 1_000_000


def to_ical(
    contract: Contract,
    rota_id: str,
    start: datetime,
    end: datetime,
    *,
    stamp: datetime | None = None,
) -> bytes:
    """The duty of a rota between two instants, as an iCalendar file; raises KeyError.

    Shifts that the two instants would cut are exported whole, so that each keeps its id and its
    hours whatever is asked for. `stamp` says when the file was made: `start` if not told.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Escalade//On-call duty//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{contract.name}: {rota_id}")
    for shift in whole_shifts(contract, rota_id, start, end):
        event = icalendar.Event()
        event.add("uid", f"{rota_id}.{shift.start:%Y%m%dT%H%M%SZ}.{contract.id}@escalade")
        event.add("dtstamp", (stamp or start).astimezone(UTC))
        event.add("dtstart", shift.start)
        event.add("dtend", shift.end)
        event.add("summary", told_apart(contract, contract.person(shift.person)))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def from_ical(
    data: bytes | str, contract: Contract, *, rota_id: str | None = None
) -> tuple[Override, ...]:
    """The overrides that a calendar's events stand for, earliest first, to append to a rota's.

    An event names a person of the contract by id, e-mail or name, as `escalation.names` reads it:
    in its summary or, if nobody is named there, as its attendee. Times without a zone, and whole
    days, are of the contract's zone. Cancelled events are left out; so are those that tell what
    the rota `rota_id` says anyhow.
    Raises ValueError with a line for each event that cannot be read: nobody or several people
    named, no length or over a year's, an unknown time zone, or recurring (single events only).
    """
    if len(data) > _MOST_BYTES:
        raise ValueError(f"the file is larger than {_MOST_BYTES:,} bytes")
    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, OSError) as error:  # OSError: a zone that names a folder
        raise ValueError(f"this is not an iCalendar file: {error}") from error
    if not calendars:
        raise ValueError("this is not an iCalendar file, or its end is missing")
    overrides, faults = [], []
    for event in (event for calendar in calendars for event in calendar.walk("VEVENT")):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        try:
            overrides.append(_override(event, contract))
        except (ValueError, OverflowError) as error:
            faults.append(f"{_named(event)}: {error}")
    if faults:
        raise ValueError("\n".join(faults))
    overrides.sort(key=lambda override: (override.start, override.end))
    return tuple(each for each in overrides if not _said_anyhow(contract, rota_id, each))


def to_toml(overrides: Iterable[Override]) -> str:
    """The overrides as lines of the contract file, to paste into a rota's `overrides = [ … ]`."""
    return "".join(
        f'    {{ person = "{each.person}", start = {each.start.isoformat()},'
        f" end = {each.end.isoformat()} }},\n"
        for each in overrides
    )


def _said_anyhow(contract: Contract, rota_id: str | None, override: Override) -> bool:
    if rota_id is None:
        return False
    duty = shifts(contract, rota_id, override.start, override.end)
    return all(shift.person == override.person for shift in duty)


def _named(event: icalendar.Component) -> str:
    """An event as its owner finds it again."""
    found = event.get("DTSTART")
    begins = found.dt if isinstance(found, vDDDTypes) else None
    when = f"{begins:%Y-%m-%d}" if isinstance(begins, date) else "no date"
    return f"event {str(event.get('SUMMARY', '(untitled)'))!r} ({when})"


def _override(event: icalendar.Component, contract: Contract) -> Override:
    if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        raise ValueError("it recurs; export its occurrences as single events")
    start, end = _times(event, contract)
    if end <= start:
        raise ValueError("it ends no later than it starts")
    if end - start > _LONGEST:
        raise ValueError("it lasts longer than a year")
    return Override(person=_who(event, contract), start=start, end=end)


# -- when ------------------------------------------------------------------------------------


def _times(event: icalendar.Component, contract: Contract) -> tuple[datetime, datetime]:
    begins = _moment(event, "DTSTART")
    if begins is None:
        raise ValueError("it has no start")
    ends = _moment(event, "DTEND")
    if ends is not None:
        return _instant(begins, contract), _instant(ends, contract)
    length = _length(event)
    if length is None:
        if isinstance(begins, datetime):
            raise ValueError("it has no end")
        length = timedelta(days=1)
    # Days are of the wall clock, hours of real time: they differ when the clocks change.
    ends = _instant(begins + timedelta(days=length.days), contract)
    return _instant(begins, contract), ends + timedelta(seconds=length.seconds)


def _moment(event: icalendar.Component, name: str) -> date | None:
    """A date or datetime of an event; None if it has none."""
    if name not in event:
        return None
    found = event[name]
    if not isinstance(found, vDDDTypes) or not isinstance(found.dt, date):
        raise ValueError(f"its {name} is not one date or time")
    zone = found.params.get("TZID")
    if zone and isinstance(found.dt, datetime) and found.dt.tzinfo is None:
        raise ValueError(f"its {name} is in the unknown time zone {str(zone)!r}")
    return found.dt


def _length(event: icalendar.Component) -> timedelta | None:
    if "DURATION" not in event:
        return None
    found = event["DURATION"]
    if not isinstance(found, vDDDTypes | vDuration) or not isinstance(found.dt, timedelta):
        raise ValueError("its DURATION is not a length of time")
    return found.dt


def _instant(at: date, contract: Contract) -> datetime:
    moment = at if isinstance(at, datetime) else datetime.combine(at, time.min)
    return instant(moment, contract.zone)


# -- who -------------------------------------------------------------------------------------


def _who(event: icalendar.Component, contract: Contract) -> str:
    summary = str(event.get("SUMMARY", ""))
    people = _in_text(summary, contract) or sorted(
        {person for name in _attendees(event) for person in _in_text(name, contract)}
    )
    if not people:
        raise ValueError(
            "neither its summary nor an attendee names a person of the contract,"
            f" by id, name or e-mail{_meant(summary, contract)}"
        )
    if len(people) > 1:
        raise ValueError(f"it names several people: {', '.join(people)}")
    return people[0]


def _meant(summary: str, contract: Contract) -> str:
    """A hint at who may have been meant."""
    close = [told_apart(contract, person) for person in near(contract, summary)]
    return f": try {', '.join(close)}" if close else ""


def _attendees(event: icalendar.Component) -> Iterator[str]:
    """Each attendee's e-mail and name."""
    found = event.get("ATTENDEE", [])
    for attendee in found if isinstance(found, list) else [found]:
        yield re.sub(r"^mailto:", "", str(attendee), flags=re.IGNORECASE)
        yield str(attendee.params.get("CN", ""))


def _in_text(text: str, contract: Contract) -> list[str]:
    """The people a text names: as a whole; else by an e-mail or name in it; else by an id in it."""
    said, people = folded(text), contract.people
    whole = people_named(contract, text, beginnings=False)
    found = (
        [p.id for p in whole]
        or [p.id for p in people if _within(said, p.email)]
        or [p.id for p in people_within(contract, text)]
        or [p.id for p in people if _within(said, p.id)]
    )
    # Where two people share a name, the id in brackets tells which (see `told_apart`).
    return [person_id for person_id in found if f"({folded(person_id)})" in said] or found


def _within(said: str, name: str) -> bool:
    """Whether an id or an e-mail stands in a folded text as a whole word."""
    return bool(name) and bool(re.search(rf"(?<![\w-]){re.escape(folded(name))}(?![\w-])", said))

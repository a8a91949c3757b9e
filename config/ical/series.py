"""Times of the events of a calendar: single, recurring, moved, cancelled (RFC 5545, 3.8.5).

Recurrences keep to the wall clock of their event's zone: from 18:00 to 08:00 is so in winter and
in summer, also on the night when the clocks change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice

from dateutil.rrule import rrulestr
from icalendar.prop import vDuration

from config.ical.faults import CalendarFault, Unreadable
from config.ical.lines import Component, Property
from config.ical.rules import until_year
from config.ical.zones import Zones, zoned

MOST_TIMES = 10_000
MOST_STEPS = 25_000  # of a rule, from its beginning on: a day each for longer than since then:
EARLIEST = "1970"
LONGEST = timedelta(days=366)
A_DAY = timedelta(days=1)
_DATE = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.IGNORECASE)
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the wall clock of a zone; of a whole day, its beginning."""

    at: datetime
    zone: tzinfo
    whole_day: bool

    @property
    def instant(self) -> datetime:
        """The moment as aware UTC."""
        return zoned(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The zones of a calendar, and the one of what names none: `said` is its name, if it has."""

    zones: Zones
    plain: tzinfo | None
    said: str = ""

    def moment(self, name: str, found: Property, text: str = "") -> Moment:
        """The moment of a property, or of one of its dates; raises Unreadable."""
        written = text or found.value
        date = _DATE.fullmatch(written)
        try:
            if date is None or date[1] < EARLIEST:
                raise ValueError
            at = datetime.fromisoformat(f"{date[1]}T{date[2] or '000000'}")
        except ValueError:
            raise Unreadable("bad_date", name=name, value=written) from None
        if date[3]:
            return Moment(at, UTC, whole_day=False)
        zone, said = self.plain, self.said
        if date[2] and (named := found.parameters.get("TZID")):
            zone, said = self.zones.named(named), named
        if zone is None:
            raise Unreadable("unknown_zone", zone=said)
        return Moment(at, zone, whole_day=not date[2])


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of an event, `end` excluded."""

    event: Component
    start: datetime
    end: datetime


@dataclass(slots=True)
class Times:
    """Times of events in a period; how many are not in it, or cancelled; what is unreadable."""

    found: list[Occurrence] = field(default_factory=list)
    faults: list[CalendarFault] = field(default_factory=list)
    outside: int = 0
    cancelled: int = 0


def times(events: Iterable[Component], clocks: Clocks, start: datetime, end: datetime) -> Times:
    """All times of events that touch `start` to `end`, in no order."""
    read = Times()
    series: dict[str, list[Component]] = defaultdict(list)
    for event in events:
        series[event.text("UID") or f"line {event.line}"].append(event)
    for group in series.values():
        changed, newest = _Changed(), _newest(group)
        for event in sorted(group, key=lambda each: "RECURRENCE-ID" not in each.properties):
            try:
                _add(read, event, newest, clocks, changed, start, end)
            except Unreadable as why:
                read.faults.append(fault_of(event, why.code, **why.facts))
            except OverflowError:
                read.faults.append(fault_of(event, "bad_date", name="DTSTART", value="9999"))
    return read


def fault_of(event: Component, code: str, **facts: object) -> CalendarFault:
    """The fault, saying of which event by its title and day."""
    return CalendarFault(code=code, line=event.line, event=title(event), facts=facts)


def title(event: Component) -> str:
    """An event as its owner finds it again."""
    date = _DATE.match(event.text("DTSTART"))
    day = f"{date[1][:4]}-{date[1][4:6]}-{date[1][6:]}" if date else "?"
    return f"{event.text('SUMMARY')}, {day}"


# -- one event -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Changed:
    """The times of a series that other lines stand for, or that are left out."""

    instants: set[datetime] = field(default_factory=set)
    days: set[datetime] = field(default_factory=set)

    def add(self, moment: Moment) -> None:
        self.instants.add(moment.instant)
        if moment.whole_day:
            self.days.add(moment.at)

    def has(self, at: datetime, instant: datetime) -> bool:
        return instant in self.instants or datetime.combine(at, time.min) in self.days


def _add(
    read: Times,
    event: Component,
    newest: dict[str, int],
    clocks: Clocks,
    changed: _Changed,
    start: datetime,
    end: datetime,
) -> None:
    if changes := event.one("RECURRENCE-ID"):
        if changes.parameters.get("RANGE"):
            raise Unreadable("this_and_future")
        changed.add(clocks.moment("RECURRENCE-ID", changes))
    if _version(event) < newest[event.text("RECURRENCE-ID")]:
        return  # a newer one stands beside it
    if event.text("STATUS").upper() == "CANCELLED":
        read.cancelled += 1
        return
    found = [
        Occurrence(event, begins, ends)
        for begins, ends in _times_of(event, clocks, changed, start, end)
        if start < ends
    ]
    if len(found) > MOST_TIMES:
        raise Unreadable("too_often")
    read.found += found
    read.outside += not found


def _newest(group: list[Component]) -> dict[str, int]:
    """The newest version of an event, and of each time of it that was changed."""
    newest: dict[str, int] = {}
    for event in group:
        time_of_it = event.text("RECURRENCE-ID")
        newest[time_of_it] = max(newest.get(time_of_it, 0), _version(event))
    return newest


def _version(event: Component) -> int:
    said = event.text("SEQUENCE")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _times_of(
    event: Component, clocks: Clocks, changed: _Changed, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Beginning and end of each time of an event that may touch `start` to `end`."""
    written = event.one("DTSTART")
    if written is None:
        raise Unreadable("no_start")
    if event.one("EXRULE"):
        raise Unreadable("bad_rule", rule=f"EXRULE:{event.text('EXRULE')}")
    first = clocks.moment("DTSTART", written)
    ends = _ends(event, clocks, first)
    length = ends(first.at) - first.instant
    if length <= timedelta():
        raise Unreadable("backwards")
    if length > LONGEST:
        raise Unreadable("too_long")
    long_ago = _wall(start, first.zone) - length - A_DAY  # those before are not looked at closely
    left_out = _left_out(event, clocks, changed)
    for at, until in _starts(event, clocks, first, end):
        if at < long_ago and until is None:
            continue
        begins = zoned(at, first.zone)
        if begins >= end or left_out.has(at, begins):
            continue
        yield begins, until or ends(at)


def _left_out(event: Component, clocks: Clocks, changed: _Changed) -> _Changed:
    """The times of an event that are none: those it leaves out, and those that were changed."""
    left_out = _Changed()
    if "RECURRENCE-ID" not in event.properties:
        left_out = _Changed(set(changed.instants), set(changed.days))
    for each in event.every("EXDATE"):
        for text in filter(None, each.value.split(",")):
            left_out.add(clocks.moment("EXDATE", each, text))
    return left_out


def _ends(event: Component, clocks: Clocks, first: Moment) -> Callable[[datetime], datetime]:
    """Return when a time of an event that begins at a wall-clock time is over."""
    zone = first.zone
    if written := event.one("DTEND"):
        end = clocks.moment("DTEND", written).instant
        length = _wall(end, zone) - first.at
        return lambda at: end if at == first.at else zoned(at + length, zone)
    if written := event.one("DURATION"):
        lasts = _length("DURATION", written.value)
        # Days are of the wall clock, hours of real time: they differ when the clocks change.
        days, hours = timedelta(days=lasts.days), timedelta(seconds=lasts.seconds)
        return lambda at: zoned(at + days, zone) + hours
    if first.whole_day:
        return lambda at: zoned(at + A_DAY, zone)
    raise Unreadable("no_end")


def _length(name: str, written: str) -> timedelta:
    try:
        length: timedelta = vDuration.from_ical(written)  # type: ignore[no-untyped-call]  # it has no types
    except ValueError:
        raise Unreadable("bad_date", name=name, value=written) from None
    return length


def _wall(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


# -- recurrences -----------------------------------------------------------------------------


def _starts(
    event: Component, clocks: Clocks, first: Moment, end: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    """The wall-clock times at which it begins, each with its end where it has one of its own."""
    yield first.at, None
    for each in event.every("RRULE"):
        for number, at in enumerate(_repeated(each.value, clocks, first, end)):
            if number > MOST_STEPS:
                raise Unreadable("too_often")
            yield at, None
    for each in event.every("RDATE"):
        for text in filter(None, each.value.split(",")):
            begins, _, until = text.partition("/")
            instant = clocks.moment("RDATE", each, begins).instant
            over = None
            if until.upper().startswith("P"):
                over = instant + _length("RDATE", until)
            elif until:
                over = clocks.moment("RDATE", each, until).instant
            yield _wall(instant, first.zone), over


def _repeated(written: str, clocks: Clocks, first: Moment, end: datetime) -> Iterator[datetime]:
    """The wall-clock times of a rule that begin no later than `end`; raises Unreadable."""
    try:
        parts = dict(part.split("=", 1) for part in written.upper().split(";") if part)
    except ValueError:
        raise Unreadable("bad_rule", rule=written) from None
    until, count, every = (parts.pop(name, "") for name in ("UNTIL", "COUNT", "INTERVAL"))
    if parts.get("FREQ") not in _FREQUENCIES or not (every or "1").strip("0").isdecimal():
        raise Unreadable("bad_rule", rule=written)
    last = _wall(end, first.zone)
    if until:
        stops = clocks.moment("UNTIL", Property(until, {}))
        given = _wall(stops.instant, first.zone) if until.endswith("Z") else stops.at
        last = min(last, datetime.combine(given, _END_OF_DAY) if stops.whole_day else given)
    rest = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        rule = rrulestr(f"{rest};INTERVAL={every or 1}", dtstart=first.at).replace(until=last)
        yield from islice(until_year(rule, last.year), int(count) if count else None)
    except ValueError:
        raise Unreadable("bad_rule", rule=written) from None

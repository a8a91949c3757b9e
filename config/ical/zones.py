"""The time zones of one calendar, by the names that its lines give them (RFC 5545, 3.6.5).

Each calendar has its own: two that define a zone of one name differently are both right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from functools import cache
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr
from dateutil.tz import resolve_imaginary, tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from config.ical.lines import Component
from config.ical.rules import until_year
from escalation.base.wall_clock import instant

_WINDOWS = {windows.casefold(): name for windows, name in WINDOWS_TO_OLSON.items()}
_UTC = {"z", "utc", "gmt", "tzone://microsoft/utc"}
_YEARLY = re.compile(  # whatever else a rule may be is no clock's, and may never end
    r"(?:FREQ=YEARLY|INTERVAL=[1-9]\d?|UNTIL=\w+|WKST=\w+|BY(?:DAY|MONTH|MONTHDAY)=[\w,+-]+|;)+",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"[+-](?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
_READABLE = {"RRULE": _YEARLY, "TZOFFSETFROM": _OFFSET, "TZOFFSETTO": _OFFSET}
_LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001  on the wall clock of no zone in particular
_CHANGES = ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE")


class Zones:
    """The zones that a calendar's names stand for; `otherwise` is for names nobody defines."""

    def __init__(self, definitions: Iterable[Component], *, otherwise: tzinfo | None) -> None:
        self._defined = {_clean(part.text("TZID")): part for part in definitions}
        self._otherwise = otherwise
        self._found: dict[str, tzinfo | None] = {}

    def named(self, name: str) -> tzinfo | None:
        """The zone of a name; None where nothing says what it is.

        A place of the tz database ("Europe/Paris"); what the calendar itself defines; other names
        of the database; names of Windows ("Romance Standard Time"); a place at the end of a name
        ("/mozilla.org/20050126_1/Europe/Paris").
        """
        clean = _clean(name)
        if clean not in self._found:
            self._found[clean] = next(self._readings(clean), self._otherwise)
        return self._found[clean]

    def _readings(self, name: str) -> Iterator[tzinfo]:
        windows = _WINDOWS.get(name.casefold())
        ends = name.split("/")
        places = ["/".join(ends[at:]) for at in range(1, len(ends))]
        if "/" in name and (place := _of_the_database(name)):
            yield place
        if (definition := self._defined.get(name)) and (defined := _zone(definition)):
            yield defined
        if name.casefold() in _UTC:
            yield UTC
        for known in (name, windows, *(one for one in places if "/" in one)):
            if known and (place := _of_the_database(known)):
                yield place


def zoned(at: datetime, zone: tzinfo) -> datetime:
    """The instant of a time on a zone's wall clock, as aware UTC (`base.wall_clock`)."""
    if isinstance(zone, ZoneInfo):
        return instant(at, zone)
    if zone is UTC:
        return at.replace(tzinfo=UTC)
    found: datetime = resolve_imaginary(at.replace(tzinfo=zone))
    return found.astimezone(UTC)


def _clean(name: str) -> str:
    return " ".join(name.strip().strip('"').strip("/").split())


def _of_the_database(name: str) -> ZoneInfo | None:
    known = _database().get(name.casefold())
    return ZoneInfo(known) if known else None


@cache
def _database() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _zone(definition: Component) -> tzinfo | None:
    """The zone that a component defines; None where it cannot be read."""
    lines = [
        line
        for part in definition.named("STANDARD", "DAYLIGHT")
        for line in (
            f"BEGIN:{part.name}",
            *(f"{name}:{each.value}" for name in _CHANGES for each in part.every(name)),
            f"END:{part.name}",
        )
    ]
    if not lines:
        return _of_the_database(definition.text("X-LIC-LOCATION"))
    text = "\n".join(("BEGIN:VTIMEZONE", "TZID:defined", *lines, "END:VTIMEZONE", ""))
    if not all(
        readable.fullmatch(each.value)
        for part in definition.parts
        for name, readable in _READABLE.items()
        for each in part.every(name)
    ):
        return None
    try:
        if not all(_falls(rule.value) for part in definition.parts for rule in part.every("RRULE")):
            return None
        found: tzinfo = tzical(StringIO(text)).get()
    except ValueError:
        return None
    return found


def _falls(rule: str) -> bool:
    """Tell whether a rule ever falls; for one that does not, the search would go on for ever."""
    lasting = ";".join(part for part in rule.upper().split(";") if not part.startswith("UNTIL="))
    times = until_year(rrulestr(lasting, dtstart=_LONG_AGO), _LONG_AGO.year + 100)
    return next(times, None) is not None

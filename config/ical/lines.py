"""The components of an iCalendar file, with their lines (RFC 5545, 3.1 and 3.6).

Only what duty is read from is kept. Read leniently where calendars of the field are written so:
any line ends, lines folded in the middle of a character, values of parameters without quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from config.ical.faults import CalendarFault, CalendarFaults
from config.text_files import NoText, decoded

MOST_BYTES = 20_000_000
DEEPEST = 8  # a calendar, an event, its alarm: parts begun in one another
_DATES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
_EVENT = frozenset(
    {"UID", "SEQUENCE", "STATUS", "SUMMARY", "ATTENDEE", "DURATION", "RRULE", "EXRULE"}
)
_ZONE = frozenset({"TZID", "TZOFFSETFROM", "TZOFFSETTO", "X-LIC-LOCATION"})
_READ = _DATES | _EVENT | _ZONE | {"BEGIN", "END", "METHOD", "X-WR-TIMEZONE"}
_NAME = re.compile(rb"[A-Za-z0-9-]+")
_LINE = re.compile(
    r'(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[^=;:]+=(?:"[^"]*"|[^";:])*)*):(?P<value>.*)',
    re.DOTALL | re.IGNORECASE,
)
_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("[^"]*"|[^;]*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a component: its value as it is written, and its parameters by name."""

    value: str
    parameters: Mapping[str, str]

    @property
    def text(self) -> str:
        """The value without the backslashes of texts."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass(slots=True)
class Component:
    """A calendar, an event, a time zone; `line` is where it begins."""

    name: str
    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)

    def every(self, name: str) -> list[Property]:
        """The properties of a name, in order."""
        return self.properties.get(name, [])

    def one(self, name: str) -> Property | None:
        """The first property of a name; None if there is none."""
        return next(iter(self.every(name)), None)

    def text(self, name: str) -> str:
        """The first value of a name, as text; empty if there is none."""
        found = self.one(name)
        return found.text.strip() if found else ""

    def named(self, *names: str) -> list[Component]:
        """Its parts of these names."""
        return [part for part in self.parts if part.name in names]


def calendars(data: bytes) -> list[Component]:
    """The calendars of a file; raises CalendarFaults where it is none, or not whole."""
    if len(data) > MOST_BYTES:
        raise _refusal("too_large", most=f"{MOST_BYTES:,}")
    found: list[Component] = []
    open_parts: list[Component] = []
    for number, name, read in _properties(data):
        if name == "BEGIN":
            part = Component(read.value.upper(), number)
            (open_parts[-1].parts if open_parts else found).append(part)
            open_parts.append(part)
            if len(open_parts) > DEEPEST:
                raise _refusal("not_calendar", number)
        elif open_parts and name != "END":
            open_parts[-1].properties.setdefault(name, []).append(read)
        elif open_parts and open_parts.pop().name != read.value.upper():
            raise _refusal("not_calendar", number)
    found = [part for part in found if part.name == "VCALENDAR"]
    if not found:
        raise _refusal("not_calendar")
    if open_parts:
        raise _refusal("cut_off", open_parts[-1].line, name=open_parts[-1].name)
    return found


def _properties(data: bytes) -> Iterator[tuple[int, str, Property]]:
    """The lines that are read, each with its number and its property's name."""
    for number, line in _lines(_utf_8(data)):
        name = _NAME.match(line)
        if name is None or (called := name[0].decode().upper()) not in _READ:
            continue
        try:
            yield number, called, _read(called, line.decode())
        except UnicodeDecodeError:
            raise _refusal("not_utf8", number) from None


def _refusal(code: str, line: int | None = None, **facts: object) -> CalendarFaults:
    return CalendarFaults([CalendarFault(code=code, line=line, facts=facts)])


def _utf_8(data: bytes) -> bytes:
    """The bytes, re-coded where their mark says another encoding, without the mark."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[:4] == b"\0\0\xfe\xff":
        try:
            return decoded(data).encode()
        except NoText as found:
            raise _refusal("not_utf8", found.line) from None
    return data.removeprefix(b"\xef\xbb\xbf")


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines, unfolded before they are decoded, each with the number of its first."""
    begun, pieces = 0, list[bytes]()
    for number, line in enumerate(_split(data), 1):
        if pieces and line[:1] in {b"", b" ", b"\t"}:
            pieces.append(line[1:])
            continue
        if pieces:
            yield begun, b"".join(pieces)
        begun, pieces = number, [line]
    if pieces:
        yield begun, b"".join(pieces)


def _split(data: bytes) -> Iterable[bytes]:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _read(name: str, line: str) -> Property:
    whole = None if name in _DATES else _LINE.fullmatch(line)
    if whole:
        head, value = whole["parameters"], whole["value"]
    elif ":" in line:  # no date has one, however its parameters are quoted; nor has an address
        head, _, value = line[len(name) :].rpartition(":")
    else:
        head, value = line[len(name) :], ""
    parameters = {key.upper(): _unquoted(text) for key, text in _PARAMETER.findall(head)}
    return Property(value.strip(), parameters)


def _unquoted(text: str) -> str:
    """The value of a parameter: without its quotes, and with what RFC 6868 writes for others."""
    plain = text.strip().strip('"')
    return _ESCAPED.sub(r"\1", plain).replace("^n", "\n").replace("^'", '"').replace("^^", "^")

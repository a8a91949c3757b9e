"""Reading what a source posted: which component, how grave, whether it clears (Rule EVT-1).

Each value is read where the contract says (`EventPaths`), and then translated; every step is kept,
so that it can be shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from escalation.base import user_text
from escalation.base.sober_text import sober, sober_line
from escalation.contract import Contract, EventSource
from escalation.contract.names import folded
from escalation.records.event import Seen

OLDEST = timedelta(days=7)
LONGEST_NAME = 200
MOST_EVENTS = 5_000  # in one body


class WrongShape(Exception):
    """The body is not as its source's mapping says; `field` is where, `expected` what."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field}: {expected} expected")
        self.field = field
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The way one value was found: where, what stood there, what it became.

    `note` is "unknown", "future", "past", "unreadable" or "", a code.
    """

    name: str
    path: str
    found: str
    became: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One event, read. `component` is None where the contract has none of that name."""

    component: str | None
    named: str
    ignored: bool
    seen: Seen
    steps: tuple[Step, ...]


def read(contract: Contract, source: EventSource, body: Any, now: datetime) -> list[Reading]:
    """The events of a body; raises WrongShape."""
    source = source.complete
    path = source.paths.events
    held = _at(path, body, body) if path else body
    listed = held if isinstance(held, list) else [held]
    if path and not isinstance(held, list):
        raise WrongShape(path, "a list")
    if len(listed) > MOST_EVENTS:
        raise WrongShape(path or "body", f"at most {MOST_EVENTS} events")
    return [
        _Reader(contract, source, event, body, f"{path}.{i}" if path else "", now).reading()
        for i, event in enumerate(listed)
    ]


@dataclass
class _Reader:
    contract: Contract
    source: EventSource
    event: Any
    body: Any
    place: str
    now: datetime
    steps: list[Step] = field(default_factory=list)

    def reading(self) -> Reading:
        if not isinstance(self.event, dict):
            raise WrongShape(self.place or "body", "an object")
        component, named = self._component()
        momentary, firing = self._firing()
        severity = self._severity()
        group = self._text("group")
        alert = self._text("alert") or group
        title = self._text("title") or named or self.source.id
        began = self._began()
        occurrence = self._text("occurrence")
        if momentary and not occurrence:
            occurrence = _digest(self.event)
        seen = Seen(
            source=self.source.id,
            group=_digest(group or title),
            alert=_digest(alert or title),
            occurrence=_short(occurrence),
            firing=firing,
            momentary=momentary,
            severity=severity or None,
            site=self._site(),
            title=user_text.optional(sober_line(title)[: user_text.TITLE_LIMIT]) or self.source.id,
            text=sober(self._text("text"))[: user_text.TEXT_LIMIT],
            began=began,
        )
        return Reading(
            component=component,
            named=named,
            ignored=firing and severity == 0,
            seen=seen,
            steps=tuple(self.steps),
        )

    def _text(self, name: str) -> str:
        path = getattr(self.source.paths, name)
        found = _at(path, self.event, self.body) if path else None
        if isinstance(found, dict | list):
            raise WrongShape(f"{self.place}.{path}".strip("."), "a text or a number")
        text = "" if found is None else str(found).strip()
        if path and name not in {"component", "site", "severity", "clears", "at"}:
            self._step(name, text, text)
        return text

    def _step(self, name: str, found: str, became: str, note: str = "") -> None:
        path = getattr(self.source.paths, name)
        self.steps.append(Step(name=name, path=path, found=found, became=became, note=note))

    def _component(self) -> tuple[str | None, str]:
        said = _short(self._text("component"))
        meant = _translated(said, self.source.components)
        found = _named(meant, self.contract.components)
        self._step("component", said, found or meant, "" if found else "unknown")
        return found, said

    def _site(self) -> str | None:
        if not (said := self._text("site")):
            return None
        meant = _translated(said, self.source.sites)
        found = _named(meant, self.contract.sites)
        self._step("site", said, found or "", "" if found else "unknown")
        return found

    def _severity(self) -> int | None:
        said = self._text("severity")
        by_name = {folded(name): level for name, level in self.source.severities.items()}
        found = by_name.get(folded(said))
        if found is None and said in {"1", "2", "3", "4"} and not by_name:
            found = int(said)
        became = "" if found is None else str(found)
        self._step("severity", said, became, "unknown" if found is None else "")
        return found

    def _firing(self) -> tuple[bool, bool]:
        """Tell whether nothing ever clears it, and whether it begins."""
        path = self.source.paths.clears
        if not path:
            return True, True
        said = self._text("clears")
        if not said:
            raise WrongShape(f"{self.place}.{path}".strip("."), "a text or a number")
        clears = folded(said) in {folded(each) for each in self.source.cleared}
        self._step("clears", said, "clears" if clears else "fires")
        return False, not clears

    def _began(self) -> datetime | None:
        if not (said := self._text("at")):
            return None
        began, note = _instant(said, self.contract.zone), ""
        if began is None:
            note = "unreadable"
        elif began > self.now:
            began, note = self.now, "future"
        elif began < self.now - OLDEST:
            began, note = self.now - OLDEST, "past"
        self._step("at", said, began.isoformat() if began else "", note)
        return began


def _at(path: str, event: Any, body: Any) -> Any:
    """Find what stands at the first of these places that has something; "a + b" is both in one."""
    for each in (part.strip() for part in path.split("|")):
        found = [_stands(part.strip(), event, body) for part in each.split(" + ")]
        if any(one is None or one == "" for one in found):
            continue
        nested = (one for one in found if isinstance(one, dict | list))
        return next(nested, found[0] if len(found) == 1 else " / ".join(map(str, found)))
    return None


def _stands(place: str, event: Any, body: Any) -> Any:
    if place.startswith("="):
        return place[1:]
    whole = place.startswith("$.")
    return _walk(body if whole else event, place.removeprefix("$.").split("."))


def _walk(place: Any, parts: list[str]) -> Any:
    """Find what stands there; a name may have dots, and a list hold pairs of names and values."""
    if not parts:
        return place
    if isinstance(place, dict):
        for length in range(len(parts), 0, -1):
            if (key := ".".join(parts[:length])) in place:
                return _walk(place[key], parts[length:])
    if isinstance(place, list):
        first, rest = parts[0], parts[1:]
        if first.isdecimal():
            return _walk(place[int(first)], rest) if int(first) < len(place) else None
        pairs = (each for each in place if isinstance(each, dict))
        names = ("tag", "name", "key")
        return next((each.get("value") for each in pairs if first in map(each.get, names)), None)
    return None


def _translated(said: str, words: Mapping[str, str]) -> str:
    return {folded(word): meant for word, meant in words.items()}.get(folded(said), said)


def _named(said: str, known: Iterable[Any]) -> str | None:
    """The id of the one with that id or name."""
    wanted = folded(said)
    return next((each.id for each in known if wanted in map(folded, (each.id, each.name))), None)


def _instant(said: str, zone: ZoneInfo) -> datetime | None:
    """Read unix seconds or milliseconds, or ISO 8601, in that zone where it names none."""
    try:
        if said.replace(".", "", 1).isdecimal():
            seconds = float(said)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        found = datetime.fromisoformat(said)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _short(text: str) -> str:
    return sober_line(text)[:LONGEST_NAME]


def _digest(value: Any) -> str:
    """A short mark for a value of any length."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def by_component(readings: Iterable[Reading]) -> Iterator[tuple[tuple[str | None, str], Reading]]:
    """List what is to be taken in, each with what goes with it: its component, or its source."""
    for reading in readings:
        if not reading.ignored:
            own = "" if reading.component else reading.seen.source
            yield (reading.component, own), reading

"""The journal: append-only, hash-chained per contract (Rules INC-10, CON-3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from escalation.effects import Fact

GENESIS = "0" * 64

_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened: who, when, what, from where. `action` is a past participle key,
    e.g. "incident.opened"; `facts` carry its data; `source` says from where ("slash", "button",
    "form", "timer", "page", "monitoring", "courier")."""

    contract: str
    subject: str
    at: datetime
    actor: str
    action: str
    source: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A line in its place in the chain. `number` counts from 1 within the contract."""

    number: int
    line: Line
    previous: str
    seal: str


def seal(number: int, line: Line, previous: str) -> Sealed:
    """Put a line behind the one whose seal is `previous`."""
    content = _CANONICAL.encode(
        [
            number,
            line.contract,
            line.subject,
            line.at.astimezone(UTC).isoformat(timespec="microseconds"),
            line.actor,
            line.action,
            line.source,
            dict(line.facts),
        ]
    )
    digest = hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
    return Sealed(number=number, line=line, previous=previous, seal=digest)


def first_break(chain: Iterable[Sealed]) -> int | None:
    """The number of the first line that does not follow from the ones before; None if whole."""
    previous, expected = GENESIS, 1
    for sealed in chain:
        if sealed.number != expected or sealed != seal(expected, sealed.line, previous):
            return expected
        previous, expected = sealed.seal, expected + 1
    return None

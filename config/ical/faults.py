"""Faults of a calendar, as data: `handlers.words.shared.calendars` has its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class CalendarFault:
    """One thing to mend: where in the file, and in which event if it is one's."""

    code: str
    line: int | None = None
    event: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


class CalendarFaults(ValueError):
    """All that cannot be read of a calendar, at once, from the top of the file down."""

    def __init__(self, faults: Iterable[CalendarFault]) -> None:
        self.faults = sorted(faults, key=lambda found: (found.line or 0, found.code))
        super().__init__(
            "\n".join(
                f"{f.line or '-'}: {f.event or '(file)'}: {f.code} {dict(f.facts)}"
                for f in self.faults
            )
        )


class Unreadable(Exception):
    """Something of one event that cannot be read: a code, and what it is about."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

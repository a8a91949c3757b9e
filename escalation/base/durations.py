"""Durations that say which clock they run on (Rule CAL-3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Clock(StrEnum):
    """The clock a duration runs on."""

    ROUND_THE_CLOCK = "round the clock"
    COVERAGE = "coverage"
    WORKING_DAYS = "working days"


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PATTERN = re.compile(
    r"""^\s*(?:
        (?P<days>\d+)\s*working\s+days?
        |(?P<parts>(?:\d+\s*[smhd]\s*)+)(?P<coverage>coverage)?
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_PART = re.compile(r"(\d+)\s*([smhd])", re.IGNORECASE)

DURATION_HELP = (
    'write a length and its clock: "15m", "1h30m", "20s" (round the clock), '
    '"4h coverage" (coverage hours), "7 working days"'
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time on a named clock.

    `seconds` counts on ROUND_THE_CLOCK and COVERAGE; `days` counts on WORKING_DAYS.
    """

    seconds: int = 0
    days: int = 0
    clock: Clock = Clock.ROUND_THE_CLOCK

    @classmethod
    def parse(cls, text: object) -> Duration:
        """Read `"15m"`, `"4h coverage"` or `"7 working days"`; raises ValueError otherwise."""
        if isinstance(text, Duration):
            return text
        match = _PATTERN.match(text) if isinstance(text, str) else None
        if match is None:
            raise ValueError(f"{text!r} is not a duration: {DURATION_HELP}")
        if match["days"]:
            return cls(days=int(match["days"]), clock=Clock.WORKING_DAYS)
        seconds = sum(int(n) * _UNITS[unit.lower()] for n, unit in _PART.findall(match["parts"]))
        return cls(
            seconds=seconds, clock=Clock.COVERAGE if match["coverage"] else Clock.ROUND_THE_CLOCK
        )

    def __str__(self) -> str:
        """The form `parse` reads back."""
        if self.clock is Clock.WORKING_DAYS:
            return f"{self.days} working day{'' if self.days == 1 else 's'}"
        left, parts = self.seconds, ""
        for unit in "dhms":
            count, left = divmod(left, _UNITS[unit])
            parts += f"{count}{unit}" if count else ""
        return (parts or "0s") + (" coverage" if self.clock is Clock.COVERAGE else "")

    # Core schemas are plain data: readers built on pydantic understand a duration's
    # text form without this package importing them.
    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> dict[str, Any]:
        return {
            "type": "function-plain",
            "function": {"type": "no-info", "function": cls.parse},
            "serialization": {"type": "to-string"},
        }

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": r"^\s*(\d+\s*working\s+days?|(\d+\s*[smhd]\s*)+(coverage)?)\s*$",
            "description": DURATION_HELP,
        }

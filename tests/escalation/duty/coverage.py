"""What tests of calendars ask: the calendar of some coverage, and what its clocks say."""

from __future__ import annotations

from datetime import UTC, time, timedelta
from typing import Any

from escalation.base.durations import Clock, Duration
from escalation.contract import Coverage, DayName, HalfDay
from escalation.duty.calendars import Calendar
from tests.agreement import PARIS, agreement, paris

WHIT_MONDAY = DayName("Lundi de Pentecôte")
EVE = HalfDay(day=DayName("12-24"), closes=time(12))


def calendar(**coverage: Any) -> Calendar:
    return Calendar.of(agreement(coverage=Coverage(**coverage)))


def after(start: str, duration: str, **coverage: Any) -> str:
    """The wall-clock time in Paris a duration after another, "2026-07-15 10:00"."""
    due = calendar(**coverage).after(paris(start), Duration.parse(duration))
    assert due.tzinfo is UTC
    return f"{due.astimezone(PARIS):%Y-%m-%d %H:%M}"


def elapsed(start: str, end: str, clock: Clock, **coverage: Any) -> timedelta:
    return calendar(**coverage).elapsed(paris(start), paris(end), clock)

"""Check that a duration makes sense where it stands (Rule CAL-3)."""

from __future__ import annotations

from collections.abc import Iterator

from config.faults import Fault, Where, fault
from escalation.base.durations import Clock, Duration


def size(duration: Duration) -> int:
    """A number to compare durations of one clock by."""
    return duration.days if duration.clock is Clock.WORKING_DAYS else duration.seconds


def positive(where: Where, duration: Duration) -> Iterator[Fault]:
    """A fault if it is no time at all."""
    if size(duration) == 0:
        yield fault("duration_zero", where)


def ping_interval(where: Where, duration: Duration) -> Iterator[Fault]:
    """A fault unless it may part one ping from the next: some time, and not counted in days."""
    yield from positive(where, duration)
    if duration.clock is Clock.WORKING_DAYS:
        yield fault("working_days_here", where, value=str(duration))


def shorter_first(
    code: str, where: Where, other: Where, long: Duration, short: Duration
) -> Iterator[Fault]:
    """A fault if, on one and the same clock, the longer is the shorter."""
    if long.clock is short.clock and size(long) < size(short):
        yield fault(code, where, other=other, value=str(long), than=str(short))

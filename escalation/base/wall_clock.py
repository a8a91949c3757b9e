"""From times of a wall clock to instants, also on the nights when it is changed (Rule CAL-1).

A time that a night shows twice is the first of the two. A time that a night skips counts on from
before the change, as in iCalendar (RFC 5545, 3.3.5): where 02:00 becomes 03:00, 02:30 is 03:30.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instant(at: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a time, as aware UTC: of this zone's wall clock where it says no zone."""
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def occurrences(at: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every instant at which the zone's wall clock shows a time: two where a night repeats it."""
    first, second = (instant(at.replace(fold=fold), zone) for fold in (0, 1))
    return (first, second) if first < second else (first,)

"""The next slot in which a change clashes with nothing, else why there is none (Rule CHG-4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from escalation.base.value import Value
from escalation.change.clashes import Circumstances, Clash, Work, clashes, taken

AHEAD = timedelta(days=90)
LONGEST = timedelta(days=31)  # that a window lasts
FURTHEST = timedelta(days=731)  # that one is planned ahead
_STEP = 15 * 60  # seconds: slots begin on the quarter of an hour


class Slot(Value):
    """A window; where none is free, the first that clashes with the least, and with what."""

    start: datetime
    end: datetime
    clashes: tuple[Clash, ...] = ()


def next_slot(work: Work, around: Circumstances, length: timedelta, not_before: datetime) -> Slot:
    """The first slot of that length that is free, from an instant on and within 90 days."""
    earliest = _quarter(max(not_before, around.now))
    stretches = sorted(
        taken(work, around, earliest, earliest + AHEAD + length), key=lambda clash: clash.start
    )
    start = earliest
    for each in stretches:
        if each.start >= start + length:
            break
        start = max(start, _quarter(each.end))
    if start <= earliest + AHEAD:
        return Slot(start=start, end=start + length)
    return _least(work, around, length, [earliest, *(_quarter(each.end) for each in stretches)])


def _least(work: Work, around: Circumstances, length: timedelta, starts: list[datetime]) -> Slot:
    """Of the slots that begin as something ends, the first with the fewest clashes."""
    last = starts[0] + AHEAD
    slots = (
        Slot(start=at, end=at + length, clashes=clashes(work, around, at, at + length))
        for at in sorted(set(starts))
        if at <= last
    )
    return min(slots, key=lambda slot: (len(slot.clashes), slot.start))


def _quarter(at: datetime) -> datetime:
    """The quarter of an hour that begins then or next."""
    seconds = at.timestamp()
    return datetime.fromtimestamp(-(-seconds // _STEP) * _STEP, UTC)

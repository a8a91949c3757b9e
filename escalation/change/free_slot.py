"""The next slot in which a change clashes with nothing, else why there is none (Rule CHG-4)."""

from __future__ import annotations

from collections import Counter, deque
from datetime import UTC, datetime, timedelta

from escalation.base.value import Value
from escalation.change.clashes import Circumstances, Clash, Subject, Work, clashes, taken

AHEAD = timedelta(days=90)
SOON = timedelta(days=28)  # how far a refusal looks ahead: others wait for the transaction
LONGEST = timedelta(days=31)  # that a window lasts
FURTHEST = timedelta(days=731)  # that one is planned ahead
_WEEK = timedelta(days=7)
_STEP = 15 * 60  # seconds: slots begin on the quarter of an hour


class Slot(Value):
    """A window; where none is free, the first that clashes with the least, and with what."""

    start: datetime
    end: datetime
    clashes: tuple[Clash, ...] = ()


def next_slot(
    work: Work,
    around: Circumstances,
    length: timedelta,
    not_before: datetime,
    ahead: timedelta = AHEAD,
) -> Slot:
    """The first slot of that length that is free, from an instant on and within so long.

    It is looked for in the first week, then ever further: most often that one has it.
    """
    earliest = start = quarter(max(not_before, around.now))
    reach = max(_WEEK, length)
    while start <= earliest + ahead:
        last = min(start + reach, earliest + ahead)
        found = taken(work, around, start, last + length)
        for each in sorted(found, key=lambda clash: clash.start):
            if each.start < start + length:
                start = max(start, quarter(each.end))
        if start <= last:
            return Slot(start=start, end=start + length)
        reach *= 2
    every = taken(work, around, earliest, earliest + ahead + length)
    start = _least(sorted(every, key=lambda clash: clash.start), length, earliest, ahead)
    end = start + length
    return Slot(start=start, end=end, clashes=clashes(work, around, start, end))


def _least(
    stretches: list[Clash], length: timedelta, earliest: datetime, ahead: timedelta
) -> datetime:
    """Of the slots that begin as something ends, when the first with the fewest clashes begins.

    They are counted by moving the slot over the stretches once.
    """
    coming, leaving = deque(stretches), deque(sorted(stretches, key=lambda each: each.end))
    starts = {earliest, *(quarter(each.end) for each in stretches)}
    within: Counter[Subject] = Counter()
    least: list[tuple[int, datetime]] = []
    for at in sorted(at for at in starts if earliest <= at <= earliest + ahead):
        while coming and coming[0].start < at + length:
            within[coming.popleft().subject] += 1
        while leaving and leaving[0].end <= at:
            within[leaving.popleft().subject] -= 1
        least.append((sum(1 for held in within.values() if held), at))
    return min(least)[1]


def quarter(at: datetime) -> datetime:
    """The quarter of an hour that begins then or next."""
    seconds = at.timestamp()
    return datetime.fromtimestamp(-(-seconds // _STEP) * _STEP, UTC)

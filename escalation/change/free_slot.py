"""The next slot in which a change clashes with nothing, else why there is none (Rule CHG-4)."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from escalation.base.value import Value
from escalation.change.clashes import (
    Circumstances,
    Clash,
    Stretch,
    Subject,
    Work,
    clashes,
    hours_of_service,
    taken,
)
from escalation.contract import Contract
from escalation.duty.calendars import Calendar

AHEAD = timedelta(days=90)
SOON = timedelta(days=28)  # how far a refusal looks ahead: others wait for the transaction
LONGEST = timedelta(days=31)  # that a window lasts
FURTHEST = timedelta(days=731)  # that one is planned ahead
EVENING = timedelta(hours=4)  # for which work goes on once a service has closed
NO_HOUR = (time(0), time(23, 59))  # of an instant that names a day alone
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

    It lies in the hours in which such work is done, unless the instant lies outside them: who
    names an hour of the night means it. Where those hours have none soon, any other will do.
    """
    earliest = quarter(max(not_before, around.now))
    found = None
    if in_hours(work, around, not_before, length):
        found = _first(work, around, length, earliest, min(ahead, SOON), hours=True)
    found = found or _first(work, around, length, earliest, ahead, hours=False)
    if found is not None:
        return Slot(start=found, end=found + length)
    every = taken(work, around, earliest, earliest + ahead + length)
    start = _least(sorted(every, key=lambda clash: clash.start), length, earliest, ahead)
    end = start + length
    return Slot(start=start, end=end, clashes=clashes(work, around, start, end))


def _first(
    work: Work,
    around: Circumstances,
    length: timedelta,
    earliest: datetime,
    ahead: timedelta,
    *,
    hours: bool,
) -> datetime | None:
    """Work out when the first one begins, in working hours or whenever; None where there is none.

    It is looked for in the first week, then ever further: most often that one has it.
    """
    start, reach = earliest, max(_WEEK, length)
    while start <= earliest + ahead:
        last = min(start + reach, earliest + ahead)
        found: list[Stretch] = [
            (each.start, each.end) for each in taken(work, around, start, last + length)
        ]
        if hours:
            until = last + length
            found += _between(worked(work, around.contract, start, until), start, until)
        for begins, ends in sorted(found):
            if begins < start + length:
                start = max(start, quarter(ends))
        if start <= last:
            return start
        reach *= 2
    return None


def in_hours(work: Work, around: Circumstances, not_before: datetime, length: timedelta) -> bool:
    """Tell whether a slot is looked for in the hours in which such work is done."""
    contract, now = around.contract, around.now
    fortnight = list(worked(work, contract, now, now + 2 * _WEEK))
    if not any(ends - begins >= length for begins, ends in fortnight):
        return False
    at = not_before.astimezone(contract.zone).time().replace(second=0, microsecond=0)
    if work.hours is not None or not_before <= now or at in NO_HOUR:
        return True
    return any(True for _ in worked(work, contract, not_before, not_before + timedelta(minutes=1)))


def worked(work: Work, contract: Contract, start: datetime, end: datetime) -> Iterator[Stretch]:
    """List when such work is done, in order: in the hours of its entry in the catalogue, else in
    coverage hours, and in the evening of a day on which what it touches is open.
    """
    calendar = Calendar.of(contract)
    if work.hours is not None:
        yield from _joined(calendar.openings(work.hours, start, end))
        return
    found = list(calendar.openings(contract.coverage.hours, start, end))
    for _, hours in hours_of_service(work, contract):
        for opens, closes in calendar.openings(hours, start - _WEEK / 7, end):
            same_day = calendar.local_day(opens) == calendar.local_day(closes)
            begins, ends = max(closes, start), min(closes + EVENING, end)
            if same_day and begins < ends:
                found.append((begins, ends))
    yield from _joined(found)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The stretches in order, of which those that touch are one."""
    held: Stretch | None = None
    for begins, ends in sorted(stretches):
        if held is not None and begins <= held[1]:
            held = held[0], max(held[1], ends)
            continue
        if held is not None:
            yield held
        held = begins, ends
    if held is not None:
        yield held


def _between(stretches: Iterable[Stretch], start: datetime, end: datetime) -> Iterator[Stretch]:
    """List what these leave of the time between two instants."""
    for begins, ends in stretches:
        if start < begins:
            yield start, begins
        start = max(start, ends)
    if start < end:
        yield start, end


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

"""The overrides of a rota, as they hold one after another (Rule CAL-1).

Years of past swaps cost nothing: whoever asks finds the one that holds by bisection.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from zoneinfo import ZoneInfo

from escalation.base.wall_clock import instant
from escalation.contract.rotas import Override


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch during which an override holds, `end` excluded; its `number` in the rota's list."""

    start: datetime
    end: datetime
    number: int


class Swaps:
    """The overrides of a rota in order of time, without overlaps: the later in the list wins.

    Without a zone, an override's ends are on the wall clock of `zone`. Those that end no later than
    they start never hold.
    """

    def __init__(self, overrides: Sequence[Override], zone: ZoneInfo) -> None:
        self.bounds = [(instant(each.start, zone), instant(each.end, zone)) for each in overrides]
        self._stretches = list(_in_order(self.bounds))
        self._starts = [each.start for each in self._stretches]

    def at(self, instant: datetime) -> int | None:
        """The number of the override that holds at an instant."""
        place = bisect_right(self._starts, instant) - 1
        found = self._stretches[place] if place >= 0 else None
        return found.number if found is not None and instant < found.end else None

    def between(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """The stretches that touch `start` to `end`, in order."""
        for place in range(max(bisect_right(self._starts, start) - 1, 0), len(self._starts)):
            if self._starts[place] >= end:
                return
            yield self._stretches[place]


def _in_order(bounds: Sequence[tuple[datetime, datetime]]) -> Iterator[Stretch]:
    coming = sorted((start, end, n) for n, (start, end) in enumerate(bounds) if start < end)
    cuts = sorted({cut for start, end, _ in coming for cut in (start, end)})
    holding: list[tuple[int, datetime]] = []  # the later in the list first, with its end
    place = 0
    for cut, following in pairwise(cuts):
        while place < len(coming) and coming[place][0] == cut:
            heappush(holding, (-coming[place][2], coming[place][1]))
            place += 1
        while holding and holding[0][1] <= cut:
            heappop(holding)
        if holding:
            yield Stretch(cut, following, -holding[0][0])

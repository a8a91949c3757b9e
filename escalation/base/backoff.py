"""Pauses that grow from one failure to the next; the last one lasts."""

from __future__ import annotations

from collections.abc import Sequence


def doubling(first: float, longest: float) -> tuple[float, ...]:
    """Pauses in seconds, each twice as long as the one before, up to the longest."""
    pauses = [first]
    while pauses[-1] < longest:
        pauses.append(min(2 * pauses[-1], longest))
    return tuple(pauses)


def backoff(pauses: Sequence[float], failures: int) -> float:
    """Return how long to wait after so many failures in a row, from 1 on."""
    return pauses[min(failures, len(pauses)) - 1]

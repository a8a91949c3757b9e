"""The time in the workspace: as on the wall, faster, or moved by hand."""

import asyncio
import time
from typing import Protocol


class SandboxClock(Protocol):
    """Anything that says what time it is in the workspace."""

    def time(self) -> float:
        """Unix seconds in the workspace."""
        ...


class RealClock:
    """The wall clock, possibly sped up and started elsewhere."""

    def __init__(self, *, speed: float = 1.0, start: float | None = None) -> None:
        self.speed = speed
        self._origin = time.time()  # noqa: TID251 - the one place of the sandbox that reads it
        self._start = self._origin if start is None else start

    def time(self) -> float:
        """Unix seconds: the start plus what has passed, times the speed."""
        passed = time.time() - self._origin  # noqa: TID251 - see above
        return self._start + passed * self.speed


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self._now = start

    def time(self) -> float:
        """Unix seconds, where the clock was put last."""
        return self._now

    def advance(self, seconds: float) -> float:
        """Move forward, and say where the clock stands."""
        self._now += seconds
        return self._now

    def set(self, when: float) -> float:
        """Put the clock somewhere, and say where it stands."""
        self._now = when
        return self._now


def real(seconds: float, clock: SandboxClock) -> float:
    """So many seconds of this machine, in those of the workspace.

    Where time runs faster than on the wall, programs and people are given no less of it.
    """
    return seconds * max(1.0, float(getattr(clock, "speed", 1.0)))


async def sleep_on(clock: SandboxClock, seconds: float, *, grain: float = 0.02) -> None:
    """Wait until so many seconds have passed on that clock, whoever moves it."""
    deadline = clock.time() + seconds
    while clock.time() < deadline:  # noqa: ASYNC110 - nobody announces that a clock moved
        await asyncio.sleep(grain)

"""The one place where the wall clock is read, and the clocks that can stand in for it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from escalation.base.wall_clock import instant


class Clock(Protocol):
    """Tells the time. `time` is the same instant as `now`, in unix seconds."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...

    def time(self) -> float:
        """The present instant in unix seconds."""
        ...

    def wait(self, until: datetime) -> float:
        """Return how many real seconds to sleep until that instant; 0 where it is past."""
        ...


def typed_instant(given: str, zone: ZoneInfo) -> datetime:
    """The instant of a typed date and time, or of a time today; raises ValueError, OverflowError.

    In that zone, where none is typed.
    """
    if re.fullmatch(r"\d{1,2}:\d\d", given):
        today = datetime.fromtimestamp(wall(), zone).date()
        given = f"{today}T{given:0>5}"
    return instant(datetime.fromisoformat(given), zone)


def wall() -> float:
    """Read the wall clock, in unix seconds."""
    return time.time()  # noqa: TID251  the only reading of the wall clock


class Wall:
    """Real time: that of this machine, until it is told that of a database machines share.

    From then on the machine's own clock may be wrong or be set: only what passed is read of it.
    """

    def __init__(self) -> None:
        self._told: tuple[float, float] | None = None

    def time(self) -> float:
        """Real time in unix seconds."""
        if self._told is None:
            return wall()
        told, at = self._told
        return told + (time.monotonic() - at)

    def follow(self, told: float, asked: float, answered: float) -> None:
        """Follow a clock that said `told` (unix seconds) between two instants of `monotonic`.

        It is never run ahead of: what is due is not early anywhere.
        """
        if self._told is not None:
            known, at = self._told
            if told + (answered - asked) >= known + (answered - at) >= told:
                return  # as good as can be known
        self._told = (told, answered)


@dataclass(frozen=True, slots=True)
class FlowingClock:
    """A clock that flows `speed` times as fast as real time, from `start` at real time `at`.

    With speed 1 and start == at it is the wall clock. It is a function of real time alone, so
    two processes given the same three numbers agree, and a restart loses nothing.
    """

    speed: float = 1.0
    start: float = 0.0
    at: float = 0.0
    wall: Wall = field(default_factory=Wall, compare=False, repr=False)

    @classmethod
    def starting(cls, start: datetime | None = None, speed: float = 1.0) -> FlowingClock:
        """A clock that shows `start` (default: the real time) now."""
        at = wall()
        return cls(speed, start.timestamp() if start else at, at)

    @classmethod
    def parse(cls, text: str) -> FlowingClock:
        """Read "speed=60,from=2026-07-14T03:00+02:00,at=1784000000" (see docs/settings.md).

        Raises ValueError.
        """
        fields = dict(part.strip().split("=", 1) for part in text.split(",") if part.strip())
        unknown = fields.keys() - {"speed", "from", "at"}
        if unknown:
            raise ValueError(f"unknown clock settings: {', '.join(sorted(unknown))}")
        at = float(fields.get("at", wall()))
        start = datetime.fromisoformat(fields["from"]).timestamp() if "from" in fields else at
        speed = float(fields.get("speed", 1))
        if speed <= 0:
            raise ValueError("the clock's speed must be greater than 0")
        return cls(speed, start, at)

    def __str__(self) -> str:
        """The form `parse` reads back."""
        start = datetime.fromtimestamp(self.start, UTC).isoformat()
        return f"speed={self.speed},from={start},at={self.at}"

    def time(self) -> float:
        """The present instant in unix seconds."""
        return self.start + (self.wall.time() - self.at) * self.speed

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def wait(self, until: datetime) -> float:
        """Return how many real seconds to sleep until that instant; 0 where it is past."""
        return max(0.0, (until.timestamp() - self.time()) / self.speed)


class MovedClock:
    """A clock that stands still until it is moved: for stories and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return self._now

    def time(self) -> float:
        """The present instant in unix seconds."""
        return self._now.timestamp()

    def wait(self, until: datetime) -> float:
        """Nobody sleeps on a clock that is moved: 0 where the instant is past, else for ever."""
        return 0.0 if until <= self._now else float("inf")

    def move_to(self, instant: datetime) -> None:
        """Set the clock forward; it never goes back."""
        self._now = max(self._now, instant.astimezone(UTC))

    def move(self, length: timedelta) -> None:
        """Set the clock forward by a length."""
        self._now += length

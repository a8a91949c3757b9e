"""APScheduler wakes the timer worker; the timers themselves are rows (decision 4)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import Clock, FlowingClock

COALESCE_SECONDS = 0.05


class WakeUp:
    """Sets `woken` at the next due instant (`bot.time.poller` looks besides, for safety).

    Wakings for due instants come no closer than COALESCE_SECONDS: while steps
    keep coming, each serves all that came due meanwhile. One that comes alone is on time.

    Instants are the bot's; APScheduler counts in real time, so they are translated by the clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._real = FlowingClock.starting()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._next: datetime | None = None
        self._woken_at = -COALESCE_SECONDS
        self._resting = True
        self.woken = asyncio.Event()

    def start(self) -> None:
        """Begin; must be called inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop; nothing wakes afterwards."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wake_at(self, due: datetime | None) -> None:
        """Wake at `due`, unless an earlier waking is set already."""
        if due is None or (self._next is not None and self._next <= due):
            return
        self._next = due
        if self._resting:  # setting costs more than all else here: not while it is of no use
            self._set(due)

    async def rest(self) -> None:
        """Wait to be woken. Whoever is at work is woken by nobody: it rests when it has done."""
        self._resting = True
        if self._next is not None:
            self._set(self._next)
        await self.woken.wait()
        self.woken.clear()
        self._resting = False

    def _set(self, due: datetime) -> None:
        rested = self._woken_at + COALESCE_SECONDS - monotonic()
        delay = max(self._clock.wait(due), rested, 0.0)
        run_date = self._real.now() + timedelta(seconds=delay)
        self._scheduler.add_job(
            self._wake_due, DateTrigger(run_date, timezone=UTC), id="due", replace_existing=True
        )

    async def _wake_due(self) -> None:
        self._next, self._woken_at = None, monotonic()
        self.woken.set()

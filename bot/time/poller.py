"""The poller: once a second it sees whether anything is to be done that nobody was told of.

What is armed or sent here wakes the timer worker and the dispatcher at once, and word of it wakes
those of the other replicas; but word is lost where a replica dies or a connection breaks.
"""

from __future__ import annotations

import asyncio
from time import monotonic

import structlog

from bot.clock import Clock
from bot.delivery.dispatcher import Dispatcher
from bot.observe.metrics import Metrics
from bot.time.timer_worker import TimerWorker
from bot.time.wake_up import WakeUp
from store.database import Store
from store.errors import DatabaseTrouble

log = structlog.get_logger()

LOOK_SECONDS = 1.0


class Poller:
    """Wakes whoever has something to do; and sees how late the event loop is."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        metrics: Metrics,
        alarms: WakeUp,
        timer_worker: TimerWorker,
        dispatcher: Dispatcher,
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._alarms = alarms
        self._timer_worker = timer_worker
        self._dispatcher = dispatcher

    async def run(self) -> None:
        """Look each second until cancelled. An error is logged, and the next look is taken."""
        time = asyncio.get_running_loop().time
        while True:
            before = time()
            await asyncio.sleep(LOOK_SECONDS)
            self._metrics.loop_lag.observe(max(0.0, time() - before - LOOK_SECONDS))
            try:
                await self.look()
            except DatabaseTrouble as trouble:
                log.error("the database is in trouble", action="database_trouble", why=str(trouble))
            except Exception:
                log.exception("the poller stumbled", action="poller_failed")

    async def look(self) -> None:
        """One look: a single statement, where nothing is to be done."""
        upcoming, now = await self._store.upcoming(), self._clock.now()
        if upcoming.timer is not None and upcoming.timer <= now:
            self._alarms.woken.set()  # also where its time came by a leap of the clock
        else:
            self._timer_worker.advanced_at = monotonic()
            self._alarms.wake_at(upcoming.timer)
        if upcoming.message is not None and upcoming.message <= now:
            self._dispatcher.woken.set()
        else:
            self._dispatcher.advanced_at = monotonic()

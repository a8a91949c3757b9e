"""The timer worker: fires the timers that are due, in batches, at their time (Rule ESC-7)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from time import monotonic

import structlog

from bot.clock import Clock
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.time.wake_up import WakeUp
from escalation.base.timer_names.reading import read
from escalation.perform import DueTimer, fire
from store.errors import DatabaseTrouble
from store.queues.timers import FailedTimer, Fired, Timers
from store.transaction.transaction import SqlTransaction

log = structlog.get_logger()

BATCH = 100


class TimerWorker:
    """Fires due timers; `run` goes on until cancelled, `fire_due` fires what is due now."""

    def __init__(
        self,
        timers: Timers,
        clock: Clock,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self._timers = timers
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._tracing = tracing or Tracing(None)
        self._fire = self._traced_fire if self._tracing.on else fire
        self.advanced_at = monotonic()  # when it was last known to leave nothing that is due
        self.looked = asyncio.Event()  # set once the first batch has fired, or could not
        self._next: datetime | None = None

    async def fire_due(self) -> int:
        """Fire everything due now, in order, a batch a transaction; how many were fired."""
        total = 0
        while True:
            try:
                with self._tracing.span("timers"):
                    fired = await self._timers.fire(self._clock.now(), self._fire, limit=BATCH)
            finally:
                self.looked.set()
            total += fired.count
            self._count(fired)
            for failed in fired.failed:
                _say(failed)
            if fired.count:
                self.advanced_at = monotonic()
                log.info("timers fired", action="timers_fired", count=fired.count)
            self._next = fired.next
            if not (fired.count and fired.more):
                return total

    def _count(self, fired: Fired) -> None:
        self._metrics.timers_fired.inc(fired.count)
        done = self._clock.now()
        for due in fired.due:
            self._metrics.lateness.observe((done - due).total_seconds())

    def _traced_fire(self, tx: SqlTransaction, due: DueTimer, now: datetime, /) -> bool:
        with self._tracing.span(
            f"timer {read(due.name).word}",
            contract=due.contract,
            record=due.subject,
            timer=due.name,
            late_ms=int((now - due.due).total_seconds() * 1000),
        ):
            return fire(tx, due, now)

    async def run(self, alarms: WakeUp) -> None:
        """Fire timers as they come due, until cancelled. An error is logged and tried again."""
        while True:
            try:
                await self.fire_due()
                alarms.wake_at(self._next)
                self.advanced_at = monotonic()
            except DatabaseTrouble as trouble:
                log.error("the database is in trouble", action="database_trouble", why=str(trouble))
            except Exception:
                log.exception("the timer worker stumbled", action="timer_worker_failed")
            await alarms.rest()


def _say(failed: FailedTimer) -> None:
    """A timer set aside is the operator's to see: until it fires, an escalation stands still."""
    log.error(
        "a timer failed; it is tried again",
        action="timer_failed",
        contract=failed.timer.contract,
        subject=failed.timer.subject,
        timer=failed.timer.name,
        failures=failed.failures,
        retry_at=failed.retry_at.isoformat(),
        exc_info=failed.exception,
    )

"""The ticker: fires the timers that are due, in batches, at their time (Rule ESC-7)."""

from __future__ import annotations

import structlog

from bot.alarm_clock import AlarmClock
from bot.clock import Clock
from escalation.usecases import ring
from store.database import Store
from store.timers import FailedTimer

log = structlog.get_logger()

BATCH = 100


class Ticker:
    """Fires due timers; `run` goes on until cancelled, `fire_due` fires what is due now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def fire_due(self) -> int:
        """Fire everything due now, in order, a batch a transaction; how many were fired."""
        total = 0
        while True:
            fired = await self._store.fire(self._clock.now(), ring, limit=BATCH)
            total += fired.count
            for failed in fired.failed:
                _say(failed)
            if fired.count:
                log.info("timers fired", action="timers_fired", count=fired.count)
            if not (fired.count and fired.more):
                return total

    async def run(self, alarms: AlarmClock) -> None:
        """Fire timers as they come due, until cancelled. An error is logged and tried again."""
        while True:
            try:
                await self.fire_due()
                alarms.wake_at(await self._store.next_due())
            except Exception:
                log.exception("the ticker stumbled", action="ticker_failed")
            await alarms.woken.wait()
            alarms.woken.clear()


def _say(failed: FailedTimer) -> None:
    """A timer set aside is the operator's to see: until it fires, an escalation stands still."""
    log.error(
        "a timer failed; it is tried again",
        action="timer_failed",
        contract=failed.alarm.contract,
        subject=failed.alarm.subject,
        timer=failed.alarm.name,
        failures=failed.failures,
        retry_at=failed.retry_at.isoformat(),
        exc_info=failed.exception,
    )

"""The reconciler: each minute it looks for what should have fired or left, mends it and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

import structlog

from bot.clock import Clock
from bot.observe.gauges import OVERDUE, Gauges
from bot.observe.metrics import Metrics
from store.database import Store
from store.errors import DatabaseTrouble
from store.operate.audit import Place

log = structlog.get_logger()

EVERY_SECONDS = 60.0
FIRST_SECONDS = 15.0
PAGE = 200
MOST_SECONDS = 3.0  # of a look, a twentieth of its minute; where there is more, the next goes on


class Reconciler:
    """Looks at the memory beside those who work on it.

    `wake_timer_worker` and `wake_dispatcher` are called where their work lies about.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        metrics: Metrics,
        gauges: Gauges,
        wake_timer_worker: Callable[[], object],
        wake_dispatcher: Callable[[], object],
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._gauges = gauges
        self._wake_timer_worker = wake_timer_worker
        self._wake_dispatcher = wake_dispatcher
        self._last: Place | None = None

    async def run(self) -> None:
        """Look each minute until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)  # what came due during a stop has fired by then
        while True:
            try:
                await self.look()
            except DatabaseTrouble as trouble:
                log.error("the database is in trouble", action="database_trouble", why=str(trouble))
            except Exception:
                log.exception("the reconciler failed", action="reconciler_failed")
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """One audit."""
        self._metrics.timers_armed.set(await self._store.timers.armed())
        await self._gauges.count()
        now, figures = self._clock.now(), self._gauges.figures
        since = figures.due_since
        if since is not None and now - since > OVERDUE:
            log.error(
                "timers lie about", action="reconciler_overdue_timers", since=since.isoformat()
            )
            self._metrics.repairs.labels("timers").inc()
            self._wake_timer_worker()
        old = min((w.since for w in figures.messages.values()), default=None)
        if old is not None and now - old > OVERDUE:
            self._wake_dispatcher()  # it may wait for its turn, or for Slack: waking does no harm
        until = monotonic() + MOST_SECONDS
        while await self._hold_rows_against_records() and monotonic() < until:
            pass

    async def _hold_rows_against_records(self) -> bool:
        """Look at a page of open records; whether there are more of them."""
        audited = await self._store.upkeep.audit(self._last, PAGE)
        self._last = audited.last
        for contract, record in audited.rearmed:
            log.error(
                "timers were not what the record says; armed anew",
                action="reconciler_rearmed",
                contract=contract,
                record=record,
            )
            self._metrics.repairs.labels("alarms").inc()
        for contract, record in audited.relisted:
            log.warning(
                "a list did not have what the record says",
                action="reconciler_relisted",
                contract=contract,
                record=record,
            )
            self._metrics.repairs.labels("lists").inc()
        if audited.rearmed:
            self._wake_timer_worker()
        return audited.last is not None

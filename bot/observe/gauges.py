"""Gauges of the memory, as it was counted last: for Prometheus and for the sign of life."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock
from bot.observe.metrics import Metrics
from store.database import Store
from store.operate.audit import Figures

OVERDUE = timedelta(seconds=30)
URGENT_OVERDUE = timedelta(minutes=5)


class Gauges:
    """Counts what is due and what waits to be sent."""

    def __init__(self, *, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self.figures = Figures()

    async def count(self) -> None:
        """See how the memory stands."""
        now = self._clock.now()
        self.figures = await self._store.upkeep.figures(now)
        self._metrics.show(self.figures, now)

    def withheld(self) -> list[str]:
        """Say what speaks against saying that all is well: timers or urgent messages that wait."""
        now, reasons = self._clock.now(), []
        if self.figures.due_since is not None and now - self.figures.due_since > 2 * OVERDUE:
            reasons.append("timers are overdue")
        urgent = [w.urgent_since for w in self.figures.messages.values() if w.urgent_since]
        if urgent and now - min(urgent) > URGENT_OVERDUE:
            reasons.append("urgent messages do not leave")
        return reasons

"""Work that goes on in the background for as long as the bot runs, whatever befalls it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog

from bot.observe.metrics import Metrics
from escalation.base.backoff import backoff

log = structlog.get_logger()

PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
RECENT_SECONDS = 300.0
FAILING = 3  # so many faults in RECENT_SECONDS


class Tasks:
    """Begins work again that ended by a fault, and knows what keeps failing."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._faults: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=FAILING))

    def begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep `work` going, under that name, until cancelled."""
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)

    async def cancel(self, *names: str) -> None:
        """End work, all of it where no name is given."""
        ending = [self._tasks.pop(n) for n in names or tuple(self._tasks) if n in self._tasks]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    def failing(self) -> list[str]:
        """Return what has failed again and again of late, or has ended."""
        now = monotonic()
        often = {
            name
            for name, faults in self._faults.items()
            if len(faults) == FAILING and now - faults[0] < RECENT_SECONDS
        }
        ended = {name for name, task in self._tasks.items() if task.done()}
        return sorted(often | ended)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while True:
            began = monotonic()
            try:
                await work()
            except Exception:
                log.exception("background work failed", action="task_failed", task=name)
            else:
                log.error("background work ended", action="task_ended", task=name)
            self._metrics.task_failures.labels(name).inc()
            self._faults[name].append(monotonic())
            failures = 0 if monotonic() - began > RECENT_SECONDS else failures
            failures += 1
            await asyncio.sleep(backoff(PAUSES, failures))

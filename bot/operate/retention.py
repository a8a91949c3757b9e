"""Taking away what need not be kept for ever, as long after it was over as the operator says."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic

import structlog

from bot.clock import Clock
from store.database import Store
from store.errors import DatabaseTrouble
from store.operate.retention import Round

log = structlog.get_logger()

EVERY_SECONDS = 60.0
MOST_SECONDS = 1.0  # of each minute: others write too
LEAST = timedelta(days=30)  # until then whatever may come a second time is known again


class Retention:
    """Takes away what was over for so long; rounds go on where they stopped."""

    def __init__(self, store: Store, clock: Clock, kept: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._kept = max(kept, LEAST)
        self._place = Round()

    async def run(self) -> None:
        """Take away a little each minute until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.look()
            except DatabaseTrouble as trouble:
                log.error("the database is in trouble", action="database_trouble", why=str(trouble))
            except Exception:
                log.exception("nothing could be taken away", action="retention_failed")

    async def look(self) -> None:
        """Take away what is over, for a second at most."""
        until, counts = monotonic() + MOST_SECONDS, dict.fromkeys(_COUNTED, 0)
        while True:
            done = await self._store.upkeep.forget(self._clock.now() - self._kept, self._place)
            self._place = done.place or Round()
            for name in counts:
                counts[name] += getattr(done, name)
            if done.place is None or monotonic() >= until:
                break
        if any(counts.values()):
            log.info("taken away", action="forgotten", **counts)


_COUNTED = ("messages", "outcomes", "references")

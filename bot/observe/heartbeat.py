"""The dead man's switch: a sign of life to a URL, only while timers and messages really move.

Whoever listens there raises the timer when the signs stop coming, whatever stopped them. Each sign
carries the seals that the journals end with: kept out there, they prove later that nothing was cut
off since (Rule CON-3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import structlog

from bot.observe.metrics import Metrics

log = structlog.get_logger()

TIMEOUT_SECONDS = 10.0


class Heartbeat:
    """Sends a sign of life every so many seconds, unless `withheld` gives reasons not to."""

    def __init__(
        self,
        *,
        url: str,
        every: float,
        session: aiohttp.ClientSession,
        withheld: Callable[[], Awaitable[list[str]]],
        seals: Callable[[], Awaitable[Sequence[str]]],
        metrics: Metrics,
    ) -> None:
        self._url = url
        self._every = every
        self._session = session
        self._withheld = withheld
        self._seals = seals
        self._metrics = metrics

    async def run(self) -> None:
        """Send signs of life until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(self._every)

    async def beat(self) -> None:
        """One sign, or none; the address is a secret and is not logged."""
        reasons = await self._withheld()
        if reasons:
            log.error("no sign of life", action="heartbeat_withheld", why=reasons)
            self._metrics.heartbeats.labels("withheld").inc()
            return
        seals = "".join(f"{seal}\n" for seal in await self._seals())
        try:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            async with self._session.post(self._url, data=seals, timeout=timeout) as answer:
                sent = answer.status < 400
                why = f"it answers {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            sent, why = False, type(error).__name__
        if not sent:
            log.warning("a sign of life was not taken", action="heartbeat_failed", why=why)
        self._metrics.heartbeats.labels("sent" if sent else "failed").inc()

"""What a load balancer, an orchestrator and Prometheus ask: /healthz, /readyz and /metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.observe.metrics import Metrics

log = structlog.get_logger()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class WatchSite:
    """A small site beside the bot. It says nothing about anybody."""

    def __init__(
        self,
        *,
        metrics: Metrics,
        unready: Callable[[], Awaitable[list[str]]],
        count: Callable[[], Awaitable[None]],
    ) -> None:
        self._metrics = metrics
        self._unready = unready
        self._count = count
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; raises OSError where the port is taken. Port 0 takes any, see `port`."""
        site = web.Application()
        site.router.add_get("/healthz", self._health)
        site.router.add_get("/readyz", self._ready)
        site.router.add_get("/metrics", self._numbers)
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        """The process lives, and its loop turns."""
        return web.json_response({"alive": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        """Whether it can do its work; if not, why."""
        why = await self._unready()
        return web.json_response({"ready": not why, "why": why}, status=503 if why else 200)

    async def _numbers(self, _request: web.Request) -> web.Response:
        """The metrics; those of the memory are as old as the last audit if it is out of reach."""
        try:
            await self._count()
        except Exception as trouble:  # noqa: BLE001  the other numbers matter all the more
            log.warning("the memory cannot be counted", action="no_figures", why=str(trouble))
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})

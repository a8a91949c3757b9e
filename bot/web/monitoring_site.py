"""The site for a load balancer, an orchestrator and Prometheus: /healthz, /readyz and /metrics.

And where monitoring posts its events (`bot.web.event_site`), and calendars read on-call duty
(`bot.web.feed_site`), once the bot has started.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.observe.metrics import Metrics
from bot.web.event_site import MOST_BYTES, EventSite, Refused
from bot.web.feed_site import FeedSite
from escalation.event.mapping import WrongShape
from handlers.application import OutOfReach
from store.errors import DatabaseTrouble

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
        self.events: EventSite | None = None
        self.feeds: FeedSite | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; raises OSError where the port is taken. Port 0 takes any, see `port`."""
        site = web.Application(client_max_size=MOST_BYTES + 1)
        site.router.add_get("/healthz", self._health)
        site.router.add_get("/readyz", self._ready)
        site.router.add_get("/metrics", self._numbers)
        site.router.add_post("/events/{source}", self._event)
        site.router.add_get("/changes/{contract}/{person}.ics", self._changes)
        site.router.add_get("/rotas/{contract}/{person}.ics", self._feed)
        site.router.add_get("/rotas/{contract}/{person}/{rota}.ics", self._feed)
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _event(self, request: web.Request) -> web.Response:
        """Events of a source: kept, or refused with the reason."""
        if self.events is None:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "the bot is starting")
        try:
            found = await self.events.find(request.match_info["source"])
            too_large = (request.content_length or 0) > MOST_BYTES
            body = b"" if too_large else await request.read()
            if too_large or len(body) > MOST_BYTES:
                raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
            contract, source = await self.events.prove(found, request.headers, body)
            return web.json_response(await self.events.take(contract, source, body))
        except web.HTTPRequestEntityTooLarge:
            return _refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body has at most {MOST_BYTES} bytes"
            )
        except Refused as refused:
            return _refusal(refused.status, str(refused))
        except WrongShape as wrong:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return _refusal(status, str(wrong), field=wrong.field)
        except (OutOfReach, DatabaseTrouble):
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "it cannot be kept; deliver it again")

    async def _feed(self, request: web.Request) -> web.Response:
        """A feed of on-call duty."""
        rota = request.match_info.get("rota", "")
        return await self._fed(
            request, lambda feeds, contract, person, key: feeds.feed(contract, person, rota, key)
        )

    async def _changes(self, request: web.Request) -> web.Response:
        """A feed of the windows of changes."""
        return await self._fed(
            request, lambda feeds, contract, person, key: feeds.changes(contract, person, key)
        )

    async def _fed(
        self,
        request: web.Request,
        read: Callable[[FeedSite, str, str, str], Awaitable[bytes]],
    ) -> web.Response:
        """A feed; only that it is unchanged, where the reader has it already."""
        if self.feeds is None:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "the bot is starting")
        named, key = request.match_info, request.query.get("key", "")
        try:
            data = await read(self.feeds, named["contract"], named["person"], key)
        except Refused as refused:
            return _refusal(refused.status, str(refused))
        except (OutOfReach, DatabaseTrouble):
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "it cannot be read; ask again")
        tag = hashlib.sha256(data).hexdigest()[:32]
        known = any(each.value in {tag, "*"} for each in request.if_none_match or ())
        answer = web.Response(status=HTTPStatus.NOT_MODIFIED) if known else web.Response(body=data)
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.etag = tag
        if not known:
            answer.content_type, answer.charset = "text/calendar", "utf-8"
        return answer

    async def _health(self, _request: web.Request) -> web.Response:
        """The process lives, and its loop turns."""
        return web.json_response({"alive": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        """Return whether it can do its work; if not, why."""
        why = await self._unready()
        return web.json_response({"ready": not why, "why": why}, status=503 if why else 200)

    async def _numbers(self, _request: web.Request) -> web.Response:
        """The metrics; those of the memory are as old as the last audit if it is out of reach."""
        try:
            await self._count()
        except Exception as trouble:  # noqa: BLE001  the other numbers matter all the more
            log.warning("the memory cannot be counted", action="no_figures", why=str(trouble))
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _refusal(status: HTTPStatus, why: str, **more: str) -> web.Response:
    return web.json_response({"refused": why, **more}, status=status)

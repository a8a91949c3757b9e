"""Where Slack posts what happens, in mode `http`: signed, recent, small and quick, or refused."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

log = structlog.get_logger()

PATH = "/slack/events"
MOST_BYTES = 512 * 1024  # a form of a hundred full fields is not half as large
BODY_SECONDS = 5.0
KINDS = ("application/x-www-form-urlencoded", "application/json")


def slack_site(app: AsyncApp) -> web.Application:
    """The site. The app answers nobody but Slack: signature and age are verified."""

    async def events(request: web.Request) -> web.StreamResponse:
        if request.content_type not in KINDS:
            return web.Response(status=415)
        if not request.headers.get("X-Slack-Request-Timestamp", "").isdecimal():
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                given = await to_bolt_request(request)
        except TimeoutError:
            log.warning("a request took too long to arrive", action="request_slow")
            return web.Response(status=408)
        except web.HTTPException:  # too large
            raise
        except Exception as fault:  # noqa: BLE001  Bolt raises anything where it reads oddities
            log.warning("not as Slack sends it", action="misshapen", why=type(fault).__name__)
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(given))

    site = web.Application(client_max_size=MOST_BYTES)
    site.router.add_post(PATH, events)
    return site

"""Socket Mode that does not spin for ever on a dead ticket (slack.md, B10).

Nor does it rely on how Slack asks to wait, or on what comes over the socket.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.observe.metrics import Metrics
from bot.patience import LOOK_SECONDS, PATIENCE_SECONDS
from bot.slack.calls import NotSent, Uncertain, Undeliverable, retry_after, sure
from bot.slack.refusals import LINK_DISABLED, remedy
from config.proxies import proxy_for

log = structlog.get_logger()

REFUSED_TIMES = 4  # as long as that a socket is not asked for again, where Slack refuses one
PING_SECONDS = 5
CLOSE_SECONDS = 2.0


def _without_trace(record: logging.LogRecord) -> bool:
    """Let a line of the SDK's through, which says what was raised, without its trace."""
    record.exc_info = None
    return True


class _Client(SocketModeClient):
    """The SDK's, where it relies on what Slack answers, and on what comes over the socket.

    Slack says twice that a socket goes, and then closes it. The SDK connects anew each time, and
    so cuts the socket that is good: what somebody typed in that moment is lost.
    """

    refused = ""  # why Slack lets no socket be: its own word for it

    async def enqueue_message(self, message: str) -> None:
        """Take in what came; where Slack says that Socket Mode is switched off, connect no more.

        The SDK would ask for a new socket every few seconds.
        """
        if LINK_DISABLED in message and _reason(message) == LINK_DISABLED:
            self.refused = LINK_DISABLED
            self.default_auto_reconnect_enabled = self.auto_reconnect_enabled = False
        else:
            await super().enqueue_message(message)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Replace the socket that is there now, if nothing else has when its turn comes."""
        leaving = self.current_session
        async with self.connect_operation_lock:
            if self.closed or self.current_session is not leaving:
                return
            if force or not await self.is_connected():
                self.wss_uri = await self.issue_new_wss_url()
                await self.connect()  # type: ignore[no-untyped-call]  # the SDK has no types here

    async def issue_new_wss_url(self) -> str:
        """An address to connect to; waits as long as Slack asks, in whatever words it does."""
        while True:
            try:
                answer = await self.web_client.apps_connections_open(app_token=self.app_token)
            except SlackApiError as error:
                if (seconds := retry_after(error)) is None:
                    raise
                await asyncio.sleep(seconds)
            else:
                url = str(answer["url"])
                self.proxy = proxy_for(url)
                return url

    async def is_ping_pong_failing(self) -> bool:
        """Return whether no pong has come for long, or one that tells no time."""
        try:
            return await super().is_ping_pong_failing()
        except (ValueError, OverflowError):
            self.last_ping_pong_time = None
            return True


def _reason(message: str) -> str:
    """Return why Slack ends the socket; "" where it says something else."""
    try:
        said = json.loads(message)
    except ValueError:
        return ""
    ends = isinstance(said, dict) and said.get("type") == "disconnect"
    return str(said.get("reason")) if ends else ""


class _Handler(AsyncSocketModeHandler):
    """Knows which envelopes it has not answered yet."""

    def __init__(self, app: AsyncApp, app_token: str, web_client: AsyncWebClient) -> None:
        # not that of the base, which makes a client of the SDK's own
        logger = logging.getLogger("escalade.socket")
        logger.addFilter(_without_trace)
        self.app, self.app_token = app, app_token
        self.client = _Client(
            app_token, logger=logger, web_client=web_client, ping_interval=PING_SECONDS
        )
        self.client.socket_mode_request_listeners.append(
            self.handle  # type: ignore[arg-type]  # as in its own base
        )
        self.under_way: set[asyncio.Task[Any]] = set()

    @property
    def refused(self) -> str:
        """Return why Slack ended the socket for good; "" where it did not."""
        return self.client.refused if isinstance(self.client, _Client) else ""

    async def handle(  # type: ignore[override]  # as in its own base
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        """Hand an envelope to the app, and send its acknowledgement."""
        task = asyncio.ensure_future(super().handle(client, req))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        try:
            await task
        except Exception as fault:  # noqa: BLE001  Bolt raises anything where it reads oddities
            log.warning("an envelope failed", action="envelope_failed", why=repr(fault)[:200])


class SocketWatch:
    """Keeps one Socket Mode connection; rebuilds it when it stays down for `patience`."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        *,
        patience: float = PATIENCE_SECONDS,
        look: float = LOOK_SECONDS,
        metrics: Metrics | None = None,
    ) -> None:
        self._app = app
        self._token = app_token
        self._client = client
        self._patience = patience
        self._look = look
        self._metrics = metrics or Metrics()
        self._handler: _Handler | None = None
        self.refused = ""  # why Slack gives no socket, where it does not

    async def connected(self) -> bool:
        """Return whether envelopes can arrive now."""
        return self._handler is not None and bool(await self._handler.client.is_connected())

    async def connect(self) -> None:
        """Connect; raises what Slack answers, e.g. for a bad token, or TimeoutError."""
        handler = self._handler = _Handler(self._app, self._token, self._client)
        client: SocketModeClient = handler.client
        async with asyncio.timeout(self._patience):
            client.wss_uri = await client.issue_new_wss_url()
            await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt has no types here

    async def run(self) -> None:
        """Watch the connection until cancelled. Where Slack refuses one, ask less often."""
        down = 0.0
        while True:
            await asyncio.sleep(self._look)
            up = await self.connected()
            self._metrics.socket_up.set(up)
            if up:
                down = 0.0
                continue
            down += self._look
            if self._handler is not None and (code := self._handler.refused):
                self._is_refused(code)
            if down >= self._patience * (REFUSED_TIMES if self.refused else 1):
                log.warning("the socket is rebuilt", action="socket_rebuilt", down_seconds=down)
                await self._rebuild()
                down = 0.0

    async def _rebuild(self) -> None:
        self._metrics.socket_rebuilds.inc()
        try:
            await self.close()
            await sure(self.connect())
            self.refused = ""
        except Undeliverable as refusal:
            self._is_refused(refusal.code)
        except (NotSent, Uncertain) as away:
            why = str(away)[:200]
            log.error("the socket could not be rebuilt", action="socket_failed", why=why)
        except Exception:
            log.exception("the socket could not be rebuilt", action="socket_failed")

    def _is_refused(self, code: str) -> None:
        """Say once what to mend; until then Slack is asked now and then."""
        if code != self.refused:
            why = remedy(code, "SLACK_APP_TOKEN")
            log.error("Slack lets no socket be", action="socket_refused", code=code, why=why)
        self.refused = code

    async def answered(self) -> None:
        """Wait until what has come in by now is answered."""
        if self._handler is not None and self._handler.under_way:
            await asyncio.wait(set(self._handler.under_way))

    async def close(self) -> None:
        """Close the connection."""
        if self._handler is None:
            return
        handler, self._handler = self._handler, None
        client: SocketModeClient = handler.client
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await handler.close_async()  # type: ignore[no-untyped-call]  # bolt has no types
        except TimeoutError:
            log.warning("the socket did not close in time; cut", action="socket_cut")
        finally:  # whatever happened, nothing more comes in this way
            for part in (
                client.message_processor,
                client.current_session_monitor,
                client.message_receiver,
            ):
                if part is not None:
                    part.cancel()
            await client.aiohttp_client_session.close()

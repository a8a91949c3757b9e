"""The site where Slack posts, in mode `http`: signed, recent, small and quick, or refused."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.clock import Wall
from bot.web.slack_door import RECENT_SECONDS, Connection, Door, Head, room_for_connections

log = structlog.get_logger()

BACKLOG = 512
TOLD_SECONDS = 60.0  # between two lines of the log on wrong signatures, whoever sends them
ANSWERED_SECONDS = 5.0  # within which what was heard is answered, when the site closes


class Answer(NamedTuple):
    """An answer to Slack."""

    status: HTTPStatus
    kind: str = "text/plain"
    body: bytes = b""


class SlackSite:
    """Hears what Slack signed, once: the same request again gets the same answer.

    Slack signs each retry of its own anew: the same signature twice is a copy, or an answer that
    was lost on its way. What failed (a status of 500 and above) is heard anew. `now` is the time in
    unix seconds.
    """

    def __init__(
        self, app: AsyncApp, signing_secret: str, now: Callable[[], float] | None = None
    ) -> None:
        self._app = app
        self._now = now or Wall().time
        self.door = Door(
            secret=signing_secret.encode(),
            now=self._now,
            opened=self._now(),
            proven=self._proven,
            wrongly_signed=self._wrongly_signed,
            most_unproven=room_for_connections(),
        )
        self._heard: OrderedDict[bytes, tuple[float, asyncio.Task[Answer]]] = OrderedDict()
        self._answering: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._told_at = -TOLD_SECONDS
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; raises OSError where the port is taken. Port 0 takes any, see `port`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self.door.connection, host, port, backlog=BACKLOG)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Listen no more, and answer what was heard, within bounds."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self.door.unproven):
            connection.cut()
        if self._answering:
            await asyncio.wait(self._answering, timeout=ANSWERED_SECONDS)
        for task in self._answering:
            task.cancel()

    def _proven(self, head: Head, body: bytes, connection: Connection) -> None:
        task = asyncio.create_task(self._answer(head, body, connection))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def _wrongly_signed(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= TOLD_SECONDS:
            self._told_at = now
            log.warning(
                "a request is not signed as Slack would now: compare SLACK_SIGNING_SECRET with the "
                "app's settings, and this machine's clock with the time",
                action="wrongly_signed",
            )

    async def _answer(self, head: Head, body: bytes, connection: Connection) -> None:
        try:
            connection.say(*await asyncio.shield(self._once(head, body)))
        except asyncio.CancelledError:
            connection.cut()
            raise

    def _once(self, head: Head, body: bytes) -> asyncio.Task[Answer]:
        self._forget_the_old()
        if head.signature in self._heard:
            log.warning("the same request came again", action="request_repeated")
            return self._heard[head.signature][1]
        task = asyncio.create_task(self._dispatched(head, body))
        self._heard[head.signature] = (self._now() + 2 * RECENT_SECONDS, task)
        return task

    def _forget_the_old(self) -> None:
        now = self._now()
        while self._heard and next(iter(self._heard.values()))[0] < now:
            self._heard.popitem(last=False)

    async def _dispatched(self, head: Head, body: bytes) -> Answer:
        answer = Answer(HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            answer = await self._dispatch(head, body)
        except Exception:
            log.exception("a request failed", action="request_failed")
        finally:
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                del self._heard[head.signature]
        return answer

    async def _dispatch(self, head: Head, body: bytes) -> Answer:
        try:
            request = AsyncBoltRequest(
                body=body.decode("utf-8"), headers={"content-type": head.kind}
            )
        except Exception as fault:  # noqa: BLE001  Bolt raises anything where it reads oddities
            log.warning("not as Slack sends it", action="misshapen", why=type(fault).__name__)
            return Answer(HTTPStatus.BAD_REQUEST)
        response = await self._app.async_dispatch(request)
        kind = "application/json" if response.body.startswith("{") else "text/plain"
        return Answer(HTTPStatus(response.status), kind, response.body.encode())

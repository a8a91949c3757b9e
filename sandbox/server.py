"""The server: Web API, Socket Mode, response URLs, files, control API and page, on loopback."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.base.clock import sleep_on
from sandbox.changes import posting
from sandbox.delivery import Dispatcher, SocketHub
from sandbox.model.workspace import Workspace
from sandbox.people.person import Person
from sandbox.routes import control, slack

MAX_BODY = 64 * 1024 * 1024


class SandboxServer:
    """Serves a workspace on this machine."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        ack_timeout: float = 3.0,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self.workspace = workspace
        self.host = host
        self.port = port
        self.hub = SocketHub(host)
        self.dispatcher = Dispatcher(
            workspace,
            self.hub,
            ack_timeout=ack_timeout,
            sleep=sleep or self._sleep,
        )
        self._runner: web.AppRunner | None = None
        self._scheduler: asyncio.Task[None] | None = None

    async def start(self) -> "SandboxServer":
        """Open the port, and begin to tell the apps what happens."""
        app = web.Application(client_max_size=MAX_BODY)
        slack.add(app, self.workspace, self.hub)
        control.add(app, self.workspace, self.dispatcher)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.workspace.base_url = self.url.rstrip("/")
        self.workspace.response_urls.base = self.url.rstrip("/")
        self.workspace.event_sink = self.dispatcher.event
        self._scheduler = asyncio.get_running_loop().create_task(self._post_scheduled())
        return self

    async def stop(self) -> None:
        """Close the port and all sockets."""
        self.workspace.event_sink = None
        if self._scheduler is not None:
            self._scheduler.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._scheduler
            self._scheduler = None
        await self.dispatcher.close()
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "SandboxServer":
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Return where the page is."""
        return f"http://{self.host}:{self.port}/"

    @property
    def api_url(self) -> str:
        """Return where the Web API is: the base URL for a Slack client."""
        return f"{self.url}api/"

    def person(self, user_id: str) -> Person:
        """Act as somebody."""
        return Person(self.workspace, self.dispatcher, user_id)

    async def idle(self, within: float = 5.0) -> bool:
        """Wait until every event was taken or given up; say whether that came in time."""
        return await self.dispatcher.idle(within)

    async def _sleep(self, seconds: float) -> None:
        await sleep_on(self.workspace.clock, seconds)

    async def _post_scheduled(self) -> None:
        ws = self.workspace
        while True:
            for key, (post_at, channel_id, message) in list(ws.scheduled.items()):
                channel = ws.channels.get(channel_id)
                if post_at <= ws.now():
                    del ws.scheduled[key]
                    if channel is not None and not channel.is_archived:
                        posting.post(ws, channel, message)
            await asyncio.sleep(0.05)

"""Brings what happens to the apps, by their way, and again when they do not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientSession

from sandbox.delivery import http_mode
from sandbox.delivery.ack import Ack, Delivery
from sandbox.delivery.socket_mode import SocketHub
from sandbox.model.app import App
from sandbox.model.workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)


class Dispatcher:
    """Delivers to apps, over their sockets or their URLs."""

    def __init__(
        self,
        workspace: Workspace,
        hub: SocketHub,
        *,
        ack_timeout: float,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._ws = workspace
        self.hub = hub
        self._sleep = sleep
        self._session: ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.ack_timeout = ack_timeout

    def event(self, app: App, body: dict[str, Any]) -> None:
        """Start to deliver an event; it is tried up to four times."""
        task = asyncio.get_running_loop().create_task(self._event(app, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def request(self, app: App, delivery: Delivery) -> Ack:
        """Deliver something once, and say what came back."""
        if app.socket_mode:
            return await self.hub.deliver(app, delivery, self.ack_timeout)
        session = self._http()
        return await http_mode.deliver(session, app, delivery, self._ws.now(), self.ack_timeout)

    async def switch_socket_mode(self, *, on: bool) -> None:
        """Switch Socket Mode on or off for every app, as on the page of its settings."""
        for app in self._ws.apps.values():
            app.socket_mode = on
        if not on:
            await self.hub.disable()

    async def verify_url(self, app: App) -> bool:
        """Check that the app's request URL answers the challenge."""
        return await http_mode.verify_url(self._http(), app, self._ws.now())

    async def idle(self, within: float) -> bool:
        """Wait until no event is under way any more, but no longer than so many seconds."""
        deadline = asyncio.get_running_loop().time() + within
        while self._tasks:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait(self._tasks, timeout=left)
        return True

    async def close(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _http(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession()
        return self._session

    async def _event(self, app: App, body: dict[str, Any]) -> None:
        reason = ""
        for attempt in range(len(RETRY_AFTER) + 1):
            if attempt:
                await self._sleep(RETRY_AFTER[attempt - 1])
            delivery = Delivery(kind="events_api", payload=body, attempt=attempt, reason=reason)
            if app.socket_mode and not await self.hub.connected(app, self.ack_timeout):
                reason = "connection_failed"
                continue
            ack = await self.request(app, delivery)
            if ack.ok or ack.no_retry:
                return
            reason = ack.reason

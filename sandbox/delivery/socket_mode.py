"""Socket Mode: up to ten sockets an app, each envelope to one of them."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.delivery.ack import Ack, Delivery
from sandbox.model.app import App

MAX_SOCKETS = 10


@dataclass(eq=False)
class Socket:
    """One connection of an app."""

    app_id: str
    ws: web.WebSocketResponse
    transport: asyncio.Transport | None
    leaving: bool = False


class SocketHub:
    """The open sockets, and the acks still awaited."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._sockets: dict[str, list[Socket]] = {}
        self._turn: dict[str, int] = {}
        self._awaited: dict[str, asyncio.Future[Any]] = {}
        self._arrived = asyncio.Event()
        self._duplicates = 0
        self.delivered: list[tuple[str, dict[str, Any]]] = []

    def sockets(self, app_id: str) -> list[Socket]:
        """List the sockets of an app that are open."""
        return [s for s in self._sockets.get(app_id, []) if not s.ws.closed]

    def duplicate_next(self, count: int) -> None:
        """Send each of the next so many envelopes twice."""
        self._duplicates += count

    async def serve(self, request: web.Request, app: App) -> web.WebSocketResponse:
        """Keep a socket until its end."""
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        mine = self.sockets(app.app_id)
        if len(mine) >= MAX_SOCKETS:
            await ws.send_json(_disconnect("too_many_websockets", self._host))
            await ws.close()
            return ws
        socket = Socket(app.app_id, ws, request.transport)
        self._sockets[app.app_id] = [*mine, socket]
        await ws.send_json(_hello(app, len(mine) + 1, self._host))
        self._arrived.set()
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self._acked(message.json())
        finally:
            self._sockets[app.app_id].remove(socket)
        return ws

    def _acked(self, message: dict[str, Any]) -> None:
        future = self._awaited.get(message.get("envelope_id", ""))
        if future is not None and not future.done():
            future.set_result(message.get("payload"))

    async def connected(self, app: App, timeout: float) -> bool:  # noqa: ASYNC109 - a bound
        """Wait for a socket of the app, but no longer than so many seconds."""
        deadline = asyncio.get_running_loop().time() + timeout
        while not self._ready(app):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), left)
        return True

    def _ready(self, app: App) -> list[Socket]:
        return [s for s in self.sockets(app.app_id) if not s.leaving]

    async def deliver(self, app: App, delivery: Delivery, ack_timeout: float) -> Ack:
        """Send an envelope to one socket, and wait for its ack."""
        ready = self._ready(app)
        if not ready:
            return Ack(ok=False, error="dispatch_failed", reason="connection_failed")
        turn = self._turn[app.app_id] = self._turn.get(app.app_id, -1) + 1
        socket = ready[turn % len(ready)]
        envelope = _envelope(delivery)
        key = envelope["envelope_id"]
        future = self._awaited[key] = asyncio.get_running_loop().create_future()
        self.delivered.append((app.app_id, envelope))
        try:
            await socket.ws.send_json(envelope)
            if self._duplicates:
                self._duplicates -= 1
                await socket.ws.send_json(envelope)
            payload = await asyncio.wait_for(future, ack_timeout)
        except TimeoutError:
            return Ack(ok=False, error="operation_timeout", reason="timeout")
        except ConnectionError:
            return Ack(ok=False, error="dispatch_failed", reason="connection_failed")
        finally:
            self._awaited.pop(key, None)
        return Ack(ok=True, payload=payload)

    async def drop(self) -> int:
        """Cut the sockets without a word."""
        cut = 0
        for socket in self._all():
            if socket.transport is not None:
                socket.leaving = True
                socket.transport.abort()
                cut += 1
        return cut

    async def refresh(self, warning: float = 0.0) -> int:
        """Ask the apps to connect again: a warning, then the end of the socket."""
        old = self._all()
        for socket in old:
            await _quietly(socket.ws.send_json(_disconnect("warning", self._host)))
        await asyncio.sleep(warning)
        for socket in old:
            socket.leaving = True
            await _quietly(socket.ws.send_json(_disconnect("refresh_requested", self._host)))
            await _quietly(socket.ws.close())
        return len(old)

    async def disable(self) -> int:
        """Tell the apps that Socket Mode is switched off for them, and end their sockets."""
        old = self._all()
        for socket in old:
            socket.leaving = True
            await _quietly(socket.ws.send_json(_disconnect("link_disabled", self._host)))
            await _quietly(socket.ws.close())
        return len(old)

    async def close(self) -> None:
        """Close every socket."""
        for socket in self._all():
            await _quietly(socket.ws.close())

    def _all(self) -> list[Socket]:
        return [s for app_id in list(self._sockets) for s in self.sockets(app_id)]


async def _quietly(sending: Awaitable[Any]) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):
        await sending


def _envelope(delivery: Delivery) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": str(uuid.uuid4()),
        "payload": delivery.payload,
        "type": delivery.kind,
        "accepts_response_payload": delivery.accepts_response,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
    return envelope


def _hello(app: App, count: int, host: str) -> dict[str, Any]:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": {
            "host": host,
            "build_number": 1,
            "approximate_connection_time": 18060,
        },
        "connection_info": {"app_id": app.app_id},
    }


def _disconnect(reason: str, host: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": host}}

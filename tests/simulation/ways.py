"""The way from simulated bots to a real PostgreSQL: it breaks as the weather says.

The server is real, and so are its answers, its locks and the order in which it serves. While
somebody waits for it, the machine's time flows as it really does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import asyncpg
import asyncpg.protocol
from sqlalchemy import Double, bindparam, select
from sqlalchemy import cast as as_type

import bot.clock
import store.engine.engine
import store.engine.replicas
from tests.simulation.machine import OWNER, Machine
from tests.simulation.wires import WEATHER

SKEWS: dict[str, float] = {}  # how wrong the clock of each replica's machine is, in seconds


def _machine() -> Machine:
    return cast("Machine", asyncio.get_running_loop())


class _Protocol(asyncpg.protocol.Protocol):
    """One connection: it knows whose it is, and may be cut."""

    way: asyncio.Transport
    writing = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.way, self.whose = transport, ContactMethod(OWNER.get(), transport)
        _machine().pipes.append(self.whose)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        pipes = _machine().pipes
        if self.whose in pipes:
            pipes.remove(self.whose)
        super().connection_lost(error)

    def _strike(self) -> None:
        WEATHER.strikes += 1
        self.way.abort()
        raise asyncpg.ConnectionDoesNotExistError(
            "connection was closed in the middle of operation"
        )

    async def _ask(self, ask: Callable[..., Awaitable[Any]], *args: Any, **more: Any) -> Any:
        if self.whose.owner and WEATHER.way_takes:  # others come in between
            await asyncio.sleep(_machine().rng.random() ** 3 * WEATHER.way_takes)
        if self.whose.owner and WEATHER.away():
            self._strike()
        with _machine().waiting_outside():
            return await ask(*args, **more)

    async def query(self, sql: str, *args: Any, **more: Any) -> Any:
        if sql.startswith("BEGIN"):
            self.writing = "READ ONLY" not in sql
        fate = ""
        if sql.startswith("COMMIT") and self.writing and self.whose.owner:
            fate = WEATHER.next_fate()
        if fate == "before":
            self._strike()
        if fate == "torn":  # it has left, and nobody hears what came of it
            WEATHER.strikes += 1
            _machine().call_soon(self.way.abort)
        answer = await self._ask(super().query, sql, *args, **more)
        if fate == "after":
            self._strike()
        return answer

    async def prepare(self, *args: Any, **more: Any) -> Any:
        return await self._ask(super().prepare, *args, **more)

    async def bind_execute(self, *args: Any, **more: Any) -> Any:
        return await self._ask(super().bind_execute, *args, **more)

    async def bind_execute_many(self, *args: Any, **more: Any) -> Any:
        return await self._ask(super().bind_execute_many, *args, **more)

    async def bind(self, *args: Any, **more: Any) -> Any:
        return await self._ask(super().bind, *args, **more)

    async def execute(self, *args: Any, **more: Any) -> Any:
        return await self._ask(super().execute, *args, **more)

    async def close_statement(self, *args: Any, **more: Any) -> Any:
        return await self._ask(super().close_statement, *args, **more)

    async def close(self, *args: Any, **more: Any) -> Any:
        with _machine().waiting_outside():
            return await super().close(*args, **more)

    async def _wait_for_cancellation(self, *args: Any, **more: Any) -> Any:
        with _machine().waiting_outside():
            return await super()._wait_for_cancellation(*args, **more)


class ContactMethod:
    """A connection to the server, as the machine knows it: it is cut when its owner is killed."""

    def __init__(self, owner: str, transport: asyncio.Transport) -> None:
        self.owner = owner
        self.abort = transport.abort


@contextmanager
def led(clock: Any) -> Iterator[None]:
    """Lead bots to PostgreSQL, whose time is that of `clock`, for as long as this lasts.

    What the bots read of their own machine's clock is wrong by their skew.
    """
    connect = asyncpg.connect

    async def connecting(*args: Any, **kwargs: Any) -> Any:
        if OWNER.get() and WEATHER.away():
            WEATHER.strikes += 1
            raise ConnectionRefusedError(111, "the database is away")
        with _machine().waiting_outside():
            return await connect(*args, **kwargs)

    def wall() -> float:
        return float(clock.time() + SKEWS.get(OWNER.get(), 0.0))

    told = select(as_type(bindparam("told", callable_=clock.time, type_=Double), Double))
    SKEWS.clear()
    patches: list[Any] = [
        mock.patch.object(asyncpg.protocol, "Protocol", _Protocol),
        mock.patch.object(asyncpg, "connect", connecting),
        mock.patch.object(bot.clock, "wall", wall),
        mock.patch.object(bot.clock, "time", SimpleNamespace(monotonic=clock.monotonic)),
        mock.patch.object(store.engine.engine, "monotonic", clock.monotonic),
        mock.patch.object(store.engine.replicas, "monotonic", clock.monotonic),
        mock.patch.object(store.engine.engine, "_TIME", told),
    ]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()

"""While the simulator runs: the wires to the real machine are cut, and led to the simulated one.

Connections stay in memory, SQLite is asked without threads, and what is random comes from the
seed. A database may be made to fail, before, at, or after a commit.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock
from weakref import WeakSet

import aiohttp
import aiosqlite
from aiohttp.connector import Connection

from tests.simulation.machine import Machine


class Weather:
    """What the database shall suffer; `strikes` says how often it did."""

    def __init__(self) -> None:
        self.away: Callable[[], bool] = bool
        self.next_commits: list[str] = []  # of each: "", "before", "after" or "torn"
        self.way_takes = 0.0  # seconds, at most, to a server
        self.strikes = 0

    def clear(self) -> None:
        """Good weather from here on."""
        self.away = bool
        self.way_takes = 0.0
        self.next_commits.clear()

    def _strike(self, why: str) -> None:
        self.strikes += 1
        raise sqlite3.OperationalError(why)

    def next_fate(self) -> str:
        """What the next commit shall suffer."""
        return self.next_commits.pop(0) if self.next_commits else ""

    def statement(self, sql: str) -> None:
        """Before a statement."""
        if self.away() and not sql.startswith(("ROLLBACK", "PRAGMA")):
            self._strike("the database is away")

    def commit(self, commit: Callable[[], None], *, writing: bool) -> None:
        """Around a commit."""
        fate = self.next_fate() if writing else ""
        if self.away() or fate == "before":
            self._strike("the transaction was aborted")
        commit()
        if fate == "after":
            self._strike("the connection was lost after the commit")


WEATHER = Weather()


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *args: Any) -> _Cursor:
        WEATHER.statement(sql)
        cast("_Connection", self.connection).note(sql)
        return super().execute(sql, *args)

    def executemany(self, sql: str, *args: Any) -> _Cursor:
        WEATHER.statement(sql)
        return super().executemany(sql, *args)


class _Connection(sqlite3.Connection):
    writing = False

    def note(self, sql: str) -> None:
        if sql.startswith("BEGIN"):
            self.writing = sql.startswith("BEGIN IMMEDIATE")

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, *args: Any) -> Any:
        return self.cursor().execute(sql, *args)

    def commit(self) -> None:
        WEATHER.commit(super().commit, writing=self.writing)
        self.writing = False


def _at_once(job: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
    job[0].set_result(job[1]())


class _Inline(aiosqlite.Connection):
    """aiosqlite without its thread."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], *_: Any, **__: Any) -> None:
        self._running = True
        self._connection = None
        self._connector = connector
        self._iter_chunk_size = 64
        # what SQLAlchemy reaches for beside the public methods
        self._thread = SimpleNamespace(daemon=True)
        self._tx = SimpleNamespace(put_nowait=_at_once)

    def __await__(self) -> Any:
        return self._connect().__await__()

    def __del__(self) -> None:
        pass

    async def _connect(self) -> _Inline:
        if self._connection is None:
            self._connection = self._connector()
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def close(self) -> None:
        self.stop()


async def _connect_in_memory(
    connector: aiohttp.TCPConnector, req: Any, _traces: Any, _timeout: Any
) -> Any:
    machine = cast("Machine", asyncio.get_running_loop())
    try:
        _, protocol = await machine.call_port(req.url.port, connector._factory)
    except OSError as error:
        raise aiohttp.ClientConnectorError(req.connection_key, error) from error
    return protocol


@contextmanager
def laid(rng: Random) -> Iterator[None]:
    """Lay the wires, for as long as this lasts."""
    chance = Random(rng.random())
    WEATHER.clear()
    WEATHER.strikes = 0
    connect = partial(sqlite3.connect, factory=_Connection)

    def aiosqlite_connect(database: Any, **kwargs: Any) -> _Inline:
        kwargs.pop("iter_chunk_size", None)
        return _Inline(lambda: connect(str(database), **kwargs))

    def urandom(size: int) -> bytes:
        return chance.randbytes(size)

    opened: list[aiohttp.ClientSession] = []
    begin = aiohttp.ClientSession.__init__

    def open_session(session: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> None:
        begin(session, *args, **kwargs)
        opened.append(session)

    lent: WeakSet[Connection] = WeakSet()
    lend = Connection.__init__

    def lend_connection(connection: Connection, *args: Any, **kwargs: Any) -> None:
        lend(connection, *args, **kwargs)
        lent.add(connection)

    patches: list[Any] = [
        mock.patch.object(aiohttp.ClientSession, "__init__", open_session),
        mock.patch.object(Connection, "__init__", lend_connection),
        mock.patch.object(aiohttp.TCPConnector, "_create_connection", _connect_in_memory),
        mock.patch.object(aiosqlite, "connect", aiosqlite_connect),
        mock.patch.object(os, "urandom", urandom),
        mock.patch.object(random, "_urandom", urandom),
    ]
    random.seed(rng.random())
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()
        _forget(opened, lent)


def _forget(opened: Iterable[aiohttp.ClientSession], lent: Iterable[Connection]) -> None:
    """A killed process closes nothing: nobody is to warn of it, whenever it is found."""
    for session in opened:
        if session.connector is not None:
            session.connector._closed = True
            session.detach()
    for connection in lent:
        connection._protocol = None


def play(seed: int, what: Callable[[Machine, Random], Awaitable[Any]]) -> Any:
    """Run something on a machine of that seed, to its end."""
    rng = Random(seed)
    machine = Machine(Random(rng.random()))
    with laid(rng), asyncio.Runner(loop_factory=lambda: machine) as runner:
        return runner.run(_as_coroutine(what(machine, rng)))


async def _as_coroutine(awaitable: Awaitable[Any]) -> Any:
    return await awaitable

"""The threads that work on SQLite: whole transactions, each in one go (decision 0008).

Handing each statement to a thread apart costs several times what the statement does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from threading import Event
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

STEPS = 100_000  # of SQLite, between two looks whether a read is still wanted: a millisecond or two
READERS = 4  # a backup may keep one of them for minutes


class _Threads:
    def __init__(self, engine: Engine, count: int, name: str) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def _run(self, work: Callable[[Connection], T], engine: Engine | None = None) -> T:
        whole = partial(_whole, engine or self._engine, work)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, copy_context().run, whole)

    async def close(self) -> None:
        """Finish what was begun, and close the connections."""
        await asyncio.get_running_loop().run_in_executor(None, self._pool.shutdown)
        self._engine.dispose()


def _whole(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


class Writer(_Threads):
    """Runs transactions in one thread, one after the other; reads go on beside it.

    A transaction that was begun is finished, also where whoever asked for it was cancelled.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, 1, "writer")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction: it is committed whole, or, if it raises, not at all."""
        return await self._run(work)


class Reader(_Threads):
    """Runs transactions that only read, a few at a time. `single` begins no transaction."""

    def __init__(self, engine: Engine, single: Engine) -> None:
        super().__init__(engine, READERS, "reader")
        self._single = single

    async def read_one(self, look: Callable[[Connection], T]) -> T:
        """Run `look`, a single statement."""
        return await self._run(look, self._single)

    async def read(self, look: Callable[[Connection], T]) -> T:
        """Run `look` on the database as it is at one instant; what is cancelled is broken off."""
        unwanted = Event()

        def watched(connection: Connection) -> T:
            driven: Any = connection.connection.driver_connection
            driven.set_progress_handler(unwanted.is_set, STEPS)  # True ends the statement
            try:
                return look(connection)
            finally:
                driven.set_progress_handler(None, 0)

        try:
            return await self._run(watched)
        except asyncio.CancelledError:
            unwanted.set()
            raise

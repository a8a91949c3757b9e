"""The one thread that writes to SQLite: whole transactions, one after the other (decision 0008)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")


class Writer:
    """Runs transactions in a thread of its own; reads go on beside it on other connections.

    A transaction that was begun is finished, also where whoever asked for it was cancelled.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def write(self, deed: Callable[[Connection], T]) -> T:
        """Run `deed` in one transaction: it is committed whole, or, if it raises, not at all."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, copy_context().run, self._whole, deed)

    def _whole(self, deed: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return deed(connection)

    async def close(self) -> None:
        """Finish what was begun, and close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

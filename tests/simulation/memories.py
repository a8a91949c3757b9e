"""The databases of histories: a file for one bot, or a real PostgreSQL that replicas share."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from random import Random
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.clock import Clock, FlowingClock
from store.engine.engine import migrate
from tests import postgres
from tests.databases import made_sqlite, migrated_url
from tests.postgres import RAM
from tests.simulation import ways
from tests.simulation.wires import _Inline

SKEWS_SECONDS = (0.0, -0.4, 0.7, -45.0, 90.0, -3600.0, 86_400.0)
REPLICAS = ("one", "two", "three")


class Memory(Protocol):
    """Where the bots of a history keep what they know."""

    url: str
    names: tuple[str, ...]  # of the bots that may run on it
    shared: bool  # whether it keeps the time for replicas

    def monitoring(self) -> AsyncEngine:
        """A way to look that the database's troubles do not touch."""
        ...

    def clock_for(self, name: str, clock: Any, rng: Random) -> Clock:
        """The clock of a bot that starts."""
        ...

    def led(self, clock: Any) -> AbstractContextManager[None]:
        """Lead the bots there, for as long as this lasts."""
        ...

    def remove(self) -> None:
        """Leave nothing behind."""
        ...


class InFile:
    """SQLite, for one bot, whose clock is that of the world."""

    names = REPLICAS[:1]
    shared = False

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="escalade-", dir=postgres.in_memory()))
        self.file = self._folder / "escalade.db"
        self.file.write_bytes(made_sqlite(migrate))
        self.url = f"sqlite+aiosqlite:///{self.file}"

    def monitoring(self) -> AsyncEngine:
        """Without threads."""

        async def creator(*_: Any, **__: Any) -> Any:
            return await _Inline(lambda: sqlite3.connect(self.file))

        return create_async_engine(self.url, async_creator=creator)

    def clock_for(self, _name: str, clock: Any, _rng: Random) -> Clock:
        """The world's."""
        bots: Clock = clock
        return bots

    def led(self, _clock: Any) -> AbstractContextManager[None]:
        """The wires lead there already."""
        return nullcontext()

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Shared:
    """A real PostgreSQL, for replicas. Each has its own clock, which is wrong."""

    shared = True

    def __init__(self, replicas: int) -> None:
        self.names = REPLICAS[:replicas]
        self.url = migrated_url("postgresql", RAM)

    def monitoring(self) -> AsyncEngine:
        """As anybody would."""
        return create_async_engine(self.url, poolclass=NullPool)

    def clock_for(self, name: str, _clock: Any, rng: Random) -> Clock:
        """The shipping clock, on a machine whose own is wrong."""
        ways.SKEWS[name] = rng.choice(SKEWS_SECONDS)
        return FlowingClock.starting()

    def led(self, clock: Any) -> AbstractContextManager[None]:
        """By ways that break."""
        return ways.led(clock)

    def remove(self) -> None:
        """Drop the database."""
        postgres.drop(self.url)


def memory_for(replicas: int) -> Memory:
    """A fresh one, for replicas on PostgreSQL or one bot on SQLite (0)."""
    return Shared(replicas) if replicas else InFile()


END_CONNECTIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def prepare(database: str = "sqlite") -> None:
    """Make beforehand what histories share; to be called outside of any machine."""
    if database == "postgresql":
        postgres.drop(migrated_url("postgresql", RAM))
    else:
        made_sqlite(migrate)

"""The ground to measure on: a fresh database of each kind, on the same disk."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

from config.contract.file import recall_contract
from store.database import Store
from tests.postgres import Postgres

SQLITE = "sqlite"
POSTGRESQL = "postgresql"


@cache
def server() -> Postgres:
    """A PostgreSQL that flushes its commits to the disk, as in production."""
    postgres = Postgres(durable=True)
    atexit.register(postgres.remove)
    postgres.start()
    return postgres


@contextmanager
def fresh(database: str) -> Iterator[str]:
    """The URL of a fresh, empty database, which is removed afterwards."""
    if database == POSTGRESQL:
        name = server().create()
        try:
            yield server().url(name)
        finally:
            server().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        return
    with tempfile.TemporaryDirectory(prefix="escalade-bench-") as folder:
        yield f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"


def store(url: str) -> Store:
    """The shipping store on that database."""
    return Store(url, read_contract=recall_contract)


@asynccontextmanager
async def started(url: str) -> AsyncIterator[Store]:
    """The shipping store, started."""
    async with store(url) as opened:
        yield opened

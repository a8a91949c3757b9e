"""The databases on which every test of the store and every scenario runs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from store.engine.engine import migrate
from store.engine.postgresql import Postgres
from tests import postgres

DATABASES = ("sqlite", "postgresql")


def url_of(database: str, folder: Path) -> str:
    """A fresh database of that kind, without any table."""
    if database == "postgresql":
        return postgres.fresh_url(template="template0")
    assert database == "sqlite"
    return f"sqlite+aiosqlite:///{folder}/data/escalade.db"


def migrated_url(database: str, folder: Path) -> str:
    """A fresh database of that kind, with its tables: a copy of one that was migrated."""
    if database == "postgresql":
        return postgres.fresh_url(template=_migrated_postgres())
    file = folder / "data" / "escalade.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(migrated_sqlite())
    return url_of(database, folder)


@cache
def migrated_sqlite() -> bytes:
    """A SQLite file with its tables, made once a process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        _migrate(f"sqlite+aiosqlite:///{file}")
        return file.read_bytes()


@cache
def _migrated_postgres() -> str:
    """The name of a PostgreSQL database with its tables, made once a process."""
    name = postgres.server().create()
    _migrate(postgres.server().url(name))
    return name


@asynccontextmanager
async def behind(url: str) -> AsyncIterator[AsyncConnection]:
    """A transaction of one's own on a database, behind the product's back."""
    if url.startswith("postgres"):
        engine = Postgres(url).open()
    else:
        Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            yield connection
            if not connection.invalidated:
                await connection.commit()
    finally:
        await engine.dispose()


def _migrate(url: str) -> None:
    with ThreadPoolExecutor(1) as thread:  # whoever asks may be in a loop of their own
        thread.submit(asyncio.run, migrate(url)).result()

"""The databases on which every test of the store and every scenario runs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from store.engine.engine import migrate
from store.engine.postgresql import Postgres
from tests import postgres
from tests.patience import PatientLoop

DATABASES = ("sqlite", "postgresql")
Make = Callable[[str], Coroutine[Any, Any, None]]  # given the address of a database


def url_of(database: str, folder: Path) -> str:
    """A fresh database of that kind, without any table."""
    if database == "postgresql":
        return postgres.fresh_url(template="template0")
    assert database == "sqlite"
    return f"sqlite+aiosqlite:///{folder}/data/escalade.db"


def migrated_url(database: str, folder: Path) -> str:
    """A fresh database of that kind, with its tables."""
    return copied_url(database, folder, migrate)


def copied_url(database: str, folder: Path, make: Make) -> str:
    """A fresh copy of what `make` makes of a database of that kind, once a process.

    It is given one without tables if it is `migrate`, else one with them. The copies know nothing
    of one another.
    """
    if database == "postgresql":
        return postgres.fresh_url(template=_made_postgres(make))
    file = folder / "data" / "escalade.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(made_sqlite(make))
    return url_of(database, folder)


@cache
def made_sqlite(make: Make) -> bytes:
    """The SQLite file that `make` makes."""
    with tempfile.TemporaryDirectory(dir=postgres.in_memory()) as folder:
        file = Path(folder) / "escalade.db"
        if make is not migrate:
            file.write_bytes(made_sqlite(migrate))
        _carry_out(make, f"sqlite+aiosqlite:///{file}")
        return file.read_bytes()


@cache
def _made_postgres(make: Make) -> str:
    """The name of the PostgreSQL database that `make` makes."""
    server = postgres.server()
    name = server.create("template0" if make is migrate else _made_postgres(migrate))
    _carry_out(make, server.url(name))
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


def _carry_out(make: Make, url: str) -> None:
    with ThreadPoolExecutor(1) as thread:  # whoever asks may be in a loop of their own
        thread.submit(_run, make, url).result()


def _run(make: Make, url: str) -> None:
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        runner.run(make(url))

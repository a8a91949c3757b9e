"""Trying again what met another transaction, or found the database out of reach for a while."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError

from escalation.base.backoff import backoff, doubling
from store.engine.postgresql import Postgres
from store.engine.sqlite import Sqlite
from store.errors import DatabaseTrouble, StaleRecord, UnusableDatabase

T = TypeVar("T")

ATTEMPTS = 8
CONFLICT_SECONDS = doubling(0.01, 0.64)  # 1.3 s in all
PATIENCE_SECONDS = 20.0  # no try begins later: each may wait long by itself
LOST_SECONDS = (0.1, 0.3, 0.6, 1.0, 2.0, 2.0)  # pauses; the last try ends it

Database = Sqlite | Postgres


def database_at(url: str, direct_url: str = "") -> Database:
    """The database of that address; raises UnusableDatabase."""
    if url.startswith("postgres"):
        return Postgres(url, direct_url)
    try:
        return Sqlite(make_url(url))
    except ArgumentError:
        raise UnusableDatabase from None


def deadline() -> float:
    """Return when patience ends that begins now, on the event loop's clock."""
    return asyncio.get_running_loop().time() + PATIENCE_SECONDS


def is_late(until: float) -> bool:
    """Return whether that deadline is past."""
    return asyncio.get_running_loop().time() >= until


async def patiently(database: Database, work: Callable[[], Awaitable[T]]) -> T:
    """Do it, again where that may help; raises DatabaseTrouble where it did not."""
    attempt, until = 0, deadline()
    while True:
        attempt += 1
        try:
            return await work()
        except (StaleRecord, IntegrityError):
            if attempt >= ATTEMPTS or is_late(until):
                raise
            pause = backoff(CONFLICT_SECONDS, attempt)
        except Exception as error:
            conflict = database.conflict(error)
            if not conflict and not database.lost(error):
                raise
            if is_late(until) or attempt >= (ATTEMPTS if conflict else len(LOST_SECONDS)):
                raise trouble(error) from error
            pause = backoff(CONFLICT_SECONDS if conflict else LOST_SECONDS, attempt)
        if database.one_writer:
            await asyncio.sleep(0)
        else:  # spread, so that those who met do not meet again
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  no secret


def trouble(error: Exception) -> DatabaseTrouble:
    """Return what happened, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    words = str(cause).strip().partition("\n")[0]
    said = f"the database is out of reach or too busy: {type(cause).__name__} {words}"
    return DatabaseTrouble(said.strip())

"""All that is SQLite's own: how it is opened, how it begins, and that it serves one process.

A commit is flushed to the disk (`synchronous=FULL`): in WAL mode the laxer setting may lose the
last commits on a power cut, and with them a ping. One commit serves a whole batch of timers.
"""

from __future__ import annotations

import fcntl
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from store.engine.writer import Reader, Writer
from store.errors import AlreadyRunning, NoDatabase, UnusableDatabase

BUSY_MILLISECONDS = 10_000
_REFUSED = (
    "unable to open database file",
    "file is not a database",
    "database disk image is malformed",
    "attempt to write a readonly database",
    "disk I/O error",
    "database or disk is full",
)


class Sqlite:
    """A SQLite file, opened for one process."""

    one_writer = True

    def __init__(self, url: URL) -> None:
        if url.drivername != "sqlite+aiosqlite":
            raise UnusableDatabase
        if url.database in {None, "", ":memory:"}:
            raise UnusableDatabase("no_file")
        self._url = url
        self._file = Path(str(url.database))
        self._lock: TextIOWrapper | None = None

    @property
    def name(self) -> str:
        """The file."""
        return str(self._file)

    def open(self) -> AsyncEngine:
        """Take the file for this process alone; raises AlreadyRunning."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lock = self._file.with_name(self._file.name + ".lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise AlreadyRunning(self._file) from error
        self._lock = lock
        self._shut_to_others()
        return self._engine()

    def _shut_to_others(self) -> None:
        """Take from everybody what an earlier umask gave them; what a group was given stays."""
        for suffix in ("", "-wal", "-shm", ".lock"):
            file = self._file.with_name(self._file.name + suffix)
            with suppress(OSError):  # it is not there, or somebody else's
                file.chmod(file.stat().st_mode & ~0o007)

    def open_beside(self, *, reading: bool) -> AsyncEngine:
        """Open without taking the file, beside a bot that may be running; raises NoDatabase."""
        if not self._file.exists():
            raise NoDatabase(self._file)
        return self._engine(reading=reading)

    def _engine(self, *, reading: bool = False) -> AsyncEngine:
        engine = create_async_engine(self._url)
        _listen(engine.sync_engine, reading=reading)
        return engine

    def reader(self, _engine: AsyncEngine) -> Reader:
        """The threads that read."""
        engine = self._thread_engine(reading=True)
        reading = engine.execution_options(begins="BEGIN")
        return Reader(reading, engine.execution_options(begins=""))

    def writer(self, _engine: AsyncEngine) -> Writer:
        """The thread through which all is written."""
        return Writer(self._thread_engine())

    def _thread_engine(self, *, reading: bool = False) -> Engine:
        engine = create_engine(self._url.set(drivername="sqlite"))
        _listen(engine, reading=reading)
        return engine

    def close(self) -> None:
        """Let the file go. The lock's file stays: removing it could let two processes in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def guard_migration(self, connection: Connection) -> None:
        """One migrator at a time: BEGIN IMMEDIATE sees to it."""

    def take_time(self, connection: Connection) -> None:
        """A file sets no bound on what is asked of it."""

    def in_turn(self, connection: Connection, contract: str) -> None:
        """Transactions go one after another by themselves."""

    def replicas(self, **_heard: object) -> None:
        """There are no other replicas."""

    def conflict(self, error: Exception) -> bool:
        """Return whether running the transaction again may help."""
        return isinstance(error, DBAPIError) and "database is locked" in str(error.orig)

    def refusal(self, error: Exception) -> str:
        """Return what SQLite says of a file that a person has to see to; else nothing."""
        said = str(error.orig) if isinstance(error, DBAPIError) else ""
        return f"{said}: {self._file}" if said.startswith(_REFUSED) else ""

    def lost(self, error: Exception) -> bool:
        """A file is not out of reach for a while; but a look at it may take too long."""
        return isinstance(error, TimeoutError)


def _listen(engine: Engine, *, reading: bool) -> None:
    event.listen(engine, "connect", partial(_prepare, query_only=reading))
    event.listen(engine, "begin", _begin)


def _prepare(connection: Any, _record: Any, *, query_only: bool) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    try:
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"query_only={query_only:d}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
    except Exception:
        connection.close()  # nobody else does: its thread would outlive the event loop
        raise
    cursor.close()


def _begin(connection: Connection) -> None:
    if begins := connection.get_execution_options().get("begins", "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(begins)

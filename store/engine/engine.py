"""The way to the database: opened and shared with other replicas, read and written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from sqlalchemy import Connection, Executable, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from store.engine.group_commit import GroupCommit
from store.engine.patience import Database, database_at, patiently, trouble
from store.engine.postgresql import Reader as PostgresReader
from store.engine.postgresql import as_driven
from store.engine.upgrade import upgrade
from store.engine.wakes import Wakes
from store.engine.writer import Reader
from store.errors import AlreadyRunning, DatabaseRefuses, DatabaseTrouble, NoDatabase, NotStarted
from store.transaction import outbox
from store.transaction.contracts import ContractCache, ReadContract
from store.transaction.transaction import SqlTransaction

log = structlog.get_logger()

T = TypeVar("T")

READ_SECONDS = 60.0
TIME_SECONDS = 10.0


async def migrate(url: str) -> None:
    """Bring a database's tables up to date.

    Raises AlreadyRunning while a bot runs on SQLite, DatabaseTrouble where it is out of reach,
    DatabaseRefuses.
    """
    database = database_at(url)
    engine = database.open()
    try:
        with _told(database):
            await _upgrade(database, engine)
    except Exception as error:
        if database.lost(error):
            raise trouble(error) from error
        raise
    finally:
        await engine.dispose()
        database.close()


@contextmanager
def _told(database: Database) -> Iterator[None]:
    """Raises DatabaseRefuses where it is opened, and refuses what a person can mend."""
    try:
        yield
    except Exception as error:
        cause = error.__cause__ if isinstance(error, DatabaseTrouble) else error
        if isinstance(cause, Exception) and (refusal := database.refusal(cause)):
            raise DatabaseRefuses(refusal) from error
        raise


async def _upgrade(database: Database, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, database.guard_migration)


_TIME = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")


class Engine:
    """A database, opened. Start it before use, or use it as an asynchronous context manager.

    `read_contract` turns the text of a contract version into a contract; versions that were
    accepted once must be readable for ever. `direct_url` leads to PostgreSQL past a proxy that
    pools transactions ("none" where nothing does).
    """

    def __init__(self, url: str, *, read_contract: ReadContract, direct_url: str = "") -> None:
        self._database = database_at(url, direct_url)
        self.contract_cache = ContractCache(read_contract)
        self._engine: AsyncEngine | None = None
        self._reader: Reader | PostgresReader | None = None
        self._commits: GroupCommit | None = None  # None where it was opened to read
        self._timekeeper: asyncio.Task[None] | None = None
        self.wakes = Wakes()
        self._on_time: list[Callable[[float, float, float], object]] = []

    @property
    def name(self) -> str:
        """The database's address, without its password."""
        return self._database.name

    @property
    def one_writer(self) -> bool:
        """Return whether no other replica can be there."""
        return self._database.one_writer

    @property
    def claim_mark(self) -> str:
        """Name what marks the claims of this replica; "" where nobody could see it there."""
        return "" if self.wakes.replicas is None else self.wakes.replicas.claim_mark

    # ── life ─────────────────────────────────────────────────────────────────────────────────

    async def start(self, *, alone: bool = False) -> None:
        """Open the database for this process, and bring its tables up to date.

        Raises AlreadyRunning where another process has a SQLite file, or, for work that must be
        done `alone`, where replicas are there; DatabaseTrouble where
        PostgreSQL is out of reach, DatabaseRefuses, NewerDatabase.
        """
        self._engine = self._database.open()
        try:
            with _told(self._database):
                await patiently(self._database, lambda: _upgrade(self._database, self._opened()))
            self._reader = self._database.reader(self._engine)
            self._write_too()
            await self.write(outbox.rank_anew)
            if self._database.one_writer:
                await self.write(outbox.take_back)
            else:
                await self._join(alone)
        except BaseException:
            await self.stop()
            raise

    async def start_reading(self) -> None:
        """Open the database to read only, beside a bot that may be running; raises NoDatabase."""
        await self._open_beside(reading=True)

    async def start_beside(self) -> None:
        """Open the database to mend something beside a bot that may be running.

        Nothing is migrated, and no replica is joined. Raises NoDatabase.
        """
        await self._open_beside(reading=False)
        self._write_too()

    async def _open_beside(self, *, reading: bool) -> None:
        self._engine = self._database.open_beside(reading=reading)
        self._reader = self._database.reader(self._engine)
        with _told(self._database):
            tables = await self.look(lambda c: inspect(c).get_table_names())
        if "journal" not in tables:
            await self.stop()
            raise NoDatabase(self._database.name)

    def _write_too(self) -> None:
        writer = self._database.writer(self._opened())
        self._commits = GroupCommit(self._database, writer, self.contract_cache, self.wakes)

    async def stop(self) -> None:
        """Close everything; a transaction that was begun is finished."""
        if self._timekeeper is not None:
            self._timekeeper.cancel()
            await asyncio.gather(self._timekeeper, return_exceptions=True)
            self._timekeeper = None
        if self.wakes.replicas is not None:
            replicas, self.wakes.replicas = self.wakes.replicas, None
            await replicas.leave()
        if self._commits is not None:
            await self._commits.close()
            self._commits = None
        if self._reader is not None:
            reader, self._reader = self._reader, None
            await reader.close()
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None
        self._database.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def on_armed(self, callback: Callable[[datetime], object]) -> None:
        """Call back after each commit that armed timers, with the earliest due time."""
        self.wakes.armed.append(callback)

    def on_sent(self, callback: Callable[[], object]) -> None:
        """Call back after each commit that put something into the outbox."""
        self.wakes.sent.append(callback)

    def on_time(self, callback: Callable[[float, float, float], object]) -> None:
        """Call back with the time of a database that several machines share: see `_keep_time`."""
        self._on_time.append(callback)

    # ── the other replicas ───────────────────────────────────────────────────────────────────

    async def _join(self, alone: bool) -> None:
        await self._read_time()
        self._timekeeper = asyncio.create_task(self._keep_time(), name="database time")
        replicas = self._database.replicas(armed=self.wakes.hear_armed, sent=self.wakes.hear_sent)
        if replicas is not None:
            with _told(self._database):
                await patiently(self._database, replicas.join)
            self.wakes.replicas = replicas
            if alone and await replicas.others():
                raise AlreadyRunning(self._database.name)

    async def _keep_time(self) -> None:
        """Read the database's time again and again: it decides what is due on every machine."""
        while True:
            await asyncio.sleep(TIME_SECONDS)
            try:
                await self._read_time()
            except DatabaseTrouble as trouble:
                log.warning("the database's time is not known", action="no_time", why=str(trouble))

    async def _read_time(self) -> None:
        asked = monotonic()
        told = await self.look(lambda c: c.execute(_TIME).scalar_one())
        for callback in self._on_time:
            callback(told, asked, monotonic())

    # ── transactions ─────────────────────────────────────────────────────────────────────────

    async def run(
        self, work: Callable[[SqlTransaction], T], *, now: datetime, contract: str = ""
    ) -> T:
        """Run `work` in one transaction: all of it is saved, or, if it raises, nothing.

        Where somebody else changed the same record meanwhile, `work` is run again on what they
        left, and where the way to the database broke while it was saved; so it must do nothing
        but use its transaction, and know by a key whether it was done.

        Work on the same `contract`, where it is said, is done in one transaction with what waits
        besides (`group_commit`); and in turns: what would wait for its turn in the database would
        hold a connection meanwhile.
        """
        if contract:
            return await self._writing().run(contract, work, now)
        return await self._writing().transact(work, now)

    async def transact(self, work: Callable[[SqlTransaction], T], *, now: datetime) -> T:
        """Run `work` in one transaction that waits for no turn: timers fire beside commands."""
        return await self._writing().transact(work, now, in_turn=False)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction: it is committed whole, or, if it raises, not at all."""
        return await self._writing().write(work)

    async def write_at_length(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction that takes the time it needs, where nobody else writes."""
        self._writing()

        def whole(connection: Connection) -> T:
            self._database.take_time(connection)
            return work(connection)

        async with self._opened().begin() as connection:
            return await connection.run_sync(whole)

    async def run_at_length(self, work: Callable[[SqlTransaction], T], *, now: datetime) -> T:
        """Run `work` in one transaction that takes the time it needs, where nobody else writes."""
        result, _ = await self.write_at_length(self._writing().whole(work, now, in_turn=False))
        return result

    def _writing(self) -> GroupCommit:
        if self._commits is None:
            raise NotStarted(
                "start the store first"
                if self._reader is None
                else "the store was opened to read only"
            )
        return self._commits

    async def read(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await self.look(
            lambda connection: work(SqlTransaction(connection, self.contract_cache))
        )

    async def read_at_length(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in a transaction that only reads, and takes the time it needs."""

        def look(connection: Connection) -> T:
            self._database.take_time(connection)
            return work(SqlTransaction(connection, self.contract_cache))

        return await self._look(look, None)

    async def look(self, look: Callable[[Connection], T]) -> T:
        """Run `look` on the database as it is at one instant."""
        return await self._look(look, READ_SECONDS)

    async def _look(self, look: Callable[[Connection], T], seconds: float | None) -> T:
        async def read() -> T:
            async with asyncio.timeout(seconds):
                return await self._reading().read(look)

        return await patiently(self._database, read)

    async def read_one(self, look: Callable[[Connection], T]) -> T:
        """Run `look`, which is a single statement, outside of any transaction."""

        async def read_one() -> T:
            async with asyncio.timeout(READ_SECONDS):
                return await self._reading().read_one(look)

        return await patiently(self._database, read_one)

    async def ask(self, query: Executable) -> Sequence[Sequence[Any]]:
        """The rows of a single statement that has no parameters but its own, the cheapest way."""
        if self.wakes.replicas is not None:
            text, values = as_driven(query)
            if (rows := await self.wakes.replicas.ask(text, *values)) is not None:
                return rows
        return await self.read_one(lambda connection: connection.execute(query).all())

    def _reading(self) -> Reader | PostgresReader:
        if self._reader is None:
            raise NotStarted("start the store first")
        return self._reader

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise NotStarted("start the store first")
        return self._engine

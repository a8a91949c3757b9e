"""The way to the database: opened and shared with other replicas, and transactions run on it."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from sqlalchemy import Connection, Executable, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from store import outbox
from store.contracts import ReadContract, Shelf
from store.errors import (
    AlreadyRunning,
    DatabaseRefuses,
    DatabaseTrouble,
    NoDatabase,
    NotStarted,
    StaleRecord,
    UnusableDatabase,
)
from store.fleet import Fleet
from store.migrate import upgrade
from store.postgres import Postgres, as_driven
from store.postgres import Reader as PostgresReader
from store.postgres import Writer as PostgresWriter
from store.sqlite import Sqlite
from store.tables import EPOCH, MICROSECOND, microseconds
from store.together import GoAlone, Outcome, Together, Waiting, do_all
from store.transaction import Flushed, SqlTransaction
from store.writer import Reader, Writer

log = structlog.get_logger()

T = TypeVar("T")

ATTEMPTS = 8
CONFLICT_SECONDS = 0.01  # the first pause; each is twice as long: 1.3 s in all
PATIENCE_SECONDS = 20.0  # no try begins later: each may wait long by itself
LOST_SECONDS = (0.1, 0.3, 0.6, 1.0, 2.0, 2.0)  # pauses; the last try ends it
READ_SECONDS = 60.0
TIME_SECONDS = 10.0
FLEET_LOOKS = timedelta(seconds=1)  # every replica looks that often what is due


Database = Sqlite | Postgres


def _database(url: str, direct_url: str = "") -> Database:
    if url.startswith("postgres"):
        return Postgres(url, direct_url)
    try:
        return Sqlite(make_url(url))
    except ArgumentError:
        raise UnusableDatabase from None


async def migrate(url: str) -> None:
    """Bring a database's tables up to date.

    Raises AlreadyRunning while a bot runs on SQLite, DatabaseTrouble where it is out of reach,
    DatabaseRefuses.
    """
    database = _database(url)
    engine = database.open()
    try:
        with _told(database):
            await _upgrade(database, engine)
    except Exception as error:
        if database.lost(error):
            raise DatabaseTrouble(_first_line(error)) from error
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


class Access:
    """A database, opened. Start it before use, or use it as an asynchronous context manager.

    `read_contract` turns the text of a contract version into a contract; versions that were
    accepted once must be readable for ever. `direct_url` leads to PostgreSQL past a proxy that
    pools transactions ("none" where nothing does).
    """

    def __init__(self, url: str, *, read_contract: ReadContract, direct_url: str = "") -> None:
        self._database = _database(url, direct_url)
        self._shelf = Shelf(read_contract)
        self._engine: AsyncEngine | None = None
        self._reader: Reader | PostgresReader | None = None
        self._writer: Writer | PostgresWriter | None = None
        self._fleet: Fleet | None = None
        self._timekeeper: asyncio.Task[None] | None = None
        self._reading = False
        self._together = Together(commit=self._commit_together, alone=self._alone, away=self._away)
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._on_armed: list[Callable[[datetime], object]] = []
        self._on_sent: list[Callable[[], object]] = []
        self._on_time: list[Callable[[float, float, float], object]] = []

    @property
    def name(self) -> str:
        """The database's address, without its password."""
        return self._database.name

    # ── life ─────────────────────────────────────────────────────────────────────────────────

    async def start(self, *, alone: bool = False) -> None:
        """Open the database for this process, and bring its tables up to date.

        Raises AlreadyRunning where another process has a SQLite file, or, for a deed that must be
        done `alone`, where replicas are there; DatabaseTrouble where
        PostgreSQL is out of reach, DatabaseRefuses, NewerDatabase.
        """
        self._engine = self._database.open()
        try:
            with _told(self._database):
                await self._patiently(lambda: _upgrade(self._database, self._opened()))
            self._reader = self._database.reader(self._engine)
            self._writer = self._database.writer(self._engine)
            await self._write(outbox.rank_anew)
            if self._database.one_writer:
                await self._write(outbox.take_back)
            else:
                await self._join(alone)
        except BaseException:
            await self.stop()
            raise

    async def start_reading(self) -> None:
        """Open the database to read only, beside a bot that may be running; raises NoDatabase."""
        self._engine = self._database.open_reading()
        self._reader = self._database.reader(self._engine)
        self._reading = True
        with _told(self._database):
            tables = await self._read(lambda c: inspect(c).get_table_names())
        if "journal" not in tables:
            await self.stop()
            raise NoDatabase(self._database.name)

    async def stop(self) -> None:
        """Close everything; a transaction that was begun is finished."""
        if self._timekeeper is not None:
            self._timekeeper.cancel()
            await asyncio.gather(self._timekeeper, return_exceptions=True)
            self._timekeeper = None
        if self._fleet is not None:
            fleet, self._fleet = self._fleet, None
            await fleet.leave()
        await self._together.drained()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.close()
        if self._reader is not None:
            reader, self._reader = self._reader, None
            await reader.close()
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None
        self._reading = False
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
        """Call back after each commit that armed alarms, with the earliest due time."""
        self._on_armed.append(callback)

    def on_sent(self, callback: Callable[[], object]) -> None:
        """Call back after each commit that put something into the outbox."""
        self._on_sent.append(callback)

    def on_time(self, callback: Callable[[float, float, float], object]) -> None:
        """Call back with the time of a database that several machines share: see `_keep_time`."""
        self._on_time.append(callback)

    # ── the other replicas ───────────────────────────────────────────────────────────────────

    async def _join(self, alone: bool) -> None:
        await self._read_time()
        self._timekeeper = asyncio.create_task(self._keep_time(), name="database time")
        fleet = self._database.fleet(armed=self._heard_armed, sent=self._heard_sent)
        if fleet is not None:
            with _told(self._database):
                await self._patiently(fleet.join)
            self._fleet = fleet
            if alone and await fleet.others():
                raise AlreadyRunning(self._database.name)

    def _heard_armed(self, due: int) -> None:
        instant = EPOCH + due * MICROSECOND
        for armed in self._on_armed:
            armed(instant)

    def _heard_sent(self) -> None:
        for sent in self._on_sent:
            sent()

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
        told = await self._read(lambda c: c.execute(_TIME).scalar_one())
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
        besides (`store.together`); and in turns: what would wait for its turn in the database would
        hold a connection meanwhile.
        """
        if not contract or self._reading:
            return await self._transact(work, now, self._database.in_turn)
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        try:
            return await self._together.run(contract, work, now)
        except GoAlone as alone:
            if asyncio.get_running_loop().time() >= until:
                raise DatabaseTrouble(_first_line(alone.why)) from alone.why
        in_turn, turn = self._database.in_turn, self._turn(contract)
        return await self._transact(work, now, in_turn, turn)

    async def _alone(self, contract: str, waiting: Waiting) -> Any:
        in_turn, turn = self._database.in_turn, self._turn(contract)
        return await self._transact(waiting.work, waiting.now, in_turn, turn)

    def _away(self, error: Exception) -> bool:
        return isinstance(error, NotStarted) or self._database.lost(error)

    def _turn(self, contract: str) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._database.one_writer else self._turns[contract]

    async def _commit_together(self, contract: str, waiting: Sequence[Waiting]) -> list[Outcome]:
        now = max(each.now for each in waiting)
        deed = self._whole(lambda tx: do_all(tx, waiting), now, self._database.in_turn)
        if self._writer is None:
            raise NotStarted("start the store first")
        async with self._turn(contract):
            outcomes, flushed = await self._writer.write(deed)
        self._flushed(flushed, now)
        return outcomes

    async def _transact(
        self,
        work: Callable[[SqlTransaction], T],
        now: datetime,
        in_turn: Callable[[Connection, str], None] | None = None,
        turn: AbstractAsyncContextManager[None] | None = None,
    ) -> T:
        result, flushed = await self._write(self._whole(work, now, in_turn), turn)
        self._flushed(flushed, now)
        return result

    def _whole(
        self,
        work: Callable[[SqlTransaction], T],
        now: datetime,
        in_turn: Callable[[Connection, str], None] | None,
    ) -> Callable[[Connection], tuple[T, Flushed]]:
        def whole(connection: Connection) -> tuple[T, Flushed]:
            tx = SqlTransaction(connection, self._shelf, now, in_turn)
            result = work(tx)
            return result, tx.flush()

        return whole

    def _flushed(self, flushed: Flushed, now: datetime) -> None:
        """Wake whoever waits; it is committed, whatever befalls here."""
        try:
            if flushed.armed is not None:
                self._heard_armed(flushed.armed)
                if self._fleet is not None and flushed.armed <= microseconds(now + FLEET_LOOKS):
                    self._fleet.tell_armed(flushed.armed)
            if flushed.sent:
                self._heard_sent()
                if self._fleet is not None:
                    self._fleet.tell_sent()
        except Exception:
            log.exception("whoever waits was not woken", action="not_woken")

    async def read(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await self._read(lambda connection: work(SqlTransaction(connection, self._shelf)))

    async def read_at_length(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in a transaction that only reads, and takes the time it needs."""

        def look(connection: Connection) -> T:
            self._database.take_time(connection)
            return work(SqlTransaction(connection, self._shelf))

        return await self._read(look, at_length=True)

    async def run_at_length(self, work: Callable[[SqlTransaction], T], *, now: datetime) -> T:
        """Run `work` in one transaction that takes the time it needs, where nobody else writes."""

        def deed(connection: Connection) -> T:
            self._database.take_time(connection)
            result, _ = self._whole(work, now, None)(connection)
            return result

        async with self._opened().begin() as connection:
            return await connection.run_sync(deed)

    async def _write(
        self,
        deed: Callable[[Connection], T],
        turn: AbstractAsyncContextManager[None] | None = None,
    ) -> T:
        if self._reading:
            raise NotStarted("the store was opened to read only")

        async def write() -> T:
            if self._writer is None:
                raise NotStarted("start the store first")
            async with turn or nullcontext():  # each try anew: a pause holds nobody up
                return await self._writer.write(deed)

        return await self._patiently(write)

    async def _read(self, look: Callable[[Connection], T], *, at_length: bool = False) -> T:
        async def read() -> T:
            async with asyncio.timeout(None if at_length else READ_SECONDS):
                return await self._reading_in().read(look)

        return await self._patiently(read)

    async def _glance(self, look: Callable[[Connection], T]) -> T:
        """Run `look`, which is a single statement, outside of any transaction."""

        async def glance() -> T:
            async with asyncio.timeout(READ_SECONDS):
                return await self._reading_in().glance(look)

        return await self._patiently(glance)

    async def _ask(self, query: Executable) -> Sequence[Sequence[Any]]:
        """The rows of a single statement that has no parameters but its own, the cheapest way."""
        if self._fleet is not None:
            text, values = as_driven(query)
            if (rows := await self._fleet.ask(text, *values)) is not None:
                return rows
        return await self._glance(lambda connection: connection.execute(query).all())

    def _reading_in(self) -> Reader | PostgresReader:
        if self._reader is None:
            raise NotStarted("start the store first")
        return self._reader

    async def _patiently(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Try again what met another transaction, or found the database out of reach."""
        attempt, until = 0, asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            attempt += 1
            try:
                return await deed()
            except (StaleRecord, IntegrityError):
                if attempt >= ATTEMPTS or asyncio.get_running_loop().time() >= until:
                    raise
                pause = CONFLICT_SECONDS * 2 ** (attempt - 1)
            except Exception as error:
                conflict = self._database.conflict(error)
                if not conflict and not self._database.lost(error):
                    raise
                late = asyncio.get_running_loop().time() >= until
                if late or attempt >= (ATTEMPTS if conflict else len(LOST_SECONDS)):
                    raise DatabaseTrouble(_first_line(error)) from error
                pause = (
                    CONFLICT_SECONDS * 2 ** (attempt - 1) if conflict else LOST_SECONDS[attempt - 1]
                )
            if self._database.one_writer:
                await asyncio.sleep(0)
            else:  # spread, so that those who met do not meet again
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  no secret

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise NotStarted("start the store first")
        return self._engine


def _first_line(error: Exception) -> str:
    """What happened, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    words = str(cause).strip().partition("\n")[0]
    return f"the database is out of reach or too busy: {type(cause).__name__} {words}".strip()

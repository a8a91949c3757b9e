"""The store: one place to open the memory, change it in transactions, and read it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from sqlalchemy import Connection, delete, insert, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from escalation.contract import ESCALADE, Contract
from escalation.effects import Topic
from escalation.journal import Line, as_data
from store import audit, backup, contracts, journal, letters, outbox, timers
from store.audit import Audited, Figures
from store.backup import Contents
from store.contracts import ReadContract, Shelf
from store.errors import AlreadyRunning, DatabaseTrouble, NoDatabase, NotStarted, StaleRecord
from store.fleet import Fleet
from store.letters import Standing
from store.migrate import revision, upgrade
from store.outbox import Letter, LetterState
from store.postgres import Postgres
from store.postgres import Reader as PostgresReader
from store.postgres import Writer as PostgresWriter
from store.sqlite import Sqlite
from store.tables import EPOCH, MICROSECOND, identities, microseconds
from store.timers import FailedTimer, Fired, Ring
from store.transaction import Flushed, SqlTransaction
from store.writer import Reader, Writer

log = structlog.get_logger()

T = TypeVar("T")

ATTEMPTS = 8
CONFLICT_SECONDS = 0.01  # the first pause; each is twice as long: 1.3 s in all
LOST_SECONDS = (0.1, 0.3, 0.6, 1.0, 2.0, 2.0)  # pauses; the last try ends it
READ_SECONDS = 60.0
BACKUP_SECONDS = 6 * 3600.0
TIME_SECONDS = 10.0
FLEET_LOOKS = timedelta(seconds=1)  # every replica looks that often what is due
UNCERTAIN_PAUSE = timedelta(seconds=2)
LONGEST_UNCERTAIN_PAUSE = timedelta(minutes=5)


Database = Sqlite | Postgres


def _database(url: str, direct_url: str = "") -> Database:
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return Postgres(address, direct_url)
    return Sqlite(address)


async def migrate(url: str) -> None:
    """Bring a database's tables up to date; raises AlreadyRunning while a bot runs on SQLite."""
    database = _database(url)
    engine = database.open()
    try:
        await _upgrade(database, engine)
    finally:
        await engine.dispose()
        database.close()


async def _upgrade(database: Database, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, database.guard_migration)


_TIME = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")


class Store:
    """The memory of the bot. Start it before use, or use it as an asynchronous context manager.

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
        self._on_armed: list[Callable[[datetime], object]] = []
        self._on_sent: list[Callable[[], object]] = []
        self._on_time: list[Callable[[float, float, float], object]] = []

    # ── life ─────────────────────────────────────────────────────────────────────────────────

    async def start(self, *, alone: bool = False) -> None:
        """Open the database for this process, and bring its tables up to date.

        Raises AlreadyRunning where another process has a SQLite file, or, for a deed that must be
        done `alone`, where replicas are there; DatabaseTrouble where
        PostgreSQL is out of reach, NewerDatabase.
        """
        self._engine = self._database.open()
        try:
            await self._patiently(lambda: _upgrade(self._database, self._opened()))
            self._reader = self._database.reader(self._engine)
            self._writer = self._database.writer(self._engine)
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

    async def run(self, work: Callable[[SqlTransaction], T], *, now: datetime) -> T:
        """Run `work` in one transaction: all of it is saved, or, if it raises, nothing.

        Where somebody else changed the same record meanwhile, `work` is run again on what they
        left, and where the way to the database broke while it was saved; so it must do nothing
        but use its transaction, and know by a key whether it was done.
        """
        return await self._transact(work, now, self._database.in_turn)

    async def _transact(
        self,
        work: Callable[[SqlTransaction], T],
        now: datetime,
        in_turn: Callable[[Connection, str], None] | None = None,
    ) -> T:
        def whole(connection: Connection) -> tuple[T, Flushed]:
            tx = SqlTransaction(connection, self._shelf, now, in_turn)
            result = work(tx)
            return result, tx.flush()

        result, flushed = await self._write(whole)
        if flushed.armed is not None:
            self._heard_armed(flushed.armed)
            if self._fleet is not None and flushed.armed <= microseconds(now + FLEET_LOOKS):
                self._fleet.tell_armed(flushed.armed)
        if flushed.sent:
            self._heard_sent()
            if self._fleet is not None:
                self._fleet.tell_sent()
        return result

    async def read(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` in a transaction that only reads."""
        return await self._read(lambda connection: work(SqlTransaction(connection, self._shelf)))

    async def _write(self, deed: Callable[[Connection], T]) -> T:
        if self._reading:
            raise NotStarted("the store was opened to read only")

        async def write() -> T:
            if self._writer is None:
                raise NotStarted("start the store first")
            return await self._writer.write(deed)

        return await self._patiently(write)

    async def _read(self, look: Callable[[Connection], T], *, within: float = READ_SECONDS) -> T:
        async def read() -> T:
            if self._reader is None:
                raise NotStarted("start the store first")
            async with asyncio.timeout(within):
                return await self._reader.read(look)

        return await self._patiently(read)

    async def _patiently(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Try again what met another transaction, or found the database out of reach."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await deed()
            except (StaleRecord, IntegrityError):
                if attempt >= ATTEMPTS:
                    raise
                pause = CONFLICT_SECONDS * 2 ** (attempt - 1)
            except Exception as error:
                conflict = self._database.conflict(error)
                if not conflict and not self._database.lost(error):
                    raise
                if attempt >= (ATTEMPTS if conflict else len(LOST_SECONDS)):
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

    # ── contracts ────────────────────────────────────────────────────────────────────────────

    async def put_contract(
        self, contract_id: str, version: str, text: str, now: datetime, source: str = "start"
    ) -> bool:
        """Put a version of a contract in force, and record it; False where it already is."""

        def put(tx: SqlTransaction) -> bool:
            old = contracts.put_in_force(
                tx.connection,
                contract=contract_id,
                version=version,
                text=text,
                source=source,
                now=now,
            )
            tx.contract_version(contract_id, version)  # a text that cannot be read is refused
            if old == version:
                return False
            facts = {"version": version} | ({"replaces": old} if old else {})
            line = Line(
                contract=contract_id,
                subject=contract_id,
                at=now,
                actor=ESCALADE,
                action="contract.put_in_force",
                source=source,
                facts=facts,
            )
            tx.append([line])
            return True

        return await self.run(put, now=now)

    async def contracts(self) -> list[Contract]:
        """Every contract in force."""
        return await self.read(
            lambda tx: [tx.contract(name) for name, _ in contracts.in_force(tx.connection)]
        )

    # ── timers ───────────────────────────────────────────────────────────────────────────────

    async def next_due(self) -> datetime | None:
        """When the next timer is to fire; None where none is armed."""
        return await self._read(timers.next_due)

    async def fire(self, now: datetime, ring: Ring, limit: int = 100) -> Fired:
        """Fire the timers due by `now`, in order, in one transaction (Rule ESC-7).

        Call again while there may be `more`: firing may arm what is due already.
        """
        return await timers.fire(
            lambda deed: self._transact(deed, now),
            ring,
            now,
            limit,
            shared=not self._database.one_writer,
        )

    async def failing_timers(self) -> list[FailedTimer]:
        """The timers that were set aside because answering them failed."""
        return await self._read(timers.failing)

    async def armed_timers(self) -> int:
        """How many timers are armed; the cost grows with them."""
        return await self._read(audit.armed)

    # ── the whole of it ──────────────────────────────────────────────────────────────────────

    async def backup(self, file: Path, now: datetime) -> Contents:
        """Write all there is to a file, as of one instant; raises BadBackup."""

        def work(connection: Connection) -> Contents:
            return backup.write(connection, file, revision=revision(connection) or "", now=now)

        return await self._read(work, within=BACKUP_SECONDS)

    async def restore(self, file: Path, *, later: bool) -> Contents:
        """Fill this database, which must be empty, from a file; raises BadBackup."""
        async with self._opened().begin() as connection:
            return await connection.run_sync(partial(backup.read, file=file, later=later))

    # ── seen from outside ────────────────────────────────────────────────────────────────────

    async def figures(self, now: datetime) -> Figures:
        """How the memory stands: what is due, what waits to be sent."""
        return await self._read(lambda c: audit.figures(c, now))

    async def audit_timers(self, after: tuple[int, str, str] | None, limit: int) -> Audited:
        """Hold a page of open records against the rows of their alarms, and mend the rows."""
        return await self._write(lambda c: audit.audit_timers(c, after, limit))

    # ── outbox ───────────────────────────────────────────────────────────────────────────────

    async def claim_outbox(
        self,
        now: datetime,
        limit: int = 20,
        lease_seconds: float = 60,
        *,
        oldest_first: bool = False,
    ) -> list[Letter]:
        """Take letters to send: at most one a destination, its oldest; the urgent ones first."""
        lease = timedelta(seconds=lease_seconds)
        mark = "" if self._fleet is None else self._fleet.claim_mark
        return await self._write(
            lambda c: outbox.claim(c, now, limit, lease, mark=mark, oldest_first=oldest_first)
        )

    async def renew_letters(
        self, held: Sequence[Letter], now: datetime, lease_seconds: float
    ) -> set[int]:
        """Hold letters longer that are still being sent; the numbers of those still held."""
        until = now + timedelta(seconds=lease_seconds)
        return await self._write(lambda c: outbox.renew(c, held, until))

    async def put_back(self, letter: Letter, not_before: datetime, *, uncertain: bool) -> bool:
        """Its turn has not come: this counts as no attempt. False where it is held no more."""
        state = LetterState.UNCERTAIN if uncertain else LetterState.WAITING
        return await self._write(
            lambda c: outbox.release(c, letter, state, "", not_before=not_before, untried=True)
        )

    async def put_by_way(
        self, letter: Letter, way: str, now: datetime, *, due: datetime, behind: bool
    ) -> bool:
        """Have an urgent letter go by another way too (`letters.put_by_way`)."""
        return await self._write(
            lambda c: letters.put_by_way(c, letter, way, now, due=due, behind=behind)
        )

    async def original_state(self, letter: Letter) -> LetterState | None:
        """How the letter stands whose copy this one is."""
        return await self._read(lambda c: letters.original_state(c, letter))

    async def standing_letters(self, limit: int = 1000) -> list[Standing]:
        """The letters that were set aside, and those that wait."""
        return await self._read(lambda c: letters.standing(c, limit))

    async def retry_letters(self, numbers: Collection[int] | None) -> int:
        """Put failed letters back, all where None; how many. A running bot sees them by itself."""
        async with self._opened().begin() as connection:
            return await connection.run_sync(letters.retry, numbers)

    async def reserve(self, key: str, holder: str, now: datetime) -> str:
        """Take something for good that only one may have; whoever has it."""

        def take(tx: SqlTransaction) -> str:
            if (taken := tx.outcome_of(key)) is not None:
                return taken
            tx.remember(key, holder)
            return holder

        return await self.run(take, now=now)

    async def next_letter_at(self) -> datetime | None:
        """When a letter may next be taken; None where the outbox is empty."""
        return await self._read(outbox.next_at)

    async def mark_sent(self, letter: Letter, channel: str, ts: str, now: datetime) -> bool:
        """It left, and stands there. False where that was known."""
        return await self._write(lambda c: outbox.sent(c, letter, channel=channel, ts=ts, now=now))

    async def mark_retry(self, letter: Letter, not_before: datetime, error: str) -> bool:
        """It surely did not leave: try again then. False where it is held no more."""
        return await self._write(
            lambda c: outbox.release(c, letter, LetterState.WAITING, error, not_before=not_before)
        )

    async def mark_uncertain(
        self, letter: Letter, error: str, not_before: datetime | None = None
    ) -> bool:
        """It may have left: comes back as uncertain after a pause that grows."""
        pause = min(UNCERTAIN_PAUSE * 2 ** min(letter.attempts - 1, 16), LONGEST_UNCERTAIN_PAUSE)
        again = not_before or letter.claimed_at + pause
        return await self._write(
            lambda c: outbox.release(c, letter, LetterState.UNCERTAIN, error, not_before=again)
        )

    async def mark_failed(self, letter: Letter, error: str, now: datetime) -> bool:
        """It cannot be sent, and is set aside."""
        return await self._write(
            lambda c: outbox.release(c, letter, LetterState.FAILED, error, now=now)
        )

    async def mark_dropped(self, letter: Letter, reason: str, now: datetime) -> bool:
        """It is no longer true, and is not sent."""
        return await self._write(
            lambda c: outbox.release(c, letter, LetterState.DROPPED, reason, now=now)
        )

    async def post_of(
        self, contract: str, destination: str, topic: Topic | str, subject: str
    ) -> tuple[str, str] | None:
        """The channel and ts of the last message of that topic and subject there."""
        return await self._read(
            lambda c: outbox.post_of(c, contract, destination, str(topic), subject)
        )

    # ── journal ──────────────────────────────────────────────────────────────────────────────

    async def verify_journal(self) -> list[journal.Verdict]:
        """Prove each contract's journal whole, or say where it breaks (Rule CON-3)."""
        return await self._read(
            lambda c: [journal.verify(c, name) for name in journal.contracts_with_journal(c)]
        )

    async def export_journal(self, contract_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every line of a contract's journal, in order, as plain data."""
        after = 0
        while True:
            lines = await self._read(partial(journal.page, contract=contract_id, after=after))
            if not lines:
                return
            for sealed in lines:
                yield as_data(sealed)
            after = lines[-1].number

    # ── people ───────────────────────────────────────────────────────────────────────────────

    async def put_identity(self, *, team: str, slack: str, contract: str, person: str) -> None:
        """Remember who a Slack user is in a contract, in place of what was known."""
        i = identities.c

        def put(connection: Connection) -> None:
            mine = (i.team == team) & (i.slack == slack) | (i.person == person)
            connection.execute(delete(identities).where(i.contract == contract, mine))
            row = {"team": team, "slack": slack, "contract": contract, "person": person}
            connection.execute(insert(identities), row)

        await self._write(put)

    async def identities_of(self, team: str, slack: str) -> dict[str, str]:
        """Who a Slack user is: contract → person."""
        i = identities.c
        query = select(i.contract, i.person).where(i.team == team, i.slack == slack)
        return await self._read(lambda c: {r.contract: r.person for r in c.execute(query)})

    async def slack_of(self, contract: str, person: str) -> tuple[str, str] | None:
        """The team and Slack user id of a person."""
        i = identities.c
        query = select(i.team, i.slack).where(i.contract == contract, i.person == person)
        row = await self._read(lambda c: c.execute(query).one_or_none())
        return None if row is None else (row.team, row.slack)


def _first_line(error: Exception) -> str:
    """What happened, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    words = str(cause).strip().partition("\n")[0]
    return f"the database is out of reach or too busy: {type(cause).__name__} {words}".strip()

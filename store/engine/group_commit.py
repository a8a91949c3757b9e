"""All writing: transactions one by one, and commands that wait at the same time committed together.

Alone, each command of a contract would pay for its turn, for a commit and for the disk, and make
the next one wait (decision 0014).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from store.engine.patience import Database, deadline, is_late, patiently, trouble
from store.engine.postgresql import Writer as PostgresWriter
from store.engine.wakes import Wakes
from store.engine.writer import Writer
from store.errors import Inseparable, NotStarted, StoreError
from store.transaction import outbox
from store.transaction.contracts import ContractCache
from store.transaction.transaction import Flushed, SqlTransaction

T = TypeVar("T")

MOST = 32


class GoAlone(Exception):
    """It was not done, for the database is away: it is to be tried again, with its own patience."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(eq=False, slots=True)
class Waiting:
    """A command that waits for its `outcome`."""

    work: Callable[[SqlTransaction], Any]
    now: datetime
    trace: str = field(default_factory=outbox.TRACE.get)
    outcome: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one of them: what it gave, or what it raised."""

    given: Any = None
    raised: Exception | None = None


def do_all(tx: SqlTransaction, waiting: Sequence[Waiting]) -> list[Outcome]:
    """Carry them out in one transaction, in their order; nothing is left of one that raises.

    Raises what makes the whole transaction void: the database's own errors, and Inseparable.
    """
    outcomes: list[Outcome] = []
    for place, each in enumerate(waiting):
        token = outbox.TRACE.set(each.trace)
        try:
            outcomes.append(Outcome(given=tx.nested(each.work)))
        except Inseparable as error:
            error.place = place
            raise
        except (SQLAlchemyError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001  whoever asked is told
            outcomes.append(Outcome(raised=error))
        finally:
            outbox.TRACE.reset(token)
    return outcomes


class GroupCommit:
    """The one way to write: it owns the writer, and knows which commands wait, by contract."""

    def __init__(
        self,
        database: Database,
        writer: Writer | PostgresWriter,
        contract_cache: ContractCache,
        wakes: Wakes,
    ) -> None:
        self._database = database
        self._writer: Writer | PostgresWriter | None = writer
        self._contract_cache = contract_cache
        self._wakes = wakes
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: dict[str, list[Waiting]] = defaultdict(list)
        self._serving: dict[str, asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Finish what was begun."""
        while busy := [task for task in self._serving.values() if not task.done()]:
            await asyncio.wait(busy)
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.close()

    # ── one transaction ──────────────────────────────────────────────────────────────────────

    async def write(self, work: Callable[[Connection], T], contract: str = "") -> T:
        """Run `work` in a transaction, patiently; where a contract is said, when it is its turn."""

        async def write() -> T:
            async with self._turn(contract):  # each try anew: a pause holds nobody up
                return await self._open_writer().write(work)

        return await patiently(self._database, write)

    async def transact(
        self,
        work: Callable[[SqlTransaction], T],
        now: datetime,
        *,
        contract: str = "",
        in_turn: bool = True,
    ) -> T:
        """Run `work` in a transaction of its own; `in_turn` behind other commands of a contract."""
        result, flushed = await self.write(self.whole(work, now, in_turn=in_turn), contract)
        self._wakes.committed(flushed, now)
        return result

    def whole(
        self, work: Callable[[SqlTransaction], T], now: datetime, *, in_turn: bool = True
    ) -> Callable[[Connection], tuple[T, Flushed]]:
        """Make of `work` what writes all that it changed, and says what of it was written."""

        def whole(connection: Connection) -> tuple[T, Flushed]:
            turns = self._database.in_turn if in_turn else None
            tx = SqlTransaction(connection, self._contract_cache, now, turns)
            result = work(tx)
            return result, tx.flush()

        return whole

    def _turn(self, contract: str) -> AbstractAsyncContextManager[object]:
        if not contract or self._database.one_writer:
            return nullcontext()
        return self._turns[contract]

    def _open_writer(self) -> Writer | PostgresWriter:
        if self._writer is None:
            raise NotStarted("start the store first")
        return self._writer

    # ── many in one ──────────────────────────────────────────────────────────────────────────

    async def run(self, contract: str, work: Callable[[SqlTransaction], T], now: datetime) -> T:
        """Run `work` with what waits besides; raises what it raises."""
        until, mine = deadline(), Waiting(work, now)
        self._waiting[contract].append(mine)
        if (serving := self._serving.get(contract)) is None or serving.done():
            self._serving[contract] = asyncio.create_task(self._serve(contract))
        try:
            given: T = await mine.outcome
        except GoAlone as alone:
            if is_late(until):
                raise trouble(alone.why) from alone.why
        else:
            return given
        return await self.transact(work, now, contract=contract)

    async def _commit(self, contract: str, waiting: Sequence[Waiting]) -> list[Outcome]:
        now = max(each.now for each in waiting)
        work = self.whole(lambda tx: do_all(tx, waiting), now)
        async with self._turn(contract):
            outcomes, flushed = await self._open_writer().write(work)
        self._wakes.committed(flushed, now)
        return outcomes

    async def _serve(self, contract: str) -> None:
        while waiting := self._waiting.pop(contract, None):
            batch, self._waiting[contract] = waiting[:MOST], waiting[MOST:]
            try:
                # whoever was cancelled meanwhile is not served any more
                await self._serve_all(contract, [each for each in batch if not each.outcome.done()])
            finally:
                for each in batch:  # this was ended: whoever waits ends too
                    each.outcome.cancel()

    async def _serve_all(self, contract: str, wanted: Sequence[Waiting]) -> None:
        """Serve them in their order, whatever befalls some of them."""
        if not wanted:
            return
        try:
            outcomes = await self._commit(contract, wanted)
        except Exception as error:  # noqa: BLE001  whoever asked is told
            if isinstance(error, NotStarted) or self._database.lost(error):
                outcomes = [Outcome(raised=GoAlone(error)) for _ in wanted]
            elif len(wanted) == 1:
                outcomes = [await self._served_alone(contract, wanted[0])]
            else:
                for some in _parted(wanted, error):
                    await self._serve_all(contract, some)
                return
        for each, outcome in zip(wanted, outcomes, strict=True):
            _tell(each, outcome)

    async def _served_alone(self, contract: str, each: Waiting) -> Outcome:
        token = outbox.TRACE.set(each.trace)
        try:
            return Outcome(given=await self.transact(each.work, each.now, contract=contract))
        except Exception as error:  # noqa: BLE001  whoever asked is told
            return Outcome(raised=error)
        finally:
            outbox.TRACE.reset(token)


def _parted(wanted: Sequence[Waiting], error: Exception) -> tuple[Sequence[Waiting], ...]:
    """Around the one that failed them, where it is known, else in halves."""
    if isinstance(error, Inseparable):
        return (
            wanted[: error.place],
            wanted[error.place : error.place + 1],
            wanted[error.place + 1 :],
        )
    middle = len(wanted) // 2
    return wanted[:middle], wanted[middle:]


def _tell(each: Waiting, outcome: Outcome) -> None:
    if each.outcome.done():
        return
    if outcome.raised is None:
        each.outcome.set_result(outcome.given)
    elif isinstance(outcome.raised, StopIteration):  # no future takes that one
        stopped = RuntimeError("what was carried out raised StopIteration")
        stopped.__cause__ = outcome.raised
        each.outcome.set_exception(stopped)
    else:
        each.outcome.set_exception(outcome.raised)

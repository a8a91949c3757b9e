"""Commands of one contract that wait at the same time, committed together (decision 0014).

Each alone would pay for its turn, for a commit and for the disk, and make the next one wait.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from store import outbox
from store.errors import Inseparable, StoreError
from store.transaction import SqlTransaction

T = TypeVar("T")

MOST = 32


class GoAlone(Exception):
    """It was not done, for the database is away: it is to be tried again, with its own patience."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(eq=False, slots=True)
class Waiting:
    """A command that waits: what came of it is told to `told`."""

    work: Callable[[SqlTransaction], Any]
    now: datetime
    trace: str = field(default_factory=outbox.TRACE.get)
    told: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one of them: what it gave, or what it raised."""

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
            outcomes.append(Outcome(given=tx.apart(each.work)))
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


class Together:
    """The commands that wait, by contract.

    `commit` carries some out in one transaction, `alone` one in its own, patiently; `away` tells
    whether an error says that the database is out of reach.
    """

    def __init__(
        self,
        *,
        commit: Callable[[str, Sequence[Waiting]], Awaitable[list[Outcome]]],
        alone: Callable[[str, Waiting], Awaitable[Any]],
        away: Callable[[Exception], bool],
    ) -> None:
        self._commit = commit
        self._alone = alone
        self._away = away
        self._waiting: dict[str, list[Waiting]] = defaultdict(list)
        self._serving: dict[str, asyncio.Task[None]] = {}

    async def run(self, contract: str, work: Callable[[SqlTransaction], T], now: datetime) -> T:
        """Carry out `work` with what waits besides; raises what it raises, and GoAlone."""
        mine = Waiting(work, now)
        self._waiting[contract].append(mine)
        if (serving := self._serving.get(contract)) is None or serving.done():
            self._serving[contract] = asyncio.create_task(self._serve(contract))
        given: T = await mine.told
        return given

    async def drained(self) -> None:
        """Wait until nothing is being carried out."""
        while busy := [task for task in self._serving.values() if not task.done()]:
            await asyncio.wait(busy)

    async def _serve(self, contract: str) -> None:
        while waiting := self._waiting.pop(contract, None):
            batch, self._waiting[contract] = waiting[:MOST], waiting[MOST:]
            try:
                # whoever was cancelled meanwhile is not served any more
                await self._serve_all(contract, [each for each in batch if not each.told.done()])
            finally:
                for each in batch:  # this was ended: whoever waits ends too
                    each.told.cancel()

    async def _serve_all(self, contract: str, wanted: Sequence[Waiting]) -> None:
        """Serve them in their order, whatever befalls some of them."""
        if not wanted:
            return
        try:
            outcomes = await self._commit(contract, wanted)
        except Exception as error:  # noqa: BLE001  whoever asked is told
            if self._away(error):
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
            return Outcome(given=await self._alone(contract, each))
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
    if each.told.done():
        return
    if outcome.raised is None:
        each.told.set_result(outcome.given)
    elif isinstance(outcome.raised, StopIteration):  # no future takes that one
        stopped = RuntimeError("what was carried out raised StopIteration")
        stopped.__cause__ = outcome.raised
        each.told.set_exception(stopped)
    else:
        each.told.set_exception(outcome.raised)

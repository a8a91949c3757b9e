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
from store.errors import StoreError
from store.transaction import SqlTransaction

T = TypeVar("T")

MOST = 32


class GoAlone(Exception):
    """It was not done, for what befell the whole: it is to be done in a transaction apart."""

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
    outcomes = []
    for each in waiting:
        token = outbox.TRACE.set(each.trace)
        try:
            outcomes.append(Outcome(given=tx.apart(each.work)))
        except (SQLAlchemyError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001  whoever asked is told
            outcomes.append(Outcome(raised=error))
        finally:
            outbox.TRACE.reset(token)
    return outcomes


class Together:
    """The commands that wait, by contract. `commit` carries some out in one transaction."""

    def __init__(
        self, commit: Callable[[str, Sequence[Waiting]], Awaitable[list[Outcome]]]
    ) -> None:
        self._commit = commit
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
            self._waiting[contract] = waiting[MOST:]
            # whoever was cancelled meanwhile is not served any more
            wanted = [each for each in waiting[:MOST] if not each.told.done()]
            if wanted:
                await self._serve_all(contract, wanted)

    async def _serve_all(self, contract: str, wanted: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._commit(contract, wanted)
        except Exception as error:  # noqa: BLE001  each meets it again alone, and says so
            outcomes = [Outcome(raised=GoAlone(error)) for _ in wanted]
        for each, outcome in zip(wanted, outcomes, strict=True):
            if each.told.done():
                continue
            if outcome.raised is None:
                each.told.set_result(outcome.given)
            else:
                each.told.set_exception(outcome.raised)

"""The store: one place to change the memory in transactions, and to read it."""

from __future__ import annotations

from datetime import datetime

from store.engine.engine import Engine
from store.identities import Directory
from store.in_force import Contracts
from store.operate.upkeep import Upkeep
from store.proof import Journal
from store.queues import next_due
from store.queues.next_due import Upcoming
from store.queues.outbox import Outbox
from store.queues.timers import Timers
from store.transaction.contracts import ReadContract
from store.transaction.transaction import SqlTransaction


class Store(Engine):
    """The memory of the bot. Start it before use, or use it as an asynchronous context manager."""

    def __init__(self, url: str, *, read_contract: ReadContract, direct_url: str = "") -> None:
        super().__init__(url, read_contract=read_contract, direct_url=direct_url)
        self.contracts = Contracts(self)
        self.timers = Timers(self)
        self.outbox = Outbox(self)
        self.journal = Journal(self)
        self.directory = Directory(self)
        self.upkeep = Upkeep(self)

    async def upcoming(self) -> Upcoming:
        """Return when there is next something to do."""
        return next_due.upcoming(await self.ask(next_due.UPCOMING))

    async def reserve(self, key: str, holder: str, now: datetime) -> str:
        """Take something for good that only one may have; whoever has it."""

        def take(tx: SqlTransaction) -> str:
            if (taken := tx.outcome_of(key)) is not None:
                return taken
            tx.remember(key, holder)
            return holder

        return await self.run(take, now=now)

"""A replica in the middle of everything, for `bench.parts.vanished` to cut off."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.util import await_only

from bench.ground import started
from bench.parts.burst import DUE
from bench.process import say, told_to_go
from bench.seed import OPENED, contract
from escalation.perform import DueTimer, fire
from store.transaction.transaction import SqlTransaction


async def job(url: str, held: int) -> None:
    """In a process of its own: hold messages, and be midway in a batch and in a command."""
    async with started(url) as store:
        messages = await store.outbox.claim(OPENED, limit=held, lease_seconds=3600)
        commanding, firing = asyncio.Event(), asyncio.Event()

        def command(tx: SqlTransaction) -> None:
            tx.contract(contract().id)
            _stay(commanding)

        def midway(tx: SqlTransaction, due: DueTimer, now: datetime) -> bool:
            rung = fire(tx, due, now)
            _stay(firing)
            return rung

        tasks = [asyncio.create_task(store.timers.fire(DUE, midway, limit=held))]
        await firing.wait()
        tasks.append(asyncio.create_task(store.run(command, now=DUE)))
        await commanding.wait()
        say({"messages": len(messages)})
        await told_to_go()
        for task in tasks:
            task.cancel()


def _stay(here: asyncio.Event) -> None:
    """In the middle of a transaction: say so, and go no further."""
    here.set()
    await_only(asyncio.Event().wait())

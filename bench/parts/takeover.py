"""Replicas: how soon the work of a killed one is taken over, and what waking the others costs."""

from __future__ import annotations

import asyncio
from time import monotonic, perf_counter

from sqlalchemy import text

from bench.figures import Figure, p50
from bench.ground import POSTGRESQL, fresh, server, started
from bench.process import result, running, say, told_to_go
from bench.seed import OPENED, contract
from config.contract.file import recall_contract
from escalation.messages.destinations import person
from escalation.messages.effects import Effect
from escalation.messages.table import read
from store.database import Store
from store.engine.replicas import GRACE_SECONDS
from store.transaction.transaction import SqlTransaction

MOST_TAKEOVER = 1.0  # seconds
WRITERS = 16
LEAST_KEPT = 0.8  # of the commits without any word


def _effect() -> Effect:
    return Effect(
        meaning=read("ping", {}), contract=contract().id, subject="INC-0001", to=person("tom")
    )


async def job(url: str) -> None:
    """In a process of its own: hold a message until killed."""
    async with started(url) as store:
        say({"held": len(await store.outbox.claim(OPENED, lease_seconds=3600))})
        await told_to_go()


async def takeover(repeats: int = 5) -> list[Figure]:
    """From `kill -9` of a replica to its message in the hands of another."""
    seconds = []
    server()
    await asyncio.sleep(GRACE_SECONDS)  # nobody judges others on a server that has just started
    for _ in range(repeats):
        with fresh(POSTGRESQL) as url:
            async with started(url) as store:
                await store.run(lambda tx: tx.send([_effect()]), now=OPENED)
                async with running("holder", url=url) as holder:
                    await result(holder)
                    await asyncio.sleep(1)
                    holder.kill()
                    begun = monotonic()
                    while not await store.outbox.claim(OPENED):  # noqa: ASYNC110  as a dispatcher
                        await asyncio.sleep(0.01)
                    seconds.append(monotonic() - begun)
    return [
        Figure(
            part="a replica is killed",
            database=POSTGRESQL,
            what="its message is taken over, worst",
            value=max(seconds),
            unit="s",
            most=MOST_TAKEOVER,
            note=f"median {p50(seconds):.2f} s of {repeats}",
        )
    ]


async def _commits(store: Store, seconds: float, *, notify: bool = False) -> float:
    done, end = 0, perf_counter() + seconds

    def work(tx: SqlTransaction) -> None:
        tx.send([_effect()])
        if notify:
            tx.connection.execute(text("SELECT pg_notify('bench', 'x')"))

    async def writer() -> None:
        nonlocal done
        while perf_counter() < end:
            await store.run(work, now=OPENED)
            done += 1

    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return done / seconds


async def word(seconds: float = 3, repeats: int = 3) -> list[Figure]:
    """Commits of sixteen writers: without any word, with ours, with NOTIFY in each of them."""
    silent, ours, each = [], [], []
    for _ in range(repeats):
        with fresh(POSTGRESQL) as url:
            mute = Store(url, read_contract=recall_contract, direct_url="none")
            async with mute:
                silent.append(await _commits(mute, seconds))
            async with started(url) as store:
                ours.append(await _commits(store, seconds))
                each.append(await _commits(store, seconds, notify=True))
    part = f"waking the others, {WRITERS} writers"
    ratio = p50([a / b for a, b in zip(ours, silent, strict=True)])
    worst = p50([a / b for a, b in zip(each, silent, strict=True)])
    return [
        Figure(part=part, database=POSTGRESQL, what="no word", value=p50(silent), unit="/s"),
        Figure(
            part=part,
            database=POSTGRESQL,
            what="word behind the commit, against none",
            value=ratio,
            unit="×",
            least=LEAST_KEPT,
        ),
        Figure(
            part=part,
            database=POSTGRESQL,
            what="NOTIFY in each transaction, against none",
            value=worst,
            unit="×",
        ),
    ]

"""The messages of several replicas, and the word among them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from store.database import Store
from store.engine import replicas as replica_module
from tests import postgres
from tests.databases import behind
from tests.store.conftest import opened
from tests.store.queues.test_timers import put
from tests.store.records import MINUTE, NOON, armed, effect, incident
from tests.store.replicas import SOON, STARTED, until

ROOT = Path(__file__).parents[3]

# ── messages ──────────────────────────────────────────────────────────────────────────────────


async def test_replicas_share_the_messages_and_keep_the_order_of_each_destination(
    trio: list[Store],
) -> None:
    messages = [effect(f"person/p{n % 9}", facts={"n": n}) for n in range(90)]
    await trio[0].run(lambda tx: tx.send(messages), now=NOON)
    left: list[tuple[str, int]] = []

    async def dispatcher(store: Store) -> None:
        while await store.outbox.next_at() is not None:
            for message in await store.outbox.claim(NOON, limit=4):
                await asyncio.sleep(0)
                together = message.with_companions
                left.extend((str(each.to), int(each.facts["n"])) for each in together)
                assert await store.outbox.mark_sent(*together, channel="C1", ts="1.0", now=NOON)

    await asyncio.gather(*(dispatcher(store) for store in trio))
    assert sorted(n for _, n in left) == list(range(90))
    for person in range(9):
        mine = [n for to, n in left if to == f"person/p{person}"]
        assert mine == sorted(mine)


HOLDING = """
import asyncio, sys
from tests.store.conftest import opened
from tests.store.records import NOON

async def main():
    async with opened(sys.argv[1]) as store:
        print(len(await store.outbox.claim(NOON, lease_seconds=3600)), flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_messages_of_a_killed_replica_are_taken_over_at_once(shared: str) -> None:
    async with opened(shared) as store:
        await store.run(lambda tx: tx.send([effect(), effect("person/olga")]), now=NOON)
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDING, shared, cwd=ROOT, stdout=subprocess.PIPE
        )
        try:
            assert holder.stdout is not None
            async with asyncio.timeout(STARTED):
                assert (await holder.stdout.readline()).strip() == b"2"
            await asyncio.sleep(3 * replica_module.LOOK_SECONDS)
            assert await store.outbox.claim(NOON) == [], "its holder is alive"
            woken = asyncio.Event()
            store.on_sent(woken.set)
        finally:
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGKILL)
            await holder.wait()
        await until(
            woken, within=SOON + replica_module.GRACE_SECONDS
        )  # the tests' server may be young
        messages = await store.outbox.claim(NOON)
    assert [str(message.to) for message in messages] == ["person/tom", "person/olga"]
    assert all(message.uncertain for message in messages), "they may have left"


async def test_a_replica_that_lost_its_connection_comes_back_and_keeps_what_it_holds(
    trio: list[Store], shared: str
) -> None:
    await trio[0].run(lambda tx: tx.send([effect()]), now=NOON)
    (message,) = await trio[0].outbox.claim(NOON)
    replicas = trio[0].wakes.replicas
    assert replicas is not None
    terminate = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    await postgres.server().query(
        f"{terminate} AND objid = {replicas._number}", shared.rpartition("/")[2]
    )
    async with asyncio.timeout(SOON):
        while not replicas.claim_mark or await trio[1].wakes.replicas.others() < 2:  # noqa: ASYNC110  PostgreSQL tells nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(2 * replica_module.LOOK_SECONDS)
    assert await trio[1].outbox.claim(NOON) == []
    assert await trio[0].outbox.mark_sent(message, channel="C1", ts="1.0", now=NOON)


async def test_who_comes_back_first_from_an_outage_leaves_the_others_time_to_come_back(
    trio: list[Store], shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await trio[0].run(lambda tx: tx.send([effect()]), now=NOON)
    (message,) = await trio[0].outbox.claim(NOON)
    late, connect = asyncio.Event(), trio[0].wakes.replicas._connect

    async def connect_late() -> Any:
        await late.wait()
        return await connect()

    monkeypatch.setattr(trio[0].wakes.replicas, "_connect", connect_late)
    await postgres.server().query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        shared.rpartition("/")[2],
    )
    async with asyncio.timeout(SOON):
        while not all(store.wakes.replicas.claim_mark for store in trio[1:]):  # noqa: ASYNC110  PostgreSQL tells nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(3 * replica_module.LOOK_SECONDS)
    assert await trio[1].outbox.claim(NOON) == [], "its holder is only late"
    late.set()
    assert await trio[0].outbox.mark_sent(message, channel="C1", ts="1.0", now=NOON)


@pytest.mark.parametrize(("up", "taken"), [(0.0, 0), (60.0, 1)])
async def test_who_first_comes_to_a_server_that_just_started_gives_the_others_time_too(
    shared: str, monkeypatch: pytest.MonkeyPatch, up: float, taken: int
) -> None:
    async with opened(shared) as store:
        await store.run(lambda tx: tx.send([effect()]), now=NOON)
        await store.outbox.claim(NOON)
        async with behind(shared) as connection:
            await connection.execute(text("UPDATE outbox SET claim = 'r999-late'"))
    monkeypatch.setattr(replica_module, "_UP", f"SELECT {up}::float8")
    async with opened(shared) as store:
        await asyncio.sleep(4 * replica_module.LOOK_SECONDS)
        assert len(await store.outbox.claim(NOON)) == taken


async def test_a_claim_is_taken_over_only_when_its_replica_is_missed_twice(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "LOOK_SECONDS", 3600.0)
    async with opened(shared) as store:
        await store.run(lambda tx: tx.send([effect()]), now=NOON)
        await store.outbox.claim(NOON)
        async with behind(shared) as connection:
            await connection.execute(text("UPDATE outbox SET claim = 'r999-gone'"))
        replicas = store.wakes.replicas
        assert replicas is not None
        beside = await replicas._connect()
        await replicas._take_over(beside)
        assert await store.outbox.claim(NOON) == []
        await replicas._take_over(beside)
        assert [message.uncertain for message in await store.outbox.claim(NOON)] == [True]
        await beside.close()


# ── word among replicas ──────────────────────────────────────────────────────────────────────


async def test_what_is_due_soon_or_waits_to_be_sent_wakes_the_others(trio: list[Store]) -> None:
    heard: list[datetime] = []
    armed_told, sent_told = asyncio.Event(), asyncio.Event()
    trio[1].on_armed(lambda due: (heard.append(due), armed_told.set()))
    trio[2].on_sent(sent_told.set)

    await put(trio[0], incident(1, alarms=armed(later=NOON + MINUTE)))
    await put(trio[0], incident(2, alarms=armed(soon=NOON + timedelta(milliseconds=900))))
    await until(armed_told)
    assert heard == [NOON + timedelta(milliseconds=900)], "they look for the later one themselves"
    await trio[0].run(lambda tx: tx.send([effect()]), now=NOON)
    await until(sent_told)


async def test_many_commits_are_told_in_few_words(
    trio: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    told_words = 0
    replicas = trio[0].wakes.replicas
    assert replicas is not None
    tell = replicas._tell

    async def counted(connection: object) -> None:
        nonlocal told_words
        told_words += 1
        await tell(connection)

    monkeypatch.setattr(replicas, "_tell", counted)
    heard = asyncio.Event()
    trio[1].on_sent(heard.set)
    start = monotonic()
    for _ in range(100):
        await trio[0].run(lambda tx: tx.send([effect()]), now=NOON)
    await until(heard)
    assert told_words <= 2 + (monotonic() - start) / replica_module.GATHER_SECONDS

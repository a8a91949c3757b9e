"""Several replicas on one PostgreSQL: nothing twice, nothing lost, whoever sleeps or is first."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text

from bot import clock as clock_module
from bot.clock import FlowingClock
from escalation.records.kinds import CRISIS, INCIDENT
from store.database import Store
from store.engine import replicas as replica_module
from store.engine.postgresql import POOL, as_driven
from store.queues import next_due
from store.queues.next_due import Upcoming
from store.schema.tables import EPOCH
from store.transaction.transaction import SqlTransaction
from tests import postgres
from tests.databases import behind
from tests.kept import incidents_of
from tests.store.conftest import opened, read_contract
from tests.store.queues.test_timers import Bell, fire_all, put, told
from tests.store.records import MINUTE, NOON, armed, crisis, effect, incident, line
from tests.store.replicas import SOON

# ── timers ───────────────────────────────────────────────────────────────────────────────────


async def test_esc_7_three_replicas_fire_each_timer_once_and_each_record_in_order(
    trio: list[Store],
) -> None:
    for number in range(1, 61):
        names = {f"n{k}": NOON + k * MINUTE for k in (1, 2, 3)}
        await put(trio[0], incident(number, alarms=armed(**names)))

    await asyncio.gather(*(fire_all(store, Bell(), NOON + 9 * MINUTE, limit=7) for store in trio))
    await fire_all(trio[0], Bell(), NOON + 9 * MINUTE)  # what one left to another that left it too

    rung = await told(trio[0])
    assert Counter(rung) == Counter(f"{n}/n{k}" for n in range(1, 61) for k in (1, 2, 3))
    for number in range(1, 61):
        mine = [name for name in rung if name.startswith(f"{number}/")]
        assert mine == [f"{number}/n1", f"{number}/n2", f"{number}/n3"]
    assert all(verdict.whole for verdict in await trio[1].journal.verify())


async def test_esc_7_what_a_sleeping_replica_has_in_hand_is_left_to_it_and_freed_in_time(
    trio: list[Store],
    shared: str,
) -> None:
    await put(trio[0], incident(1, alarms=armed(a=NOON, b=NOON + MINUTE)))
    await put(trio[0], incident(2, alarms=armed(c=NOON + MINUTE)))
    due, bell = NOON + 2 * MINUTE, Bell()
    async with behind(shared) as sleeper:
        await sleeper.execute(text("SELECT * FROM timers WHERE name = 'a' FOR UPDATE"))

        assert await fire_all(trio[0], bell, due) == 1
        assert bell.rung == ["2/c"], "b comes after a, which somebody has in hand"

        await sleeper.execute(text("SET idle_in_transaction_session_timeout = '50ms'"))
        async with asyncio.timeout(SOON):
            while await trio[0].timers.next_due() is not None:
                await fire_all(trio[0], bell, due)
                await asyncio.sleep(0.02)
        await sleeper.invalidate()
    assert bell.rung == ["2/c", "1/a", "1/b"]


async def test_a_command_and_a_timer_that_meet_both_happen(trio: list[Store]) -> None:
    for number in range(1, 21):
        await put(trio[0], incident(number, alarms=armed(a=NOON)))

    async def note(number: int) -> None:
        def work(tx: SqlTransaction) -> None:
            found = tx.get(INCIDENT, "acme", f"INC-{number:04d}")
            tx.put(replace(found, reopened=1))
            tx.append([line("incident.noted", found.id)])

        await trio[number % 3].run(work, now=NOON)

    notes = [note(number) for number in range(1, 21)]
    await asyncio.gather(fire_all(trio[1], Bell(), NOON, limit=5), *notes)
    await fire_all(trio[2], Bell(), NOON)

    assert sorted(await told(trio[0])) == sorted(f"{n}/a" for n in range(1, 21))
    records = await trio[0].read(lambda tx: incidents_of(tx, "acme"))
    assert [record.reopened for record in records] == [1] * 20


# ── first of their kind, at once ─────────────────────────────────────────────────────────────


async def test_first_records_of_a_contract_made_at_once_get_different_numbers(
    trio: list[Store],
) -> None:
    def first(tx: SqlTransaction) -> str:
        number = tx.next_id("acme", "INC")
        tx.put(incident(int(number[4:])))
        tx.append([line("incident.opened", number)])
        return number

    got = await asyncio.gather(*(store.run(first, now=NOON) for store in trio * 5))
    assert sorted(got) == [f"INC-{n:04d}" for n in range(1, 16)]


async def test_what_a_command_has_read_is_still_true_when_it_is_written(
    trio: list[Store],
) -> None:
    def ask(tx: SqlTransaction) -> bool:
        tx.contract("acme")
        if tx.list(CRISIS, "acme"):
            return False
        tx.connection.execute(text("SELECT pg_sleep(0.05)"))
        tx.put(crisis(int(tx.next_id("acme", "CRI")[4:])))
        return True

    assert sorted(await asyncio.gather(*(store.run(ask, now=NOON) for store in trio))) == [
        False,
        False,
        True,
    ]


async def test_a_command_given_to_all_replicas_at_once_is_done_once(trio: list[Store]) -> None:
    def once(tx: SqlTransaction) -> str:
        if (known := tx.outcome_of("click-1")) is not None:
            return known
        number = tx.next_id("acme", "INC")
        tx.put(incident(int(number[4:])))
        tx.remember("click-1", number)
        return number

    assert set(await asyncio.gather(*(store.run(once, now=NOON) for store in trio * 3))) == {
        "INC-0001"
    }


async def test_replicas_that_start_at_once_migrate_and_record_a_contract_once() -> None:
    url = postgres.fresh_url()
    stores = [Store(url, read_contract=read_contract) for _ in range(3)]
    try:
        await asyncio.gather(*(store.start() for store in stores))
        done = await asyncio.gather(
            *(store.contracts.put_in_force("acme", "v1", "acme First", NOON) for store in stores)
        )
        assert sorted(done) == [False, False, True]
        done = await asyncio.gather(
            *(store.contracts.put_in_force("acme", "v2", "acme Second", NOON) for store in stores)
        )
        assert sorted(done) == [False, False, True]
        lines = await stores[0].read(lambda tx: tx.timeline("acme", "acme"))
        assert [n.action for n in lines] == ["contract.put_in_force"] * 2
    finally:
        await asyncio.gather(*(store.stop() for store in stores))
        await asyncio.to_thread(postgres.drop, url)


# ── time ─────────────────────────────────────────────────────────────────────────────────────


async def test_esc_7_replicas_with_skewed_clocks_agree_by_the_clock_of_the_database(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = []
    for skew in (-3600.0, 0.0, 86_400.0):
        with monkeypatch.context() as skewed:
            real = clock_module.wall
            skewed.setattr(clock_module, "wall", lambda real=real, skew=skew: real() + skew)
            clock = FlowingClock.starting()
            store = Store(shared, read_contract=read_contract)
            store.on_time(clock.wall.follow)
            await store.start()
            await store.stop()
            clocks.append(clock)

    before = [clock.time() for clock in clocks]
    (row,) = await postgres.server().query("SELECT extract(epoch FROM clock_timestamp()) AS now")
    assert max(before) - min(before) < 1
    assert all(then <= float(row["now"]) for then in before), "nobody is early"


def test_esc_7_a_clock_that_runs_ahead_of_the_database_is_set_back_and_one_behind_is_not_hurried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed = 100.0
    monkeypatch.setattr("time.monotonic", lambda: passed)
    wall = clock_module.Wall()
    wall.follow(1000.0, 99.9, 100.0)
    assert wall.time() == 1000.0, "the latest that is certain not to be early"
    passed = 110.0
    wall.follow(1009.95, 109.9, 110.0)  # asked and answered slowly: what is known is better
    assert wall.time() == 1010.0
    wall.follow(1012.0, 109.9, 110.0)
    assert wall.time() == 1012.0
    wall.follow(1000.0, 109.9, 110.0)
    assert wall.time() == 1000.0


async def test_commands_that_wait_for_their_turn_hold_no_connections(
    trio: list[Store], shared: str
) -> None:
    store = trio[0]
    entered: list[int] = []

    def enter(number: int, tx: SqlTransaction) -> None:
        tx.enter("acme")
        entered.append(number)

    async with behind(shared) as connection:  # somebody else has the contract in hand
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('acme', 0))"))
        waiting = [
            asyncio.create_task(store.run(partial(enter, n), now=NOON, contract="acme"))
            for n in range(3 * POOL)
        ]
        async with asyncio.timeout(SOON):
            assert await store.timers.next_due() is None
        assert entered == []
    await asyncio.gather(*waiting)
    assert entered == list(range(3 * POOL)), "in the order they came"


async def test_what_comes_next_is_asked_over_the_connection_among_the_replicas(
    store: Store, trio: list[Store]
) -> None:
    """It costs a fraction of a transaction; where that connection is away, any other will do."""
    for each in (store, trio[0]):
        assert await each.upcoming() == Upcoming()
        alarms = armed(soon=NOON + MINUTE, later=NOON + 2 * MINUTE)
        await each.run(lambda tx: tx.put(incident(alarms=alarms)), now=NOON)  # noqa: B023  run at once
        await each.run(lambda tx: tx.send([effect()]), now=NOON)
        assert await each.upcoming() == Upcoming(timer=NOON + MINUTE, message=EPOCH)
    query, values = as_driven(next_due.UPCOMING)
    replicas = trio[1].wakes.replicas
    assert replicas is not None
    assert [kind for kind, _ in await replicas.ask(query, *values) or ()] == ["timer", "message"]
    await replicas.leave()
    assert await replicas.ask(query, *values) is None
    assert await trio[1].upcoming() == Upcoming(timer=NOON + MINUTE, message=EPOCH)


async def test_nobody_waits_long_for_a_connection_that_fell_silent(
    trio: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands ask over it too, and Slack waits three seconds: there are other ways."""
    replicas = trio[0].wakes.replicas
    assert replicas is not None
    silent = replicas._connection
    assert silent is not None
    monkeypatch.setattr(replica_module, "ASK_SECONDS", 0.1)
    terminated = []

    class Silent:
        async def fetch(self, *_: object) -> None:
            await asyncio.sleep(3600)

        def terminate(self) -> None:
            terminated.append(1)
            silent.terminate()

    monkeypatch.setattr(replicas, "_connection", Silent())
    async with asyncio.timeout(SOON):
        found = await asyncio.gather(*(trio[0].upcoming() for _ in range(8)))
    assert found == [Upcoming()] * 8
    assert terminated
    async with asyncio.timeout(SOON):
        while not replicas.claim_mark or isinstance(replicas._connection, Silent):  # noqa: ASYNC110  it joins again by itself
            await asyncio.sleep(0.02)


async def test_a_message_that_somebody_still_locks_holds_nobody_up(shared: str) -> None:
    async with opened(shared) as store:
        await store.run(lambda tx: tx.send([effect(), effect("person/olga")]), now=NOON)
        await store.outbox.claim(NOON)
        replicas = store.wakes.replicas
        assert replicas is not None
        async with behind(shared) as connection:
            await connection.execute(text("UPDATE outbox SET claim = 'r999-gone'"))
        beside = await replicas._connect()
        async with behind(shared) as vanished:
            await vanished.execute(text("SELECT id FROM outbox ORDER BY id LIMIT 1 FOR UPDATE"))
            async with asyncio.timeout(SOON):
                await replicas._take_over(beside)
                await replicas._take_over(beside)
            assert [str(each.to) for each in await store.outbox.claim(NOON)] == ["person/olga"]
        await replicas._take_over(beside)
        assert [str(each.to) for each in await store.outbox.claim(NOON)] == ["person/tom"]
        await beside.close()

"""Several replicas on one PostgreSQL: nothing twice, nothing lost, whoever dies or sleeps."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import event, text

from bot import clock as clock_module
from bot.clock import FlowingClock
from store import fleet as fleets
from store import postgres as backend
from store.database import Store, migrate
from store.errors import AlreadyRunning, DatabaseTrouble, NewerDatabase
from store.transaction import SqlTransaction
from tests import postgres
from tests.store.conftest import opened, read_contract
from tests.store.records import MINUTE, NOON, armed, crisis, effect, incident, line
from tests.store.test_timers import Bell, fire_all, put, told

ROOT = Path(__file__).parents[2]
SOON = 5.0  # seconds of patience where another process or the server has to act


@pytest.fixture
def shared() -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    url = postgres.fresh_url()
    yield url
    postgres.drop(url)


@pytest.fixture
async def trio(shared: str) -> AsyncIterator[list[Store]]:
    """Three replicas; the contracts are in force."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(opened(shared)) for _ in range(3)]


async def until(happened: object, within: float = SOON) -> None:
    """Wait until an event is set."""
    assert isinstance(happened, asyncio.Event)
    async with asyncio.timeout(within):
        await happened.wait()


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
    assert all(verdict.whole for verdict in await trio[1].verify_journal())


async def test_esc_7_what_a_sleeping_replica_has_in_hand_is_left_to_it_and_freed_in_time(
    trio: list[Store],
) -> None:
    await put(trio[0], incident(1, alarms=armed(a=NOON, b=NOON + MINUTE)))
    await put(trio[0], incident(2, alarms=armed(c=NOON + MINUTE)))
    due, bell = NOON + 2 * MINUTE, Bell()
    async with trio[1]._opened().connect() as sleeper:
        await sleeper.execute(text("SET idle_in_transaction_session_timeout = '400ms'"))
        await sleeper.commit()
        await sleeper.execute(text("SELECT * FROM timers WHERE name = 'a' FOR UPDATE"))

        assert await fire_all(trio[0], bell, due) == 1
        assert bell.rung == ["2/c"], "b comes after a, which somebody has in hand"

        end = monotonic() + SOON
        while await trio[0].next_due() is not None and monotonic() < end:
            await fire_all(trio[0], bell, due)
            await asyncio.sleep(0.02)
        await sleeper.invalidate()
    assert bell.rung == ["2/c", "1/a", "1/b"]


async def test_a_command_and_a_timer_that_meet_both_happen(trio: list[Store]) -> None:
    for number in range(1, 21):
        await put(trio[0], incident(number, alarms=armed(a=NOON)))

    async def note(number: int) -> None:
        def work(tx: SqlTransaction) -> None:
            found = tx.incident("acme", f"INC-{number:04d}")
            tx.put(replace(found, reopened=1))
            tx.append([line("incident.noted", found.id)])

        await trio[number % 3].run(work, now=NOON)

    notes = [note(number) for number in range(1, 21)]
    await asyncio.gather(fire_all(trio[1], Bell(), NOON, limit=5), *notes)
    await fire_all(trio[2], Bell(), NOON)

    assert sorted(await told(trio[0])) == sorted(f"{n}/a" for n in range(1, 21))
    records = await trio[0].read(lambda tx: tx.incidents("acme"))
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
        if tx.crises("acme"):
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
    url = postgres.fresh_url(migrated=False)
    stores = [Store(url, read_contract=read_contract) for _ in range(3)]
    try:
        await asyncio.gather(*(store.start() for store in stores))
        done = await asyncio.gather(
            *(store.put_contract("acme", "v1", "acme First", NOON) for store in stores)
        )
        assert sorted(done) == [False, False, True]
        done = await asyncio.gather(
            *(store.put_contract("acme", "v2", "acme Second", NOON) for store in stores)
        )
        assert sorted(done) == [False, False, True]
        lines = await stores[0].read(lambda tx: tx.timeline("acme", "acme"))
        assert [n.action for n in lines] == ["contract.put_in_force"] * 2
    finally:
        await asyncio.gather(*(store.stop() for store in stores))
        await asyncio.to_thread(postgres.drop, url)


# ── letters ──────────────────────────────────────────────────────────────────────────────────


async def test_replicas_share_the_letters_and_keep_the_order_of_each_destination(
    trio: list[Store],
) -> None:
    letters = [effect(f"person/p{n % 9}", facts={"n": n}) for n in range(90)]
    await trio[0].run(lambda tx: tx.send(letters), now=NOON)
    left: list[tuple[str, int]] = []

    async def courier(store: Store) -> None:
        while await store.next_letter_at() is not None:
            for letter in await store.claim_outbox(NOON, limit=4):
                await asyncio.sleep(0)
                left.append((letter.to, int(letter.facts["n"])))
                assert await store.mark_sent(letter, channel="C1", ts="1.0", now=NOON)

    await asyncio.gather(*(courier(store) for store in trio))
    assert sorted(n for _, n in left) == list(range(90))
    for person in range(9):
        mine = [n for to, n in left if to == f"person/p{person}"]
        assert mine == sorted(mine)


HOLDING = """
import asyncio, sys
from datetime import datetime
from tests.store.conftest import opened
from tests.store.records import NOON

async def main():
    async with opened(sys.argv[1]) as store:
        print(len(await store.claim_outbox(NOON, lease_seconds=3600)), flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_letters_of_a_killed_replica_are_taken_over_at_once(shared: str) -> None:
    async with opened(shared) as store:
        await store.run(lambda tx: tx.send([effect(), effect("person/olga")]), now=NOON)
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDING, shared, cwd=ROOT, stdout=subprocess.PIPE
        )
        try:
            assert holder.stdout is not None
            async with asyncio.timeout(30):
                assert (await holder.stdout.readline()).strip() == b"2"
            await asyncio.sleep(3 * fleets.LOOK_SECONDS)
            assert await store.claim_outbox(NOON) == [], "its holder is alive"
            woken = asyncio.Event()
            store.on_sent(woken.set)
        finally:
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGKILL)
            await holder.wait()
        await until(woken)
        letters = await store.claim_outbox(NOON)
    assert [letter.to for letter in letters] == ["person/tom", "person/olga"]
    assert all(letter.uncertain for letter in letters), "they may have left"


async def test_a_replica_that_lost_its_connection_comes_back_and_keeps_what_it_holds(
    trio: list[Store], shared: str
) -> None:
    await trio[0].run(lambda tx: tx.send([effect()]), now=NOON)
    (letter,) = await trio[0].claim_outbox(NOON)
    fleet = trio[0]._fleet
    assert fleet is not None
    terminate = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    await postgres.server().query(
        f"{terminate} AND objid = {fleet._number}", shared.rpartition("/")[2]
    )
    async with asyncio.timeout(SOON):
        while not fleet.claim_mark or await trio[1]._fleet.others() < 2:  # type: ignore[union-attr]  # noqa: ASYNC110  PostgreSQL tells nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(2 * fleets.LOOK_SECONDS)
    assert await trio[1].claim_outbox(NOON) == []
    assert await trio[0].mark_sent(letter, channel="C1", ts="1.0", now=NOON)


async def test_a_claim_is_taken_over_only_when_its_replica_is_missed_twice(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleets, "LOOK_SECONDS", 3600.0)
    async with opened(shared) as store:
        await store.run(lambda tx: tx.send([effect()]), now=NOON)
        await store.claim_outbox(NOON)
        async with store._opened().begin() as connection:
            await connection.execute(text("UPDATE outbox SET claim = 'r999-gone'"))
        fleet = store._fleet
        assert fleet is not None
        beside = await fleet._connect()
        await fleet._take_over(beside)
        assert await store.claim_outbox(NOON) == []
        await fleet._take_over(beside)
        assert [letter.uncertain for letter in await store.claim_outbox(NOON)] == [True]
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
    fleet = trio[0]._fleet
    assert fleet is not None
    tell = fleet._tell

    async def counted(connection: object) -> None:
        nonlocal told_words
        told_words += 1
        await tell(connection)

    monkeypatch.setattr(fleet, "_tell", counted)
    heard = asyncio.Event()
    trio[1].on_sent(heard.set)
    start = monotonic()
    for _ in range(100):
        await trio[0].run(lambda tx: tx.send([effect()]), now=NOON)
    await until(heard)
    assert told_words <= 2 + (monotonic() - start) / fleets.GATHER_SECONDS


# ── time ─────────────────────────────────────────────────────────────────────────────────────


async def test_esc_7_replicas_with_skewed_clocks_agree_by_the_clock_of_the_database(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = []
    for skew in (-3600.0, 0.0, 86_400.0):
        with monkeypatch.context() as skewed:
            real = clock_module._wall
            skewed.setattr(clock_module, "_wall", lambda real=real, skew=skew: real() + skew)
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


# ── trouble ──────────────────────────────────────────────────────────────────────────────────


async def test_the_database_is_killed_and_comes_back_and_work_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.database.LOST_SECONDS", (0.2,) * 100)
    with postgres.Postgres(durable=True) as server:
        url = server.url(server.create())
        async with opened(url) as store:
            await put(store, incident(1, alarms=armed(a=NOON)))
            server.kill()
            waiting = asyncio.create_task(put(store, incident(2, alarms=armed(b=NOON))))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(server.start)
            await waiting
            bell = Bell()
            assert await fire_all(store, bell, NOON) == 2
            fleet = store._fleet
            assert fleet is not None
            async with asyncio.timeout(SOON):
                while not fleet.claim_mark:  # noqa: ASYNC110  it joins again by itself
                    await asyncio.sleep(0.05)
            assert sorted(bell.rung) == ["1/a", "2/b"]
            assert all(verdict.whole for verdict in await store.verify_journal())


async def test_a_database_out_of_reach_is_said_and_harms_no_timer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.database.LOST_SECONDS", (0.01, 0.01))
    with postgres.Postgres(durable=True) as server:
        url = server.url(server.create())
        async with opened(url) as store:
            await put(store, incident(1, alarms=armed(a=NOON)))
            server.kill()
            with pytest.raises(DatabaseTrouble, match="out of reach"):
                await store.fire(NOON, Bell())
            await asyncio.to_thread(server.start)
            assert await store.failing_timers() == []
            assert (await store.fire(NOON, Bell())).count == 1


async def test_a_connection_that_hangs_is_given_up(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "TRANSACTION_SECONDS", 0.3)
    monkeypatch.setattr("store.database.LOST_SECONDS", (0.01,))
    async with opened(shared) as store:
        with pytest.raises(DatabaseTrouble):
            await store.run(lambda tx: tx.connection.execute(text("SELECT pg_sleep(3)")), now=NOON)
        assert len(await store.contracts()) == 2


async def test_a_caller_that_gives_up_does_not_break_what_was_begun(trio: list[Store]) -> None:
    begun = asyncio.Event()

    def work(tx: SqlTransaction) -> None:
        tx.connection.execute(text("SELECT pg_sleep(0.2)"))
        tx.put(incident())

    async def ask() -> None:
        begun.set()
        await trio[0].run(work, now=NOON)

    asking = asyncio.create_task(ask())
    await begun.wait()
    await asyncio.sleep(0.05)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await trio[0].stop()
    assert len(await trio[1].read(lambda tx: tx.incidents("acme"))) == 1


async def test_a_deed_that_must_be_done_alone_is_refused_while_replicas_run(
    trio: list[Store], shared: str
) -> None:
    lonely = Store(shared, read_contract=read_contract)
    with pytest.raises(AlreadyRunning):
        await lonely.start(alone=True)
    for store in trio:
        await store.stop()
    async with asyncio.timeout(SOON):
        while True:
            try:
                await lonely.start(alone=True)
                break
            except AlreadyRunning:
                await asyncio.sleep(0.05)
    await lonely.stop()


# ── a proxy that pools transactions ──────────────────────────────────────────────────────────


async def test_behind_a_proxy_that_pools_transactions_nothing_is_kept_in_a_session(
    shared: str,
) -> None:
    """Each transaction gets a session that knows nothing of the one before."""
    store = Store(shared, read_contract=read_contract, direct_url="none")
    engine = store._database.open()
    store._database.open = lambda: engine  # type: ignore[method-assign]

    def forget(connection: object, _record: object) -> None:
        connection.run_async(lambda driver: driver.execute("DISCARD ALL"))  # type: ignore[attr-defined]

    event.listen(engine.sync_engine, "checkin", forget)
    async with store:
        for contract in ("acme", "other"):
            await store.put_contract(contract, "v1", f"{contract} First", NOON)
        await put(store, incident(1, alarms=armed(a=NOON)))
        bell = Bell()
        assert await fire_all(store, bell, NOON) == 1
        (letter,) = await store.claim_outbox(NOON)
        assert letter.claim.isalnum(), "nobody could see that this replica is there"
        assert await store.mark_sent(letter, channel="C1", ts="1.0", now=NOON)
        listening = await postgres.server().query(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%LISTEN%' "
            "AND datname = current_database() AND pid <> pg_backend_pid()",
            shared.rpartition("/")[2],
        )
        assert not listening
        assert all(verdict.whole for verdict in await store.verify_journal())


async def test_beside_a_proxy_the_direct_address_serves_presence_and_word(shared: str) -> None:
    heard = asyncio.Event()
    async with opened(shared) as other:
        other.on_sent(heard.set)
        proxied = Store(shared, read_contract=read_contract, direct_url=shared)
        async with proxied:
            await proxied.run(lambda tx: tx.send([effect()]), now=NOON)
            await until(heard)
            (letter,) = await proxied.claim_outbox(NOON)
            assert letter.claim.startswith("r")


# ── versions side by side ────────────────────────────────────────────────────────────────────


async def newer(url: str, *statements: str) -> None:
    """As a newer version would migrate."""
    async with opened(url) as store, store._opened().begin() as connection:
        for statement in (*statements, "UPDATE alembic_version SET version_num = '9999'"):
            await connection.execute(text(statement))


async def test_an_older_version_runs_on_tables_that_a_newer_one_has_expanded(
    database: str,
) -> None:
    await newer(
        database,
        "ALTER TABLE incidents ADD COLUMN colour VARCHAR(64)",
        "CREATE TABLE changes (id INTEGER PRIMARY KEY)",
    )
    async with opened(database) as store:
        await put(store, incident(1, alarms=armed(a=NOON)))
        assert await fire_all(store, Bell(), NOON) == 1
    await migrate(database)


async def test_an_older_version_refuses_tables_that_a_newer_one_has_cut(database: str) -> None:
    await newer(database, "ALTER TABLE posts DROP COLUMN ts")
    with pytest.raises(NewerDatabase, match=r"posts\.ts"):
        await Store(database, read_contract=read_contract).start()

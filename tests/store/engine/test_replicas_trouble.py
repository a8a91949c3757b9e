"""Replicas whose database dies, hangs, or is behind a proxy."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import event, text

from store.database import Store
from store.engine import postgresql as backend
from store.engine import replicas as replica_module
from store.engine.postgresql import Postgres, Writer
from store.errors import AlreadyRunning, DatabaseTrouble
from store.transaction.transaction import SqlTransaction
from tests import postgres
from tests.kept import incidents_of
from tests.store.conftest import opened, read_contract
from tests.store.queues.test_timers import Bell, fire_all, put
from tests.store.records import NOON, armed, effect, incident
from tests.store.replicas import SOON, until

# ── trouble ──────────────────────────────────────────────────────────────────────────────────


async def test_the_database_is_killed_and_comes_back_and_work_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.2,) * 100)
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
            replicas = store.wakes.replicas
            assert replicas is not None
            async with asyncio.timeout(SOON):
                while not replicas.claim_mark:  # noqa: ASYNC110  it joins again by itself
                    await asyncio.sleep(0.05)
            assert sorted(bell.rung) == ["1/a", "2/b"]
            assert all(verdict.whole for verdict in await store.journal.verify())


async def test_a_database_out_of_reach_is_said_and_harms_no_timer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.01, 0.01))
    with postgres.Postgres(durable=True) as server:
        url = server.url(server.create())
        async with opened(url) as store:
            await put(store, incident(1, alarms=armed(a=NOON)))
            server.kill()
            with pytest.raises(DatabaseTrouble, match="out of reach"):
                await store.timers.fire(NOON, Bell())
            await asyncio.to_thread(server.start)
            assert await store.timers.failing() == []
            assert (await store.timers.fire(NOON, Bell())).count == 1


async def test_a_connection_that_hangs_is_given_up(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "TRANSACTION_SECONDS", 0.3)
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.01,))
    async with opened(shared) as store:
        with pytest.raises(DatabaseTrouble):
            await store.run(lambda tx: tx.connection.execute(text("SELECT pg_sleep(3)")), now=NOON)
        assert len(await store.contracts.all()) == 2


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
    assert len(await trio[1].read(lambda tx: incidents_of(tx, "acme"))) == 1


async def test_work_that_must_be_done_alone_is_refused_while_replicas_run(
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


async def test_every_session_has_the_server_notice_a_vanished_machine_in_time(shared: str) -> None:
    """What the kernel of the server's machine was really told; how long it takes: `make bench`."""
    ask = (
        "SELECT name, setting::int AS value FROM pg_settings WHERE name LIKE 'tcp_keepalives%' "
        "OR name IN ('tcp_user_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout')"
    )
    async with opened(shared) as store:
        replicas = store.wakes.replicas
        assert replicas is not None
        beside = await replicas._connect()
        told = [{row["name"]: row["value"] for row in await beside.fetch(ask)}]
        await beside.close()
        told.append(
            await store.write(lambda c: {row.name: row.value for row in c.execute(text(ask))})
        )
    for each in told:
        silence = each["tcp_keepalives_idle"] + (
            each["tcp_keepalives_interval"] * each["tcp_keepalives_count"]
        )
        sent = each["tcp_user_timeout"] / 1000  # counted anew from what is sent into the silence
        looks = 3 * replica_module.LOOK_SECONDS
        assert silence > 0
        assert sent > 0
        assert silence + sent + looks <= 30, "of a vanished host's letters"
        assert each["lock_timeout"] <= each["idle_in_transaction_session_timeout"] <= 10_000


# ── a proxy that pools transactions ──────────────────────────────────────────────────────────


async def test_behind_a_proxy_that_pools_transactions_nothing_is_kept_in_a_session(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction gets a session that knows nothing of the one before."""
    store = Store(shared, read_contract=read_contract, direct_url="none")
    engine = Postgres(shared, "none").open()
    monkeypatch.setattr(Postgres, "open", lambda _: engine)

    def forget(connection: object, _record: object) -> None:
        connection.run_async(lambda driver: driver.execute("DISCARD ALL"))

    event.listen(engine.sync_engine, "checkin", forget)
    async with store:
        for contract in ("acme", "other"):
            await store.contracts.put_in_force(contract, "v1", f"{contract} First", NOON)
        await put(store, incident(1, alarms=armed(a=NOON)))
        bell = Bell()
        assert await fire_all(store, bell, NOON) == 1
        (message,) = await store.outbox.claim(NOON)
        assert message.claim.isalnum(), "nobody could see that this replica is there"
        assert await store.outbox.mark_sent(message, channel="C1", ts="1.0", now=NOON)
        listening = await postgres.server().query(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%LISTEN%' "
            "AND datname = current_database() AND pid <> pg_backend_pid()",
            shared.rpartition("/")[2],
        )
        assert not listening
        assert all(verdict.whole for verdict in await store.journal.verify())


async def test_beside_a_proxy_the_direct_address_serves_presence_and_word(shared: str) -> None:
    heard = asyncio.Event()
    async with opened(shared) as other:
        other.on_sent(heard.set)
        proxied = Store(shared, read_contract=read_contract, direct_url=shared)
        async with proxied:
            await proxied.run(lambda tx: tx.send([effect()]), now=NOON)
            await until(heard)
            (message,) = await proxied.outbox.claim(NOON)
            assert message.claim.startswith("r")


async def test_a_statement_that_takes_too_long_makes_no_timer_faulty(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.01,))

    def stalled(tx: SqlTransaction, _due: object, _now: datetime, /) -> bool:
        tx.connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
        tx.connection.execute(text("SELECT pg_sleep(2)"))
        return True

    async with opened(shared) as store:
        await put(store, incident(1, alarms=armed(a=NOON)))
        with pytest.raises(DatabaseTrouble):
            await store.timers.fire(NOON, stalled)
        assert await store.timers.failing() == []
        assert (await store.timers.fire(NOON, Bell())).count == 1


async def test_while_the_database_is_away_nobody_waits_for_the_pauses_of_the_others(
    shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.3, 0.3))
    async with opened(shared) as store:

        async def away(_self: Writer, _deed: object) -> None:
            raise OSError("away")

        monkeypatch.setattr(Writer, "write", away)
        calls = [store.run(lambda _: None, now=NOON, contract="acme") for _ in range(20)]
        async with asyncio.timeout(3):  # one after another it would be six seconds at least
            found = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(error) for error in found} == {DatabaseTrouble}

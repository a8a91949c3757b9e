from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text, update
from sqlalchemy.exc import OperationalError

from escalation.records.kinds import INCIDENT
from store.database import Store
from store.engine import engine
from store.engine.engine import migrate
from store.engine.patience import ATTEMPTS
from store.errors import AlreadyRunning, DatabaseTrouble, NoDatabase, NotStarted, StaleRecord
from store.schema import tables
from store.transaction import contracts
from store.transaction.transaction import SqlTransaction
from tests.databases import behind, url_of
from tests.kept import incidents_of
from tests.store.conftest import opened, read_contract
from tests.store.records import MINUTE, NOON, armed, effect, incident, line


async def put(store: Store, *records: Any) -> None:
    def work(tx: SqlTransaction) -> None:
        for record in records:
            tx.put(record)

    await store.run(work, now=NOON)


async def test_two_writers_at_once_lose_nothing(store: Store) -> None:
    await put(store, incident())

    def once_more(tx: SqlTransaction) -> None:
        found = tx.get(INCIDENT, "acme", "INC-0001")
        tx.put(replace(found, reopened=found.reopened + 1))
        tx.append([line("incident.reopened", number=found.reopened + 1)])

    await asyncio.gather(*(store.run(once_more, now=NOON) for _ in range(20)))

    found = await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    told = await store.read(lambda tx: tx.timeline("acme", "INC-0001"))
    assert (found.reopened, found.version) == (20, 21)
    assert [n.facts["number"] for n in told] == list(range(1, 21))


def changed_by_another(tx: SqlTransaction) -> None:
    """As another machine would, between our reading and our writing."""
    version = tables.incidents.c.version
    tx.connection.execute(update(tables.incidents).values(version=version + 1))


async def test_a_record_changed_meanwhile_makes_the_work_run_again(store: Store) -> None:
    await put(store, incident())
    runs = []

    def work(tx: SqlTransaction) -> None:
        runs.append(tx.next_id("acme", "RUN"))
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0001"), title="mine"))
        if len(runs) == 1:
            changed_by_another(tx)

    await store.run(work, now=NOON)

    assert runs == ["RUN-0001", "RUN-0001"]  # the first run left nothing behind
    found = await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    assert (found.title, found.version) == ("mine", 2)


async def test_a_record_always_changed_meanwhile_is_given_up(store: Store) -> None:
    await put(store, incident())
    runs = []

    def work(tx: SqlTransaction) -> None:
        runs.append(1)
        tx.put(replace(tx.get(INCIDENT, "acme", "INC-0001"), title="mine"))
        changed_by_another(tx)

    with pytest.raises(StaleRecord):
        await store.run(work, now=NOON)
    assert len(runs) == ATTEMPTS


async def test_an_old_copy_of_a_record_cannot_be_put(store: Store) -> None:
    await put(store, incident())
    old = await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    await put(store, replace(old, title="changed"))

    with pytest.raises(StaleRecord):
        await put(store, replace(old, title="from the old copy"))
    with pytest.raises(StaleRecord):
        await put(store, incident(2, version=7))


async def test_whoever_waits_is_woken_after_the_commit(store: Store) -> None:
    heard: list[object] = []
    store.on_armed(heard.append)
    store.on_sent(lambda: heard.append("sent"))

    def work(tx: SqlTransaction) -> None:
        tx.put(incident(1, alarms=armed(later=NOON + 2 * MINUTE, soon=NOON + MINUTE)))
        tx.send([effect()])
        assert heard == []

    await store.run(work, now=NOON)
    assert heard == [NOON + MINUTE, "sent"]

    def fail(tx: SqlTransaction) -> None:
        work(tx)
        raise ValueError("no")

    heard.clear()
    with pytest.raises(ValueError, match="no"):
        await store.run(fail, now=NOON)
    await store.run(lambda _: None, now=NOON)
    assert heard == []


async def test_reading_cannot_write(store: Store) -> None:
    for write in (
        lambda tx: tx.put(incident()),
        lambda tx: tx.append([line("x")]),
        lambda tx: tx.send([effect()]),
        lambda tx: tx.remember("key", "x"),
        lambda tx: tx.next_id("acme", "INC"),
    ):
        with pytest.raises(RuntimeError):
            await store.read(write)


async def test_readers_are_not_held_up_by_a_writer(store: Store, database: str) -> None:
    await put(store, incident())
    async with asyncio.timeout(5):
        async with behind(database) as writer:
            await writer.execute(update(tables.incidents).values(state="closed"))
            found = await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    assert found.state == "opened"


async def test_a_second_process_on_a_sqlite_file_is_refused(tmp_path: Path) -> None:
    database = url_of("sqlite", tmp_path)
    async with opened(database) as store:
        await refuses_a_second(store, database)


async def refuses_a_second(store: Store, database: str) -> None:
    twin = Store(database, read_contract=read_contract)
    with pytest.raises(AlreadyRunning) as refused:
        await twin.start()
    assert str(refused.value.database) in str(refused.value)
    with pytest.raises(AlreadyRunning):
        await migrate(database)
    await store.stop()
    async with twin:
        assert [c.id for c in await twin.contracts.all()] == ["acme", "other"]


async def test_a_tool_may_read_beside_the_running_bot(store: Store, database: str) -> None:
    beside = Store(database, read_contract=read_contract)
    await beside.start_reading()
    try:
        assert all(verdict.whole for verdict in await beside.journal.verify())
    finally:
        await beside.stop()


async def test_what_was_opened_to_read_does_not_write(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, incident())
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.0,))
    beside = Store(database, read_contract=read_contract)
    await beside.start_reading()
    writes = (
        lambda: beside.run(lambda _: None, now=NOON),
        lambda: beside.run(lambda _: None, now=NOON, contract="acme"),
        lambda: beside.run_at_length(lambda _: None, now=NOON),
        lambda: beside.outbox.retry(None),
        lambda: beside.upkeep.restore(Path("nowhere"), later=False),
        lambda: beside.timers.fire(NOON, lambda *_: True),
    )
    try:
        for write in writes:
            with pytest.raises(NotStarted, match="read only"):
                await write()
        with pytest.raises((OperationalError, DatabaseTrouble), match=r"read-?only"):
            await beside.look(lambda c: c.execute(update(tables.incidents).values(state="closed")))
    finally:
        await beside.stop()
    assert (await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))).state == "opened"


async def test_beside_the_running_bot_what_was_set_aside_is_put_back(
    store: Store, database: str
) -> None:
    await store.run(lambda tx: tx.send([effect()]), now=NOON)
    (message,) = await store.outbox.claim(NOON)
    await store.outbox.mark_failed(message, "invalid_blocks", NOON)
    beside = Store(database, read_contract=read_contract)
    await beside.start_beside()
    try:
        assert await beside.outbox.retry(None) == 1
        (again,) = await store.outbox.claim(NOON)
        assert (again.id, again.uncertain) == (message.id, True)
    finally:
        await beside.stop()


async def test_reading_where_no_bot_ever_ran_says_so(unused: str) -> None:
    with pytest.raises(NoDatabase):
        await Store(unused, read_contract=read_contract).start_reading()


async def test_a_store_that_is_not_open_says_so(database: str) -> None:
    with pytest.raises(NotStarted):
        await Store(database, read_contract=read_contract).read(lambda _: None)


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
def test_a_database_that_forgets_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="file"):
        Store(url, read_contract=read_contract)


async def test_a_contract_put_in_force_is_recorded_once(store: Store) -> None:
    changes = [
        await store.contracts.put_in_force("acme", version, f"acme {version}", NOON)
        for version in ("v1", "v2", "v2", "v1")
    ]

    told = await store.read(lambda tx: tx.timeline("acme", "acme"))
    assert changes == [False, True, False, True]
    assert [(n.action, dict(n.facts)) for n in told] == [
        ("contract.put_in_force", {"version": "v1"}),
        ("contract.put_in_force", {"version": "v2", "replaces": "v1"}),
        ("contract.put_in_force", {"version": "v1", "replaces": "v2"}),
    ]


async def test_old_versions_of_contracts_leave_memory(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "MOST_OLD", 2)
    for number in range(2, 9):
        await store.contracts.put_in_force("acme", f"v{number}", f"acme Name {number}", NOON)

    def kept() -> list[str]:
        versions = (f"v{number}" for number in range(1, 9))
        return [v for v in versions if store.contract_cache.known([("acme", v)], ["acme"])]

    assert kept() == ["v5", "v6", "v7", "v8"]
    old = await store.read(lambda tx: tx.contract_version("acme", "v1"))
    assert old.name == "First", "it is read again"
    [there, other] = await store.contracts.named(["acme", "other"])
    assert (there.version, other.version) == ("v8", "v1")
    assert kept() == ["v1", "v7", "v8"], "beside the other contract's"


async def test_a_contract_of_another_name_is_not_put_in_force(store: Store) -> None:
    with pytest.raises(ValueError, match="not of 'acme'"):
        await store.contracts.put_in_force("acme", "v9", "other Text", NOON)
    assert [c.version for c in await store.contracts.all()] == ["v1", "v1"]


async def test_a_commit_is_on_the_disk(tmp_path: Path) -> None:
    url = url_of("sqlite", tmp_path)
    names = ("journal_mode", "synchronous")
    async with opened(url) as store:
        pragmas = await store.write(
            lambda c: [c.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]
        )
    assert pragmas == ["wal", 2]


DYING = """
import asyncio, os, signal, sys
from tests.store.conftest import opened
from tests.store.records import MINUTE, NOON, armed, effect, incident, line
from store.transaction.transaction import SqlTransaction
from escalation.records.kinds import INCIDENT

url, moment = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def work(tx):
    tx.put(incident(alarms=armed(call=NOON + MINUTE)))
    tx.append([line("incident.opened")])
    tx.send([effect()])
    if moment == "while deciding":
        die()

async def main():
    async with opened(url) as store:
        if moment == "after writing":
            flush = SqlTransaction.flush
            SqlTransaction.flush = lambda tx: tx._now == NOON and (flush(tx), die())
        store.on_armed(die)
        await store.run(work, now=NOON)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("moment", "saved"),
    [("while deciding", False), ("after writing", False), ("after the commit", True)],
)
async def test_esc_7_a_killed_process_leaves_all_or_nothing(
    database: str, moment: str, saved: bool
) -> None:
    root = Path(__file__).parents[2]
    dying = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", DYING, database, moment], cwd=root, check=False
    )
    assert dying.returncode == -signal.SIGKILL

    async with opened(database) as store:
        found = await store.read(
            lambda tx: (len(incidents_of(tx, "acme")), len(tx.timeline("acme", "INC-0001")))
        )
        messages = await store.outbox.claim(NOON)
        due = await store.timers.next_due()
        whole = all(verdict.whole for verdict in await store.journal.verify())
    assert found == ((1, 1) if saved else (0, 0))
    assert len(messages) == saved
    assert due == (NOON + MINUTE if saved else None)
    assert whole


async def test_long_work_takes_the_time_it_needs(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "READ_SECONDS", 0.0)
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", ())
    with pytest.raises(DatabaseTrouble):
        await store.journal.contracts()
    assert all(verdict.whole for verdict in await store.journal.verify())
    await store.upkeep.backup(tmp_path / "kept.jsonl.gz", NOON)
    assert await store.journal.line_sealed("none") is None


async def test_the_server_sets_no_bound_on_long_work(shared: str) -> None:
    show = "SELECT current_setting(:name)"
    bounds = ("statement_timeout", "idle_in_transaction_session_timeout")

    def look(tx: SqlTransaction) -> list[str]:
        return [tx.connection.execute(text(show), {"name": n}).scalar_one() for n in bounds]

    async with opened(shared) as store:
        assert await store.read(look) == ["15s", "10s"]
        assert await store.read_at_length(look) == ["0", "0"]
        assert await store.run_at_length(look, now=NOON) == ["0", "0"]
        assert await store.run(look, now=NOON) == ["15s", "10s"], "the bound is back"


async def test_a_read_that_nobody_wants_any_more_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    begun = threading.Event()

    def look(connection: Connection) -> None:
        begun.set()
        connection.execute(text(endless)).scalar_one()

    store = Store(f"sqlite+aiosqlite:///{tmp_path}/e.db", read_contract=read_contract)
    await store.start()
    reading = asyncio.create_task(store.look(look))
    await asyncio.to_thread(begun.wait)
    reading.cancel()
    assert isinstance((await asyncio.gather(reading, return_exceptions=True))[0], BaseException)
    async with asyncio.timeout(10):
        await store.stop()

"""Older and newer versions on one database (design: migrations expand first).

`data/first-version.jsonl` is what the first version of the tables held, written by its own code: a
priority 1 whose second call had gone out, a crisis asked for, a second incident, messages waiting,
in its hands, sent and dropped. A row a line.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, Connection, MetaData, insert, select, text

from config.contract.file import recall_contract
from escalation.decision.commands.crisis import AcceptCrisis
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.messages.ladder import Ping
from escalation.messages.room_actions import OpenRoom
from escalation.perform import fire, perform
from store.database import Store
from store.engine.engine import migrate
from store.engine.migration_steps import configuration
from store.errors import NewerDatabase
from store.operate.backup import FORMAT
from store.schema.tables import incidents, metadata
from store.transaction.transaction import SqlTransaction
from tests.databases import behind
from tests.store.conftest import opened, read_contract
from tests.store.queues.test_timers import Bell, fire_all, put
from tests.store.records import MINUTE, NOON, armed, incident

FIRST = Path(__file__).parent / "data" / "first-version.jsonl"


async def newer(url: str, *statements: str) -> None:
    """As a newer version would migrate."""
    async with opened(url), behind(url) as connection:
        for statement in (*statements, "UPDATE alembic_version SET version_num = '9999'"):
            await connection.execute(text(statement))


async def test_an_older_version_runs_on_tables_that_a_newer_one_has_expanded(
    database: str,
) -> None:
    await newer(
        database,
        "ALTER TABLE incidents ADD COLUMN colour VARCHAR(64)",
        "CREATE TABLE committees (id INTEGER PRIMARY KEY)",
    )
    async with opened(database) as store:
        await put(store, incident(1, alarms=armed(a=NOON)))
        assert await fire_all(store, Bell(), NOON) == 1
    await migrate(database)


async def test_an_older_version_refuses_tables_that_a_newer_one_has_cut(database: str) -> None:
    await newer(database, "ALTER TABLE posts DROP COLUMN ts")
    with pytest.raises(NewerDatabase, match=r"posts\.ts"):
        await Store(database, read_contract=read_contract).start()


async def test_an_older_version_goes_on_while_a_newer_one_expands_its_tables(
    trio: list[Store], shared: str
) -> None:
    """A rolling upgrade: its sessions are open, and know their statements from before."""
    for number in range(1, 31):
        alarms = armed(**{f"n{k}": NOON + k * MINUTE for k in range(1, 5)})
        await put(trio[0], incident(number, alarms=alarms))
    bell, until = Bell(), NOON
    for step in (
        "ALTER TABLE incidents ADD COLUMN colour VARCHAR(64)",
        "ALTER TABLE timers ADD COLUMN tone INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE committees (id INTEGER PRIMARY KEY)",
        "CREATE INDEX ix_incidents_colour ON incidents (colour)",
    ):
        until += MINUTE
        firing = [fire_all(store, bell, until, limit=7) for store in trio]
        await asyncio.gather(newer(shared, step), *firing)
        await fire_all(trio[0], bell, until)  # what one left to another that left it too
    assert len(bell.rung) == len(set(bell.rung)) == 120
    assert all(verdict.whole for verdict in await trio[0].journal.verify())


# ── an installation of the first version ─────────────────────────────────────────────────────


def first_rows() -> dict[str, list[dict[str, Any]]]:
    """What the first version wrote, by table."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in FIRST.read_text("utf-8").splitlines():
        row = json.loads(line)
        name = row.pop("table")
        if name in metadata.tables:
            yes_no = {c.name for c in metadata.tables[name].c if isinstance(c.type, Boolean)}
            rows[name].append({k: bool(v) if k in yes_no else v for k, v in row.items()})
    return rows


def listed(tx: SqlTransaction) -> list[tuple[str, int, bool, str]]:
    """What the columns say by which incidents are listed."""
    i = incidents.c
    rows = tx.connection.execute(select(i.id, i.gravity, i.informed, i.concerns).order_by(i.number))
    return [tuple(row) for row in rows]


LISTED = [
    ("INC-0001", 1, True, '["component/vpn", "ladder/client"]'),
    ("INC-0002", 3, False, '["component/messagerie"]'),
]


def as_then(connection: Connection, revision: str) -> None:
    """Tables of that revision, filled with what the first version wrote."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    found = MetaData()
    found.reflect(connection)
    for name, held in first_rows().items():
        connection.execute(insert(found.tables[name]), held)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval('outbox_id_seq', (SELECT max(id) FROM outbox))"))


@pytest.mark.parametrize("revision", ["0001", "head"], ids=["then upgraded", "beside a newer one"])
async def test_esc_7_what_the_first_version_had_under_way_goes_on(
    unused: str, revision: str
) -> None:
    async with behind(unused) as connection:
        await connection.run_sync(as_then, revision)
    store = Store(unused, read_contract=recall_contract)
    at = NOON + timedelta(minutes=6)
    async with store:
        assert all(verdict.whole for verdict in await store.journal.verify())
        armed_then = await store.timers.armed()
        assert armed_then == 20
        if revision == "0001":
            assert await store.read(listed) == LISTED

        (agreed,) = [each.id for each in await store.contracts.all()]
        answer = AcknowledgePing(contract=agreed, by="mathis-berger", incident="INC-0001", key="k")
        await store.run(lambda tx: perform(tx, answer, at), now=at)
        crisis = AcceptCrisis(contract=agreed, by="olivier-kerbrat", crisis="CRI-0001")
        await store.run(lambda tx: perform(tx, crisis, at), now=at)

        # the cell's leads have it on the first two levels; those above them are called
        later = at
        for _ in range(18):
            later += timedelta(minutes=10)
            while (fired := await store.timers.fire(later, fire)).count:
                assert fired.failed == ()
        due = await store.timers.next_due()
        assert due is None or due > later
        lines = await store.read(lambda tx: tx.timeline(agreed, "INC-0001"))
        assert [line.action for line in lines].count("ladder.pinged") > 4
        assert all(verdict.whole for verdict in await store.journal.verify())

        messages = [message async for message in _all_letters(store)]
    assert [x.topic for x in messages].count(Ping.topic) > 0
    assert OpenRoom.topic in {x.topic for x in messages}
    in_its_hands = {str(x.to) for x in messages if x.uncertain}
    assert in_its_hands == {"person/francois-delmas", "person/isabelle-fontaine"}


async def _all_letters(store: Store) -> Any:
    later = NOON + timedelta(days=1)
    while messages := await store.outbox.claim(later):
        for message in messages:
            yield message
            sent = message.with_companions
            await store.outbox.mark_sent(*sent, channel="C1", ts="1.0", now=later)


async def test_a_backup_that_an_older_version_wrote_is_restored(
    tmp_path: Path, database: str
) -> None:
    rows = first_rows()
    heads = {row["contract"]: (row["number"], row["seal"]) for row in rows["journal_heads"]}
    lines = [{"format": FORMAT, "form": 1, "revision": "0001", "at": NOON.isoformat()}]
    lines += [[name, row] for name, held in rows.items() for row in held]
    written = "".join(json.dumps(line) + "\n" for line in lines)
    foot = {
        "rows": {name: len(held) for name, held in rows.items()},
        "seals": heads,
        "sha256": hashlib.sha256(written.encode()).hexdigest(),
    }
    file = tmp_path / "then.jsonl.gz"
    file.write_bytes(gzip.compress((written + json.dumps(foot) + "\n").encode()))
    async with Store(database, read_contract=recall_contract) as store:
        restored = await store.upkeep.restore(file, later=True)
        assert restored.rows["timers"] == await store.timers.armed() == 20
        assert await store.read(listed) == LISTED
        assert (await store.timers.fire(NOON + timedelta(hours=1), fire)).failed == ()

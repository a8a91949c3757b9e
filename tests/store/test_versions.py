"""Older and newer versions on one database (design: migrations expand first)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from store.database import Store, migrate
from store.errors import NewerDatabase
from tests.store.conftest import opened, read_contract
from tests.store.records import NOON, armed, incident
from tests.store.test_timers import Bell, fire_all, put


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

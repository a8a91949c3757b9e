from __future__ import annotations

import importlib.resources

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from store.database import Store, migrate
from store.migrate import configuration
from store.tables import metadata
from tests.store.conftest import opened
from tests.store.records import incident


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_tables_are_the_sum_of_the_migrations(store: Store) -> None:
    async with store._opened().connect() as connection:
        assert await connection.run_sync(differences) == []
        names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    assert names == set(metadata.tables) | {"alembic_version"}


async def test_migrating_again_changes_nothing(unused: str) -> None:
    await migrate(unused)
    async with opened(unused) as store:
        await store.run(lambda tx: tx.put(incident()), now=incident().opened_at)
    await migrate(unused)
    async with opened(unused) as store:
        assert len(await store.read(lambda tx: tx.incidents("acme"))) == 1


def test_there_is_one_line_of_migrations_and_it_is_packaged() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert len(script.get_heads()) == 1
    assert importlib.resources.files("store").joinpath("migrations/env.py").is_file()

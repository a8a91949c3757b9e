from __future__ import annotations

import importlib.resources
import re

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from escalation.records.kinds import KINDS
from store.database import Store
from store.engine.engine import migrate
from store.engine.migration_steps import configuration
from store.engine.upgrade import head, revision
from store.schema.tables import metadata
from tests.databases import behind
from tests.kept import incidents_of
from tests.store.conftest import opened
from tests.store.records import incident


def differences(connection: Connection) -> list[object]:
    elsewhere = {"ix_outbox_replaceable"} if connection.dialect.name == "sqlite" else set()

    def belongs(_object: object, name: str | None, *_: object) -> bool:
        return name not in elsewhere

    opts = {"compare_type": True, "include_object": belongs}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, metadata))


async def test_the_tables_are_the_sum_of_the_migrations(store: Store, database: str) -> None:
    async with behind(database) as connection:
        assert await connection.run_sync(differences) == []
        names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    assert names == set(metadata.tables) | {"alembic_version"}


def left_out(connection: Connection) -> dict[str, set[str]]:
    """The states that each kind's index of open records leaves out."""
    where = f"{connection.dialect.name}_where"
    return {
        kind.table: set(re.findall(r"'(\w+)'", str(index["dialect_options"][where])))
        for kind in KINDS
        for index in inspect(connection).get_indexes(kind.table)
        if index["name"] == f"ix_{kind.table}_open"
    }


async def test_what_is_over_is_left_out_of_the_index_that_serves_who_asks(database: str) -> None:
    async with behind(database) as connection:
        found = await connection.run_sync(left_out)
    assert found == {kind.table: {str(state) for state in kind.over} for kind in KINDS}


async def test_migrating_again_changes_nothing(unused: str) -> None:
    await migrate(unused)
    async with opened(unused) as store:
        await store.run(lambda tx: tx.put(incident()), now=incident().opened_at)
    await migrate(unused)
    async with opened(unused) as store:
        assert len(await store.read(lambda tx: incidents_of(tx, "acme"))) == 1


def test_there_is_one_line_of_migrations_and_it_is_packaged() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert script.get_heads() == [head()]
    assert importlib.resources.files("store").joinpath("migrations/env.py").is_file()


def one_behind(connection: Connection) -> str:
    config = configuration()
    config.attributes["connection"] = connection
    [head] = ScriptDirectory.from_config(config).get_heads()
    command.upgrade(config, f"{head}-1")
    return head


async def test_an_old_database_is_brought_to_the_newest_migration(unused: str) -> None:
    async with behind(unused) as connection:
        head = await connection.run_sync(one_behind)
        assert await connection.run_sync(revision) != head
    await migrate(unused)
    async with behind(unused) as connection:
        assert await connection.run_sync(revision) == head


def shape(connection: Connection) -> dict[tuple[str, str], bool]:
    """Every column → whether a row can be written without it."""
    there = inspect(connection)
    return {
        (table, column["name"]): bool(column["nullable"] or column["default"] is not None)
        for table in there.get_table_names()
        for column in there.get_columns(table)
    }


def step_by_step(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    revisions = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    before: dict[tuple[str, str], bool] = {}
    for step in reversed(revisions):
        command.upgrade(config, step)
        after = shape(connection)
        assert before.keys() <= after.keys(), f"{step} drops what the version before needs"
        tables = {table for table, _ in before}
        for place in after.keys() - before.keys():
            new_table = place[0] not in tables
            assert new_table or after[place], f"the version before cannot write without {place}"
        stricter = [place for place in before if before[place] and not after[place]]
        assert not stricter, f"{step} asks for more than the version before writes"
        before = after


async def test_every_migration_leaves_room_for_the_version_before_it(unused: str) -> None:
    """Old and new run side by side during an upgrade, and one can go back."""
    async with behind(unused) as connection:
        await connection.run_sync(step_by_step)

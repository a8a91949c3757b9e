"""Bringing the tables up to date at the start, where they are not (`store.engine.migration_steps`).

Where the tables are up to date, which is nearly always, Alembic is not even imported: whoever
starts has timers that are overdue.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text

from store.errors import NewerDatabase
from store.schema.tables import metadata

log = structlog.get_logger()

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_AFTER = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


@cache
def head() -> str:
    """Find the newest revision of `store.migrations`: the one that no other comes after."""
    steps = "".join(file.read_text("utf-8") for file in VERSIONS.rglob("*.py"))
    newest: str
    (newest,) = {*_REVISION.findall(steps)} - {*_AFTER.findall(steps)}
    return newest


def upgrade(connection: Connection, guard: Callable[[Connection], None]) -> None:
    """Bring the tables up to date, inside the connection's transaction, one process at a time.

    `guard` waits for the others. Tables that a newer version has expanded are left as they are;
    raises NewerDatabase where it has dropped what this version needs.
    """
    if revision(connection) == head():
        return
    from store.engine import migration_steps  # noqa: PLC0415  slow to import, and seldom needed

    guard(connection)
    now = revision(connection)
    if now is not None and now not in migration_steps.known():
        _refuse_what_lacks(connection)
        log.warning("the database belongs to a newer version", action="newer_database")
        return
    migration_steps.take(connection)


def revision(connection: Connection) -> str | None:
    """The revision of the database's tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _refuse_what_lacks(connection: Connection) -> None:
    there = inspect(connection)
    names = set(there.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in names:
            raise NewerDatabase(table.name)
        columns = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                raise NewerDatabase(f"{table.name}.{column.name}")

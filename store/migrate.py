"""Bringing the tables up to date: Alembic, configured in code, run at start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from store.errors import NewerDatabase
from store.tables import metadata

log = structlog.get_logger()


def configuration() -> Config:
    """Alembic's configuration; no file is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(connection: Connection, guard: Callable[[Connection], None]) -> None:
    """Bring the tables up to date, inside the connection's transaction, one process at a time.

    `guard` waits for the others. Tables that a newer version has expanded are left as they are;
    raises NewerDatabase where it has dropped what this version needs.
    """
    config = configuration()
    script = ScriptDirectory.from_config(config)
    if revision(connection) == script.get_current_head():
        return
    guard(connection)
    now = revision(connection)
    if now is not None and now not in {step.revision for step in script.walk_revisions()}:
        _refuse_what_lacks(connection)
        log.warning("the database belongs to a newer version", action="newer_database")
        return
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revision(connection: Connection) -> str | None:
    """The revision of the database's tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


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

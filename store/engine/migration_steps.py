"""The steps from one form of the tables to the next: Alembic, configured in code."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def configuration() -> Config:
    """Alembic's configuration; no file is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("recursive_version_locations", "true")
    return config


def known() -> set[str]:
    """The revisions that this version knows."""
    script = ScriptDirectory.from_config(configuration())
    return {step.revision for step in script.walk_revisions()}


def take(connection: Connection) -> None:
    """Take all steps that are left, inside the connection's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

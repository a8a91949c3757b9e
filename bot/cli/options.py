"""The options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

DEFAULT_DATABASE = "sqlite+aiosqlite:///var/escalade.db"


def from_its_file(context: typer.Context, given: str) -> str:
    """The address in DATABASE_URL_FILE, where none is typed: as the bot itself reads it."""
    from bot.cli.work import address as work

    source = context.get_parameter_source("database_url")
    return work.address(given, typed=source is not None and source.name == "COMMANDLINE")


Database = Annotated[
    str,
    typer.Option(
        "--database-url",
        envvar="DATABASE_URL",
        help="The database; also from DATABASE_URL_FILE.",
        callback=from_its_file,
    ),
]

Language = Annotated[
    str, typer.Option(envvar="ESCALADE_LANGUAGE", help="en or fr; by LANG if not given.")
]

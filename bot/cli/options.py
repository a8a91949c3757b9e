"""The options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

DEFAULT_DATABASE = "sqlite+aiosqlite:///var/escalade.db"


def from_its_file(context: typer.Context, given: str) -> str:
    """The address in DATABASE_URL_FILE, where none is typed: as the bot itself reads it."""
    from bot.cli.words import fail
    from bot.cli.work import address as work

    try:
        return work.address(given, typed=is_typed(context))
    except work.NoAddress as why:
        fail(str(why))


def is_typed(context: typer.Context) -> bool:
    """Return whether the address of the database stands on the command line."""
    source = context.get_parameter_source("database_url")
    return source is not None and source.name == "COMMANDLINE"


_HELP = "The database; also from DATABASE_URL_FILE."
Database = Annotated[
    str, typer.Option("--database-url", envvar="DATABASE_URL", help=_HELP, callback=from_its_file)
]
DatabaseIfAny = Annotated[str, typer.Option("--database-url", envvar="DATABASE_URL", help=_HELP)]

Language = Annotated[
    str, typer.Option(envvar="ESCALADE_LANGUAGE", help="en or fr; by LANG if not given.")
]

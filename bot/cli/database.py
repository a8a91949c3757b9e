"""`escalade backup`, `restore` and `db copy`: an installation kept, brought back, moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import DEFAULT_DATABASE, Database, from_its_file

db_app = typer.Typer(help="Move an installation to another database.", no_args_is_help=True)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write: escalade-2026-11-24.jsonl.gz.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Write all there is to one file, as of one instant, while the bot runs."""
    from bot.cli.work import database as work

    work.backup(database_url, file)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Fill an empty database from a backup, and prove the journal whole.

    Messages that waited are looked for in Slack before they are sent: they may have left since.
    """
    from bot.cli.work import database as work

    work.restore(database_url, file)


@db_app.command("copy")
def copy(
    source: Annotated[
        str, typer.Option("--from", help="The database to copy: sqlite+aiosqlite:///…")
    ],
    database_url: Annotated[
        str,
        typer.Option(
            "--to",
            envvar="DATABASE_URL",
            help="An empty one: postgresql+asyncpg://…; also from DATABASE_URL_FILE.",
            callback=from_its_file,
        ),
    ] = "",
) -> None:
    """Copy a stopped installation to another, empty database, and hold both journals together."""
    from bot.cli.work import database as work

    work.copy(source, database_url)

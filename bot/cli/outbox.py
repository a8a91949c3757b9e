"""`escalade outbox`: what has not left yet, what was set aside and why, and putting it back."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import DEFAULT_DATABASE, Database

outbox_app = typer.Typer(
    help="Messages that have not left: list them, put back what failed.", no_args_is_help=False
)


@outbox_app.callback(invoke_without_command=True)
def show(context: typer.Context, database_url: Database = DEFAULT_DATABASE) -> None:
    """List what was set aside and what waits, with its age and the reason; timers that fail too.

    The exit code is 1 where something was set aside.
    """
    if context.invoked_subcommand is None:
        from bot.cli.work import outbox as work

        raise typer.Exit(work.show(database_url))


@outbox_app.command()
def retry(
    which: Annotated[list[str], typer.Argument(help="Numbers of messages set aside, or all.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Put messages back that were set aside. A running bot sends them by itself.

    Each is first looked for in its conversation, and dropped if it is no longer true.
    """
    from bot.cli.work import outbox as work

    raise typer.Exit(work.retry(database_url, which))

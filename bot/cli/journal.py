"""`escalade journal`: prove it, print a timeline, export it (Rules INC-10, CON-3)."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import DEFAULT_DATABASE, Database

journal_app = typer.Typer(help="The journal: show, verify, export.", no_args_is_help=True)


@journal_app.command()
def verify(
    contract: Annotated[str | None, typer.Option(help="The contract's id; all if none.")] = None,
    since: Annotated[
        str, typer.Option(help="A seal noted before: only what came after it is proved.")
    ] = "",
    noted: Annotated[
        list[str] | None,
        typer.Option(help="A seal noted before: a line must still carry it. May be repeated."),
    ] = None,
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Prove that nothing in the journal was altered, left out or cut off."""
    from bot.cli.work import journal as work

    raise typer.Exit(work.verify(database_url, contract, since=since, noted=noted or ()))


@journal_app.command()
def show(
    subject: Annotated[str, typer.Argument(help="A record: INC-0001, CRI-0001, REP-0001.")],
    contract: Annotated[str | None, typer.Option(help="The contract's id.")] = None,
    every: Annotated[bool, typer.Option("--every", help="All calls that went on and on.")] = False,
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Print the timeline of a record."""
    from bot.cli.work import journal as work

    work.show(database_url, subject.upper(), contract=contract, every=every)


@journal_app.command()
def export(
    contract: Annotated[str, typer.Argument(help="The contract's id.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Print a contract's journal, one JSON object a line."""
    from bot.cli.work import journal as work

    work.export(database_url, contract)

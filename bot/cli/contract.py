"""`escalade contract`: hand everything back, check what was handed back, erase (Rule CON-4)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import DEFAULT_DATABASE, Database

contract_app = typer.Typer(help="The end of a contract: export, erase.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The contract's id.")]


@contract_app.command()
def export(
    contract: Id,
    to: Annotated[Path, typer.Option(help="A new or empty folder.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Write all that is kept of a contract in open formats, with checksums; the bot may run."""
    from bot.cli.work import contract as work

    work.export(database_url, contract, to)


@contract_app.command(name="check-export")
def check_export(folder: Annotated[Path, typer.Argument(help="The folder of an export.")]) -> None:
    """Prove an export whole: every file unaltered, and the journal's chain."""
    from bot.cli.work import contract as work

    raise typer.Exit(work.check_export(folder))


@contract_app.command()
def erase(
    contract: Id,
    by: Annotated[str, typer.Option(help="Who erases, for the certificate.")],
    exported: Annotated[
        Path | None, typer.Option("--export", help="The folder of the export made just before.")
    ] = None,
    without_export: Annotated[
        bool, typer.Option("--without-export", help="Erase though nothing was handed back.")
    ] = False,
    certificate: Annotated[
        Path, typer.Option(help="The folder to write the certificate into.")
    ] = Path(),
    confirm: Annotated[
        str, typer.Option(help="The contract's id again, where nobody is there to type it.")
    ] = "",
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Erase a contract for good, and write the certificate; stop the bot first."""
    from bot.cli.work import contract as work

    work.erase(
        database_url,
        contract,
        by=by,
        exported=exported,
        without_export=without_export,
        certificate=certificate,
        confirm=confirm,
    )

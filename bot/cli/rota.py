"""`escalade rota`: on-call duty from and to calendars (Rule CAL-1)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

rota_app = typer.Typer(help="On-call duty from and to calendars.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(metavar="CONTRACT", help="The contract file.")]
Rota = Annotated[str, typer.Argument(help="The rota's id.")]
Since = Annotated[str, typer.Option("--from", help="From when: 2026-07-01; none: now.")]
Until = Annotated[str, typer.Option("--until", help="Until when; none: a year later.")]


@rota_app.command(name="import")
def import_(
    contract: File,
    rota: Rota,
    calendar: Annotated[
        str,
        typer.Argument(help="The calendar's file (.ics), or its address: https://…, webcal://…"),
    ],
    since: Since = "",
    until: Until = "",
    zone: Annotated[
        str, typer.Option(help="The time zone of what is in none, or in one nobody knows.")
    ] = "",
) -> None:
    """Print what a calendar changes in a rota, as lines for its `overrides`."""
    from bot.cli.work import rota as work

    work.import_(contract, rota, calendar, since=since, until=until, zone=zone)


@rota_app.command()
def export(
    contract: File,
    rota: Rota,
    since: Since = "",
    until: Until = "",
    to: Annotated[Path | None, typer.Option(help="The file to write; none: print it.")] = None,
    database_url: Annotated[
        str, typer.Option(help="The database whose covers in force are in it too; none: none are.")
    ] = "",
) -> None:
    """Write who answers for a rota as a calendar: in the place of the absent, who stands in."""
    from bot.cli.work import rota as work

    work.export(contract, rota, since=since, until=until, to=to, database=database_url)

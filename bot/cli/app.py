"""The commands of `escalade`."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.cli import database
from bot.cli.contract import contract_app
from bot.cli.journal import journal_app
from bot.cli.options import DEFAULT_DATABASE, Database, DatabaseIfAny, Language, is_typed
from bot.cli.outbox import outbox_app
from bot.cli.rota import rota_app
from bot.operate.gc_tuning import unsearched
from config.defaults import COMMAND_NAMES, EXAMPLE

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(contract_app, name="contract")
app.add_typer(journal_app, name="journal")
app.add_typer(outbox_app, name="outbox")
app.add_typer(rota_app, name="rota")
app.add_typer(database.db_app, name="db")
app.command()(database.backup)
app.command()(database.restore)


class TourStory(StrEnum):
    """The stories that can be played."""

    CRISIS = "crisis"
    CHANGE = "change"


def main() -> None:
    """Run the command line; trouble is said in a sentence, with exit code 2.

    Whatever is written is its owner's alone: databases, backups, exports, reports, certificates.
    """
    os.umask(0o077)
    try:
        code = app(prog_name="escalade", standalone_mode=False)
    except typer.Abort:
        sys.exit(1)
    except Exception as trouble:
        from bot.cli.trouble import words_for
        from bot.cli.words import fail

        if (words := words_for(trouble)) is None:
            raise
        fail(words)
    sys.exit(code)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"Escalade {__version__}")
        raise typer.Exit


@app.callback()
def escalade(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Escalade: incident escalation and crisis for service contracts."""


@app.command()
def run() -> None:
    """Run the bot with the settings of the environment (docs/settings.md)."""
    with unsearched():
        from bot.cli.work import running as work
    work.run()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the local workspace.")] = 8080,
    speed: Annotated[float, typer.Option(help="How many times faster time runs.")] = 1.0,
    contract: Annotated[Path, typer.Option(help="The contract file.")] = EXAMPLE,
    keep: Annotated[
        Path | None, typer.Option(help="A database file to keep; none: a fresh one each time.")
    ] = None,
    at: Annotated[
        str, typer.Option(help="When it begins: 03:00, or 2026-07-14T03:00; none: now.")
    ] = "",
    language: Language = "",
) -> None:
    """Start a local workspace and the bot on it: no Slack account is needed.

    With --language, and on the example, everybody reads one language.
    """
    from bot.cli.work import workspace as work

    work.demo(contract=contract, port=port, speed=speed, database=keep, at=at, language=language)


@app.command()
def tour(
    out: Annotated[Path, typer.Option(help="Where to leave the report and the journal.")] = Path(
        "out/tour"
    ),
    story: Annotated[
        TourStory, typer.Option(help="A night's incident and crisis, or a problem and its change.")
    ] = TourStory.CRISIS,
    language: Language = "",
) -> None:
    """Run a whole story on a fast clock, and print it."""
    from bot.cli.work import workspace as work

    raise typer.Exit(work.tour(out, story, language))


@app.command()
def check(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Contract files or folders.")],
    language: Language = "",
    database_url: DatabaseIfAny = DEFAULT_DATABASE,
) -> None:
    """Check contract files: every fault at once, with its line and its remedy.

    Also whom rotas move when, and what would change beside what the database has in force.
    """
    with unsearched():
        from bot.cli.work import check as work

        typed = is_typed(context)
        raise typer.Exit(work.check(files, language=language, url=database_url, typed=typed))


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="The contract file of before.")],
    new: Annotated[Path, typer.Argument(help="The edited file.")],
    language: Language = "",
) -> None:
    """Tell in words what changes between two versions of a contract.

    What holds at once, for running records too, and what only for those to come.
    """
    with unsearched():
        from bot.cli.work import check as work

        raise typer.Exit(work.compare(old, new, language=language))


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("contract.toml"),
    language: Language = "",
) -> None:
    """Write a small contract to begin with, and the schema by which editors complete it.

    Nothing is overwritten.
    """
    with unsearched():
        from bot.cli.work import starting as work

        work.init(file, language=language)


@app.command()
def schema(language: Language = "") -> None:
    """Print the JSON Schema of a contract file, for editors."""
    with unsearched():
        from bot.cli.work import starting as work

        work.schema(language)


@app.command()
def plan(
    contract: Annotated[
        Path | None,
        typer.Argument(
            help="The contract file; none: ESCALADE_CONTRACTS if it is one, else the example."
        ),
    ] = None,
    priority: Annotated[int, typer.Option(min=1, max=4, help="The priority.")] = 1,
    at: Annotated[
        str, typer.Option(help="When: 2026-07-14T03:00, or 03:00, in the contract's zone.")
    ] = "",
    component: Annotated[str | None, typer.Option(help="A component of the catalogue.")] = None,
    ladder: Annotated[
        str | None, typer.Option(help="Walk this ladder too, from the start.")
    ] = None,
    supplier: Annotated[str | None, typer.Option(help="Walk this supplier's ladder too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data, not a table.")] = False,
    language: Language = "",
) -> None:
    """Print who would be reached when, if nobody answered: the real rules, run ahead."""
    with unsearched():
        from bot.cli.work import plan as work

        work.print_plan(
            contract,
            priority=priority,
            at=at,
            component=component,
            ladder=ladder,
            supplier=supplier,
            as_json=as_json,
            language=language,
        )


@app.command()
def event(
    context: typer.Context,
    sample: Annotated[Path, typer.Option("--try", help="A file with what the source posts.")],
    source: Annotated[str, typer.Option(help="The id of the source, as in the contract.")],
    contract: Annotated[
        Path | None,
        typer.Option(help="The contract file; none: ESCALADE_CONTRACTS, else the example."),
    ] = None,
    database_url: DatabaseIfAny = DEFAULT_DATABASE,
    language: Language = "",
) -> None:
    """Print what would come of an event, with every step of its mapping; nothing is kept.

    Also which change that is being carried out would hold it back, by what the database has.
    """
    with unsearched():
        from bot.cli.work import plan as work

        typed = is_typed(context)
        raise typer.Exit(
            work.try_event(
                sample,
                source=source,
                contract=contract,
                url=database_url,
                typed=typed,
                language=language,
            )
        )


@app.command()
def ready(
    port: Annotated[
        int, typer.Option(envvar="ESCALADE_WATCH_PORT", help="Where /readyz is served.")
    ] = 9464,
) -> None:
    """Ask the bot on this machine whether it can do its work; exit code 1 if not."""
    from bot.cli.work import ready as work

    work.ready(port)


@app.command()
def migrate(database_url: Database = DEFAULT_DATABASE) -> None:
    """Create or upgrade the database's schema (the bot does it by itself when it starts)."""
    from bot.cli.work import database as work

    work.migrate(database_url)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="The public address of /slack/events, for HTTP.")] = "",
    http: Annotated[
        bool, typer.Option("--http/--socket", help="HTTP (needs --url), or Socket Mode.")
    ] = False,
    prefix: Annotated[
        str,
        typer.Option(envvar="ESCALADE_COMMAND_PREFIX", help="Put this before every command."),
    ] = "",
    commands: Annotated[
        str,
        typer.Option(envvar="ESCALADE_COMMANDS", help="The names that commands are typed by."),
    ] = COMMAND_NAMES,
) -> None:
    """Print the Slack app manifest: exactly what the bot uses."""
    from bot.cli.work import running as work

    work.manifest(url=url, http=http, prefix=prefix, commands=commands)


@app.command()
def doctor() -> None:
    """Check the token, scopes, channels, people, database and clock; say what to do."""
    from bot.cli.work import running as work

    raise typer.Exit(work.doctor())

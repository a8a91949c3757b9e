"""The commands of `escalade`."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import typer

from bot import doctor as examination
from bot import serve
from bot.cli import database
from bot.cli.contract import contract_app
from bot.cli.faults import report_of
from bot.cli.journal import journal_app
from bot.cli.outbox import outbox_app
from bot.cli.plan import Plan, print_json, print_table
from bot.cli.rota import rota_app
from bot.cli.words import (
    DEFAULT_DATABASE,
    Database,
    fail,
    operator_texts,
    say,
    say_json,
)
from bot.clock import FlowingClock
from bot.command_names import names
from bot.database_words import address_words, refusal_of_database
from bot.doctor import holidays_words
from bot.duty_words import against_database, coming_words
from bot.errors import CannotStart
from bot.logs import set_up
from bot.manifest import manifest as app_manifest
from config.contract_file import contract_files, read_contracts
from config.defaults import COMMAND_NAMES, EXAMPLE
from config.faults import ContractFaults, SettingsFaults
from config.schema import json_schema
from config.settings import Settings, read_settings
from escalation.contract import Contract
from escalation.plan import plan as plan_ahead
from escalation.refusals import Refusal
from escalation.wall_clock import instant
from handlers.refusal_words import refusal_words
from store.access import migrate as migrate_database
from store.errors import (
    AlreadyRunning,
    DatabaseRefuses,
    NoDatabase,
    StoreError,
    UnusableDatabase,
)

READY_SECONDS = 5.0
MOST_SAID = 65_536  # bytes

app = typer.Typer(
    help="Escalade: incident escalation and crisis for service contracts.",
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


def main() -> None:
    """Run the command line; trouble is said in a sentence, with exit code 2.

    Whatever is written is its owner's alone: databases, backups, exports, reports, certificates.
    """
    os.umask(0o077)
    try:
        app()
    except (ContractFaults, SettingsFaults) as found:
        fail(report_of(found.faults, operator_texts()))
    except Refusal as refusal:
        fail(refusal_words(refusal, operator_texts()))
    except AlreadyRunning as running:
        texts = operator_texts()
        fail(
            texts(
                "Another process already runs on %(database)s: stop it first.",
                database=running.database,
            )
        )
    except NoDatabase as missing:
        texts = operator_texts()
        fail(
            texts(
                "There is no database at %(database)s: the bot never ran here.",
                database=missing.database,
            )
        )
    except UnusableDatabase as bad:
        fail(address_words(bad, operator_texts()))
    except DatabaseRefuses as refusal:
        fail(refusal_of_database(refusal, operator_texts()))
    except OSError as error:
        fail(_os_words(error))
    except (CannotStart, StoreError) as trouble:
        fail(str(trouble))


def _os_words(error: OSError) -> str:
    texts = operator_texts()
    if error.errno == errno.EADDRINUSE:
        return texts(
            "The port is in use already: choose another (--port, ESCALADE_PORT or "
            "ESCALADE_WATCH_PORT). %(why)s",
            why=error.strerror or "",
        ).strip()
    if error.filename is None:
        return str(error) or type(error).__name__
    return texts("%(file)s cannot be read: %(why)s", file=error.filename, why=error.strerror)


def _contract(path: Path) -> Contract:
    return read_contracts([path])[0]


def _usual_contract() -> Path:
    """The one contract file of ESCALADE_CONTRACTS; the example where it names none or several."""
    places = [part.strip() for part in os.environ.get("ESCALADE_CONTRACTS", "").split(",")]
    files = contract_files(place for place in places if place)
    return files[0] if len(files) == 1 else EXAMPLE


def _settings() -> Settings:
    return read_settings(os.environ)


@contextmanager
def _local_workspace() -> Iterator[None]:
    """Say it in words where what is imported here stands on a workspace that is not there."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "sandbox":
            raise
        texts = operator_texts()
        fail(texts("There is no local workspace in this installation: use the source instead."))


@app.command()
def run() -> None:
    """Run the bot with the settings of the environment (docs/settings.md)."""
    settings = _settings()
    set_up(level=settings.log_level, form=settings.log_format)
    asyncio.run(serve.serve(settings))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the local workspace.")] = 8080,
    speed: Annotated[float, typer.Option(help="How many times faster time runs.")] = 1.0,
    contract: Annotated[Path, typer.Option(help="The contract file.")] = EXAMPLE,
    keep: Annotated[
        Path | None, typer.Option(help="A database file to keep; none: a fresh one each time.")
    ] = None,
) -> None:
    """Start a local workspace and the bot on it: no Slack account is needed."""
    with _local_workspace():
        from bot import demo as demo_workspace  # noqa: PLC0415  an image has no workspace
    set_up(level="WARNING")
    asyncio.run(
        demo_workspace.demo(
            contract=contract, port=port, speed=speed, database=keep, texts=operator_texts()
        )
    )


@app.command(name="tour")
def tour_command(
    out: Annotated[Path, typer.Option(help="Where to leave the report and the journal.")] = Path(
        "out/tour"
    ),
) -> None:
    """Run the whole story on a fast clock, and print it."""
    with _local_workspace():
        from bot import tour  # noqa: PLC0415  an image has no workspace
    set_up(level="ERROR")
    raise typer.Exit(tour.run(out))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Contract files or folders.")],
    language: Annotated[
        str, typer.Option(envvar="ESCALADE_LANGUAGE", help="en or fr; by LANG if not given.")
    ] = "",
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Check contract files: every fault at once, with its line and its remedy.

    Also whom rotas move when, and whose duty would change beside what the database has in force.
    """
    texts = operator_texts(language=language)
    paths, faults, notes = contract_files(files), [], []
    now = FlowingClock.starting().now()
    try:
        read = read_contracts(paths)
        notes = [words for each in read if (words := holidays_words(each, now, texts))]
        notes += [line for each in read for line in coming_words(each, now, texts)]
        notes += asyncio.run(against_database(database_url, read, now, texts))
    except ContractFaults as found:
        faults = found.faults
        say(report_of(faults, texts))
    for path in paths:
        if all(fault.source != str(path) for fault in faults):
            say(texts("%(file)s: no fault found.", file=path))
    for note in notes:
        say(note)
    if not paths:
        places = ", ".join(map(str, files))
        fail(texts("There is no contract file (*.toml) in %(places)s.", places=places), code=1)
    raise typer.Exit(1 if faults else 0)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a contract file, for editors."""
    say_json(json_schema())


@app.command()
def plan(
    contract: Annotated[
        Path | None,
        typer.Argument(
            help="The contract file; none: ESCALADE_CONTRACTS if it is one, else the example."
        ),
    ] = None,
    priority: Annotated[int, typer.Option(min=1, max=4, help="The priority.")] = 1,
    at: Annotated[str, typer.Option(help="When: 2026-07-14T03:00, in the contract's zone.")] = "",
    component: Annotated[str | None, typer.Option(help="A component of the catalogue.")] = None,
    ladder: Annotated[
        str | None, typer.Option(help="Walk this ladder too, from the start.")
    ] = None,
    supplier: Annotated[str | None, typer.Option(help="Walk this supplier's ladder too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data, not a table.")] = False,
) -> None:
    """Print who would be reached when, if nobody answered: the real rules, run ahead."""
    terms = _contract(contract or _usual_contract())
    texts = operator_texts(terms.zone)
    try:
        given = datetime.fromisoformat(at) if at else FlowingClock.starting().now()
        start = instant(given, terms.zone)
    except (ValueError, OverflowError):
        fail(texts("%(given)s is not an instant; write 2026-07-14T03:00", given=at))
    steps = plan_ahead(
        terms,
        priority=priority,
        at=start,
        component=component,
        ladder=ladder,
        supplier=supplier,
    )
    found = Plan(contract=terms, priority=priority, start=start, steps=steps)
    if as_json:
        print_json(found)
    else:
        print_table(found, texts)


@app.command()
def ready(
    port: Annotated[
        int, typer.Option(envvar="ESCALADE_WATCH_PORT", help="Where /readyz is served.")
    ] = 9464,
) -> None:
    """Ask the bot on this machine whether it can do its work; exit code 1 if not."""
    texts = operator_texts()
    way = build_opener(ProxyHandler({}))  # whatever the environment says: it is this machine
    try:
        try:
            answer = way.open(f"http://127.0.0.1:{port}/readyz", timeout=READY_SECONDS)
        except HTTPError as unready:
            answer = unready
        with answer:
            said = answer.read(MOST_SAID)
    except (OSError, HTTPException) as error:
        words = texts(
            "Nothing answers on port %(port)s: %(why)s. Does the bot run, with "
            "ESCALADE_WATCH_PORT set?",
            port=port,
            why=getattr(error, "reason", error),
        )
        fail(words, code=1)
    try:
        found = json.loads(said)
        why = [str(reason) for reason in found["why"]]
        if not found["ready"]:
            fail(texts("Not ready: %(why)s", why=", ".join(why)), code=1)
    except (ValueError, KeyError, TypeError):
        words = texts(
            "What answers on port %(port)s is not Escalade: look at ESCALADE_WATCH_PORT.", port=port
        )
        fail(words, code=1)
    say(texts("Ready."))


@app.command()
def migrate(database_url: Database = DEFAULT_DATABASE) -> None:
    """Create or upgrade the database's schema (the bot does it by itself when it starts)."""
    asyncio.run(migrate_database(database_url))
    texts = operator_texts()
    say(texts("The database is up to date."))


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
    try:
        typed = names(prefix, commands)
    except ValueError as mistaken:
        fail(f"ESCALADE_COMMANDS: {mistaken}")
    if http and not url.startswith("https://"):
        texts = operator_texts()
        fail(texts("--http needs --url https://…/slack/events"))
    say_json(app_manifest(typed, request_url=url))


@app.command()
def doctor() -> None:
    """Check the token, scopes, channels, people, database and clock; say what to do."""
    findings = asyncio.run(examination.examine(_settings(), operator_texts()))
    for finding in findings:
        say(f"{'✓' if finding.well else '✗'} {finding.words}")
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)

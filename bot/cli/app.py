"""The commands of `escalade`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import demo as demo_workspace
from bot import doctor as examination
from bot import serve, tour
from bot.cli.words import operator_texts
from bot.clock import FlowingClock
from bot.command_names import names
from bot.logs import set_up
from bot.manifest import manifest as app_manifest
from bot.wiring import CannotStart
from config.contract_file import contract_files, read_contract, recall_contract
from config.fault_words import report_of
from config.faults import ContractFaults
from config.schema import json_schema
from config.settings import Settings, SettingsFaults, read_settings
from escalation.contract import Contract
from escalation.plan import plan as plan_ahead
from escalation.refusals import Refusal
from handlers.plan_words import how_words
from handlers.refusal_words import refusal_words
from handlers.verbs import msg
from store.database import Store
from store.database import migrate as migrate_database
from store.errors import AlreadyRunning, NoDatabase

app = typer.Typer(
    help="Escalade: incident escalation and crisis for service contracts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
journal_app = typer.Typer(help="The journal: show, verify, export.", no_args_is_help=True)
app.add_typer(journal_app, name="journal")

DEFAULT_DATABASE = "sqlite+aiosqlite:///var/escalade.db"
Database = Annotated[
    str, typer.Option("--database-url", envvar="DATABASE_URL", help="The database.")
]


def main() -> None:
    """Run the command line."""
    try:
        app()
    except (CannotStart, AlreadyRunning, NoDatabase) as trouble:
        _fail(str(trouble))
    except ContractFaults as faults:
        _fail(report_of(faults.faults, operator_texts().language))
    except SettingsFaults as faults:
        _fail(report_of(faults.faults, operator_texts().language))
    except Refusal as refusal:
        _fail(refusal_words(refusal, operator_texts()))


def _fail(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.exit(2)


def _contract(path: Path) -> Contract:
    return read_contract(path.read_text(encoding="utf-8"), str(path))


def _settings() -> Settings:
    return read_settings(os.environ)


@app.command()
def run() -> None:
    """Run the bot with the settings of the environment (docs/settings.md)."""
    settings = _settings()
    set_up(level=settings.log_level, form=settings.log_format)
    asyncio.run(serve.serve(settings))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the local workspace.")] = 8090,
    speed: Annotated[float, typer.Option(help="How many times faster time runs.")] = 1.0,
    contract: Annotated[Path, typer.Option(help="The contract file.")] = tour.EXAMPLE,
    keep: Annotated[
        Path | None, typer.Option(help="A database file to keep; none: a fresh one each time.")
    ] = None,
) -> None:
    """Start a local workspace and the bot on it: no Slack account is needed."""
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
    set_up(level="ERROR")
    raise typer.Exit(tour.run(out))


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Contract files or folders.")]) -> None:
    """Check contract files: every fault at once, with its line and its remedy."""
    texts, faulty = operator_texts(), False
    for path in contract_files(files):
        try:
            _contract(path)
        except ContractFaults as faults:
            faulty = True
            print(report_of(faults.faults, texts.language))
        except OSError as error:
            faulty = True
            print(texts("%(file)s cannot be read: %(why)s", file=path, why=error.strerror))
        else:
            print(texts("%(file)s: no fault found.", file=path))
    raise typer.Exit(1 if faulty else 0)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a contract file, for editors."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def plan(
    contract: Annotated[Path, typer.Argument(help="The contract file.")] = tour.EXAMPLE,
    priority: Annotated[int, typer.Option(min=1, max=4, help="The priority.")] = 1,
    at: Annotated[str, typer.Option(help="When: 2026-07-14T03:00, in the contract's zone.")] = "",
    component: Annotated[str | None, typer.Option(help="A component of the catalogue.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Walk this supplier's ladder too.")] = None,
) -> None:
    """Print who would be reached when, if nobody answered: the real rules, run ahead."""
    terms = _contract(contract)
    texts = operator_texts(terms.zone)
    try:
        start = datetime.fromisoformat(at) if at else FlowingClock.starting().now()
    except ValueError:
        _fail(texts("%(given)s is not an instant; write 2026-07-14T03:00", given=at))
        return
    start = start if start.tzinfo else start.replace(tzinfo=terms.zone)
    steps = plan_ahead(terms, priority=priority, at=start, component=component, supplier=supplier)
    title = texts(
        "Plan for a priority %(level)s at %(at)s, if nobody answers",
        level=priority,
        at=texts.instant(start),
    )
    table = Table(title=title, header_style="bold")
    for heading in (
        msg("When"),
        msg("After"),
        msg("Who"),
        msg("Firm"),
        msg("Echelon"),
        msg("What"),
        msg("Clock"),
        msg("Informed by"),
    ):
        table.add_column(texts(heading))
    for step in steps:
        by = terms.person(step.informed_by).name if terms.knows(step.informed_by) else "Escalade"
        table.add_row(
            texts.instant(step.at),
            f"+{texts.duration(step.at - start)}",
            terms.person(step.who).name if terms.knows(step.who) else step.who,
            terms.party_name(step.side) if step.side else "",
            str(step.level or ""),
            how_words(step, texts),
            step.clock.value if step.clock else "",
            by,
        )
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command()
def migrate(database_url: Database = DEFAULT_DATABASE) -> None:
    """Create or upgrade the database's schema (the bot does it by itself when it starts)."""
    asyncio.run(migrate_database(database_url))
    print(operator_texts()("The database is up to date."))


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="The public address of /slack/events, for HTTP.")] = "",
    prefix: Annotated[str, typer.Option(help="Put this before every command's name.")] = "",
) -> None:
    """Print the Slack app manifest: exactly what the bot uses."""
    print(json.dumps(app_manifest(names(prefix), request_url=url), indent=2, ensure_ascii=False))


@app.command()
def doctor() -> None:
    """Check the token, scopes, channels, people, database and clock; say what to do."""
    findings = asyncio.run(examination.examine(_settings(), operator_texts()))
    for finding in findings:
        print(f"{'ok ' if finding.well else 'BAD'}  {finding.words}")
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


@journal_app.command()
def verify(database_url: Database = DEFAULT_DATABASE) -> None:
    """Prove that nothing in the journal was altered, left out or cut off."""
    raise typer.Exit(asyncio.run(_verify(database_url)))


async def _verify(url: str) -> int:
    texts, broken = operator_texts(), False
    store = await _reading(url)
    try:
        for verdict in await store.verify_journal():
            if verdict.whole:
                print(
                    texts(
                        "%(contract)s: %(lines)s lines, the chain is whole; last seal %(seal)s",
                        contract=verdict.contract,
                        lines=verdict.lines,
                        seal=verdict.seal,
                    )
                )
            else:
                broken = True
                print(
                    texts(
                        "%(contract)s: the chain is BROKEN at line %(number)s",
                        contract=verdict.contract,
                        number=verdict.broken_at,
                    )
                )
    finally:
        await store.stop()
    return 1 if broken else 0


@journal_app.command()
def show(
    subject: Annotated[str, typer.Argument(help="A record: INC-0001, CRI-0001, REP-0001.")],
    contract: Annotated[str | None, typer.Option(help="The contract's id.")] = None,
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Print the timeline of a record."""
    asyncio.run(_show(database_url, subject.upper(), contract))


async def _show(url: str, subject: str, contract: str | None) -> None:
    store = await _reading(url)
    try:
        found = False
        for terms in await store.contracts():
            if contract not in (None, terms.id):
                continue
            texts = operator_texts(terms.zone)
            for line in await store.read(lambda tx, c=terms.id: tx.timeline(c, subject)):  # type: ignore[misc]
                found = True
                facts = json.dumps(dict(line.facts), ensure_ascii=False)
                who = terms.person(line.actor).name if terms.knows(line.actor) else line.actor
                print(f"{texts.instant(line.at)}  {who}  {line.action}  {facts}  ({line.source})")
        if not found:
            _fail(operator_texts()("The journal has no line about %(id)s.", id=subject))
    finally:
        await store.stop()


@journal_app.command()
def export(
    contract: Annotated[str, typer.Argument(help="The contract's id.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Print a contract's journal, one JSON object a line."""
    asyncio.run(_export(database_url, contract))


async def _export(url: str, contract: str) -> None:
    store = await _reading(url)
    try:
        async for line in store.export_journal(contract):
            print(json.dumps(line, ensure_ascii=False))
    finally:
        await store.stop()


async def _reading(url: str) -> Store:
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    return store

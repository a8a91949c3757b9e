"""`escalade journal`: prove it, print a timeline, export it (Rules INC-10, CON-3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from bot.cli.words import DEFAULT_DATABASE, Database, fail, operator_texts
from config.contract_file import recall_contract
from escalation.journal import Line
from escalation.json_lines import json_line
from escalation.ports import Transaction
from store.database import Store

journal_app = typer.Typer(help="The journal: show, verify, export.", no_args_is_help=True)


@journal_app.command()
def verify(
    contract: Annotated[str | None, typer.Option(help="The contract's id; all if none.")] = None,
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Prove that nothing in the journal was altered, left out or cut off."""
    raise typer.Exit(asyncio.run(_verify(database_url, contract)))


async def _verify(url: str, contract: str | None) -> int:
    texts, broken = operator_texts(), False
    store = await _reading(url)
    try:
        verdicts = await store.verify_journal()
        if contract is not None:
            verdicts = [v for v in verdicts if v.contract == contract]
            if not verdicts:
                fail(texts("The journal has no line about %(id)s.", id=contract))
        if not verdicts:
            fail(texts("The journal is empty: no contract was ever in force in this database."))
        for verdict in verdicts:
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
            look = partial(_timeline, contract=terms.id, subject=subject)
            for line in await store.read(look):
                found = True
                facts = json_line(dict(line.facts))
                who = terms.person(line.actor).name if terms.knows(line.actor) else line.actor
                print(f"{texts.instant(line.at)}  {who}  {line.action}  {facts}  ({line.source})")
        if not found:
            texts = operator_texts()
            fail(texts("The journal has no line about %(id)s.", id=subject))
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
        found = False
        async for line in store.export_journal(contract):
            found = True
            print(json_line(line))
        if not found:
            fail(operator_texts()("The journal has no line about %(id)s.", id=contract))
    finally:
        await store.stop()


async def _reading(url: str) -> Store:
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    return store


def _timeline(tx: Transaction, *, contract: str, subject: str) -> Sequence[Line]:
    return tx.timeline(contract, subject)

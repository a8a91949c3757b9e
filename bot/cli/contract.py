"""`escalade contract`: hand everything back, check what was handed back, erase (Rule CON-4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import leaving
from bot.certificate import Certificate
from bot.cli.progress import progress
from bot.cli.words import DEFAULT_DATABASE, Database, fail, operator_texts, say
from bot.clock import FlowingClock
from config.contract_file import recall_contract
from escalation.contract import Contract
from store.database import Store
from store.journal import Told
from store.leaving import BrokenJournal, Erasure, compact, erase_contract, is_kept, last_seal
from store.leaving import unfinished as still_open
from store.transaction import SqlTransaction


class Refused(Exception):
    """Nothing was done; the message says why."""


contract_app = typer.Typer(help="The end of a contract: export, erase.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The contract's id.")]


@contract_app.command()
def export(
    contract: Id,
    to: Annotated[Path, typer.Option(help="A new or empty folder.")],
    database_url: Database = DEFAULT_DATABASE,
) -> None:
    """Write all that is kept of a contract in open formats, with checksums; the bot may run."""
    asyncio.run(_export(database_url, contract, to))


async def _export(url: str, contract: str, folder: Path) -> None:
    texts = operator_texts()
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    now = FlowingClock.starting().now()
    try:
        with progress() as told:
            manifest = await store.read_at_length(
                lambda tx: leaving.export(tx.connection, contract, folder, now=now, told=told)
            )
    except leaving.BadExport as refused:
        fail(str(refused))
    except leaving.UnknownContract:
        fail(texts("Nothing is kept of a contract %(id)s.", id=contract))
    finally:
        await store.stop()
    say(
        texts(
            "%(contract)s: %(files)s files in %(folder)s; SHA-256 of the manifest %(digest)s",
            contract=contract,
            files=len(manifest.files),
            folder=folder,
            digest=manifest.sha256,
        )
    )


@contract_app.command(name="check-export")
def check_export(folder: Annotated[Path, typer.Argument(help="The folder of an export.")]) -> None:
    """Prove an export whole: every file unaltered, and the journal's chain."""
    texts = operator_texts()
    try:
        manifest = leaving.check_export(folder)
    except leaving.BadExport as bad:
        say(texts("This export is NOT whole: %(why)s", why=bad))
        raise typer.Exit(1) from None
    say(
        texts(
            "%(contract)s: the export is whole; %(lines)s journal lines, last seal %(seal)s",
            contract=manifest.contract,
            lines=manifest.lines,
            seal=manifest.seal,
        )
    )


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
    texts = operator_texts()
    if (exported is None) != without_export:
        fail(texts("Say either --export FOLDER or --without-export."))
    if confirm != contract:
        asked = texts("Everything of %(contract)s will be erased. Type its id:", contract=contract)
        if typer.prompt(asked) != contract:
            fail(texts("Not confirmed: nothing was erased."))
    try:
        manifest = leaving.check_export(exported) if exported else None
    except leaving.BadExport as bad:
        fail(texts("This export is NOT whole: %(why)s", why=bad))
    done = asyncio.run(_erase(database_url, contract, by, manifest))
    compact(database_url)
    path, digest = done.write(certificate)
    say(
        texts(
            "%(contract)s is erased. Certificate: %(file)s, SHA-256 %(digest)s",
            contract=contract,
            file=path,
            digest=digest,
        )
    )


async def _erase(
    url: str, contract: str, by: str, manifest: leaving.Manifest | None
) -> Certificate:
    now = FlowingClock.starting().now()

    def deed(tx: SqlTransaction, told: Told) -> tuple[Contract, Erasure]:
        if not is_kept(tx.connection, contract):
            raise Refused(operator_texts()("Nothing is kept of a contract %(id)s.", id=contract))
        _must_be_over(still_open(tx.connection, contract))
        _must_be_exported(contract, last_seal(tx.connection, contract), manifest)
        terms = tx.contract(contract)
        facts = {"by": by} | ({"export": manifest.sha256} if manifest else {})
        return terms, erase_contract(tx, contract, now=now, facts=facts, told=told)

    store = Store(url, read_contract=recall_contract)
    await store.start(alone=True)
    try:
        try:
            with progress() as told:
                erase = partial(deed, told=told)
                terms, erasure = await store.run_at_length(erase, now=now)
        except Refused as refused:
            fail(str(refused))
        except BrokenJournal as broken:
            texts = operator_texts()
            fail(
                texts(
                    "%(contract)s: the chain is BROKEN at line %(number)s",
                    contract=broken.contract,
                    number=broken.number,
                )
            )
        with progress() as told:
            (verdict,) = await store.verify_journal(contract, told=told)
    finally:
        await store.stop()
    if not verdict.whole:
        raise BrokenJournal(contract, verdict.broken_at or 0)
    return Certificate(
        contract=contract,
        name=terms.name,
        provider=terms.provider.name,
        client=terms.client.name,
        at=now,
        by=by,
        export=manifest.sha256 if manifest else "",
        erasure=replace(erasure, seal_after=verdict.seal),
    )


def _must_be_over(records: list[str]) -> None:
    texts = operator_texts()
    if records:
        raise Refused(texts("Still open, or to be issued: %(records)s", records=", ".join(records)))


def _must_be_exported(contract: str, seal: str, manifest: leaving.Manifest | None) -> None:
    texts = operator_texts()
    if manifest is None:
        return
    if manifest.contract != contract:
        raise Refused(texts("That export is of the contract %(id)s.", id=manifest.contract))
    if manifest.seal != seal:
        raise Refused(texts("Something happened since that export: export again."))

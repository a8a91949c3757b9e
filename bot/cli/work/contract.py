"""A contract at its end: handed back, what was handed back checked, erased (Rule CON-4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import typer

from bot.cli.words import fail, operator_texts, say
from bot.cli.work.progress import progress
from bot.clock import FlowingClock
from bot.operate import handing_back
from bot.operate.certificate import Certificate
from config.contract.file import recall_contract
from escalation.contract import Contract
from store.database import Store
from store.operate.erasure import (
    BrokenJournal,
    Erasure,
    compact,
    erase_contract,
    is_kept,
    last_seal,
)
from store.operate.erasure import unfinished as still_open
from store.transaction.journal import OnProgress
from store.transaction.transaction import SqlTransaction


class Refused(Exception):
    """Nothing was done; the message says why."""


def export(url: str, contract: str, folder: Path) -> None:
    """Write all that is kept of a contract in open formats, with checksums."""
    asyncio.run(_export(url, contract, folder))


async def _export(url: str, contract: str, folder: Path) -> None:
    texts = operator_texts()
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    now = FlowingClock.starting().now()
    try:
        with progress() as on_progress:
            manifest = await store.read_at_length(
                lambda tx: handing_back.export(
                    tx.connection, contract, folder, now=now, on_progress=on_progress
                )
            )
    except handing_back.BadExport as refused:
        fail(refused.words(texts))
    except handing_back.UnknownContract:
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


def check_export(folder: Path) -> int:
    """Prove an export whole; 1 where it is not."""
    texts = operator_texts()
    try:
        manifest = handing_back.check_export(folder)
    except handing_back.BadExport as bad:
        say(texts("This export is NOT whole: %(why)s", why=bad.words(texts)))
        return 1
    say(
        texts(
            "%(contract)s: the export is whole; %(lines)s journal lines, last seal %(seal)s",
            contract=manifest.contract,
            lines=manifest.lines,
            seal=manifest.seal,
        )
    )
    return 0


def erase(
    url: str,
    contract: str,
    *,
    by: str,
    exported: Path | None,
    without_export: bool,
    certificate: Path,
    confirm: str,
) -> None:
    """Erase a contract for good, and write the certificate into the folder `certificate`."""
    texts = operator_texts()
    if (exported is None) != without_export:
        fail(texts("Say either --export FOLDER or --without-export."))
    if confirm != contract:
        asked = texts("Everything of %(contract)s will be erased. Type its id:", contract=contract)
        if typer.prompt(asked) != contract:
            fail(texts("Not confirmed: nothing was erased."))
    try:
        manifest = handing_back.check_export(exported) if exported else None
    except handing_back.BadExport as bad:
        fail(texts("This export is NOT whole: %(why)s", why=bad.words(texts)))
    done = asyncio.run(_erase(url, contract, by, manifest))
    compact(url)
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
    url: str, contract: str, by: str, manifest: handing_back.Manifest | None
) -> Certificate:
    now = FlowingClock.starting().now()

    def step(tx: SqlTransaction, on_progress: OnProgress) -> tuple[Contract, Erasure]:
        if not is_kept(tx.connection, contract):
            raise Refused(operator_texts()("Nothing is kept of a contract %(id)s.", id=contract))
        _must_be_over(still_open(tx.connection, contract))
        _must_be_exported(contract, last_seal(tx.connection, contract), manifest)
        terms = tx.contract(contract)
        facts = {"by": by} | ({"export": manifest.sha256} if manifest else {})
        return terms, erase_contract(tx, contract, now=now, facts=facts, on_progress=on_progress)

    store = Store(url, read_contract=recall_contract)
    await store.start(alone=True)
    try:
        try:
            with progress() as on_progress:
                erase = partial(step, on_progress=on_progress)
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
        with progress() as on_progress:
            (verdict,) = await store.journal.verify(contract, on_progress=on_progress)
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


def _must_be_exported(contract: str, seal: str, manifest: handing_back.Manifest | None) -> None:
    texts = operator_texts()
    if manifest is None:
        return
    if manifest.contract != contract:
        raise Refused(texts("That export is of the contract %(id)s.", id=manifest.contract))
    if manifest.seal != seal:
        raise Refused(texts("Something happened since that export: export again."))

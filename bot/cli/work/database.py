"""An installation kept, brought back, moved; its tables brought up to date."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path

from bot.cli.words import fail, operator_texts, say
from bot.cli.work.progress import progress
from bot.clock import FlowingClock
from config.contract.file import recall_contract
from handlers.words.texts import Texts
from store.database import Store
from store.engine.engine import migrate as migrate_database
from store.errors import NoDatabase, UnusableDatabase
from store.operate import backup as backups
from store.operate.backup import BadBackup, Contents


def backup(url: str, file: Path) -> None:
    """Write all there is to one file, as of one instant."""
    texts = operator_texts()
    if file.exists():
        fail(texts("%(file)s is there already: give another name.", file=file))
    contents = asyncio.run(_tell(_backup(url, file), texts))
    _say(contents, texts)
    say(
        texts(
            "Written: %(file)s, SHA-256 of its lines %(digest)s", file=file, digest=contents.sha256
        )
    )


def restore(url: str, file: Path) -> None:
    """Fill an empty database from a backup, and prove the journal whole."""
    texts = operator_texts()
    contents = asyncio.run(_tell(_restore(url, file, later=True), texts))
    _say(contents, texts)
    say(texts("Restored, and the journal is whole."))


def copy(source: str, target: str) -> None:
    """Copy a stopped installation to an empty database, and hold both journals together."""
    texts = operator_texts()
    if not target:
        fail(texts("Say where to: --to, DATABASE_URL or DATABASE_URL_FILE."))
    contents = asyncio.run(_tell(_copy(source, target), texts))
    _say(contents, texts)
    say(texts("Copied: both journals are whole and end in the same seals."))


def migrate(url: str) -> None:
    """Create or upgrade the database's schema."""
    asyncio.run(migrate_database(url))
    texts = operator_texts()
    say(texts("The database is up to date."))


async def _backup(url: str, file: Path) -> Contents:
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    try:
        with progress() as on_progress:
            return await store.upkeep.backup(file, FlowingClock.starting().now(), on_progress)
    finally:
        await store.stop()


async def _restore(url: str, file: Path, *, later: bool) -> Contents:
    await asyncio.to_thread(backups.check, file)
    store = Store(url, read_contract=recall_contract)
    await store.start(alone=True)
    try:
        with progress() as on_progress:
            return await store.upkeep.restore(file, later=later, on_progress=on_progress)
    finally:
        await store.stop()


async def _there(url: str) -> None:
    """Raises NoDatabase where nothing was ever kept: opening it to write would make it."""
    try:
        store = Store(url, read_contract=recall_contract)
    except UnusableDatabase as bad:
        raise UnusableDatabase(bad.why, variable="--from", **bad.facts) from None
    await store.start_reading()
    try:
        if not await store.journal.contracts():
            raise NoDatabase(store.name)
    finally:
        await store.stop()


async def _copy(source: str, target: str) -> Contents:
    await _there(source)
    store = Store(source, read_contract=recall_contract)
    await store.start(alone=True)  # nobody may change it while it is copied
    try:
        with tempfile.TemporaryDirectory(prefix="escalade-") as folder:
            file = Path(folder) / "copy.jsonl.gz"
            with progress() as on_progress:
                await store.upkeep.backup(file, FlowingClock.starting().now(), on_progress)
            return await _restore(target, file, later=False)
    finally:
        await store.stop()


async def _tell(work: Awaitable[Contents], texts: Texts) -> Contents:
    try:
        return await work
    except BadBackup as bad:
        fail(backup_words(bad, texts))


def _say(contents: Contents, texts: Texts) -> None:
    for name, (lines, seal) in sorted(contents.seals.items()):
        say(
            texts(
                "%(contract)s: %(lines)s lines, the chain is whole; last seal %(seal)s",
                contract=name,
                lines=lines,
                seal=seal,
            )
        )


def backup_words(bad: BadBackup, texts: Texts) -> str:
    """Say what is wrong with a backup."""
    facts = bad.facts
    if bad.code == "not_empty":
        return texts("The database is not empty (%(table)s has rows): give an empty one.", **facts)
    if bad.code == "newer":
        return texts(
            "The backup is of a newer version of Escalade (%(what)s): use that version.", **facts
        )
    if bad.code == "journal_broken":
        return texts(
            "%(contract)s: the chain is BROKEN at line %(number)s. Nothing was written. Keep"
            " a copy of the database as it is; what to do is in docs/operations.md, under"
            " “When the journal is broken”.",
            contract=facts["contract"],
            number=facts["line"],
        )
    if bad.code == "no_backup":
        return texts("%(file)s is not a backup of Escalade.", **facts)
    if bad.code == "line_too_long":
        return texts(
            "%(file)s has a line of more than %(most)s characters: no backup of Escalade has.",
            **facts,
        )
    if bad.code == "damaged":
        return texts("%(file)s is damaged or cut short: take another backup.", **facts)
    return texts("What arrived is not what was sent (%(why)s): nothing was kept.", why=bad)

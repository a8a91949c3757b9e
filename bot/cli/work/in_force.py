"""Compare with what is in force in a database: beside edited contracts, and for monitoring."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.operate.database_words import address_words
from bot.operate.duty_words import not_compared_words, undated_words
from config.contract.file import recall_contract
from escalation.base.refusals import NotFound
from escalation.contract import Contract
from escalation.perform.maintenance import covering
from escalation.records.change import Change
from handlers.contract.changes import version_words
from handlers.words.texts import Texts
from store.database import Store
from store.errors import NoDatabase, UnusableDatabase
from store.transaction.transaction import SqlTransaction


def against_database(
    url: str, contracts: Sequence[Contract], now: datetime, texts: Texts
) -> list[str]:
    """Return what these versions would change beside those in force, where there is a database.

    A database that cannot be read is said, and no more: the file may be right all the same.
    """
    return asyncio.run(_against(url, contracts, now, texts))


async def _against(
    url: str, contracts: Sequence[Contract], now: datetime, texts: Texts
) -> list[str]:
    store: Store | None = None
    try:
        store = Store(url, read_contract=recall_contract)
        await store.start_reading()
        edited = await store.contracts.replaced(contracts)
    except NoDatabase as missing:
        return [not_compared_words(missing.database, texts)]
    except Exception as error:  # noqa: BLE001  whatever it is, the file was checked
        why = address_words(error, texts) if isinstance(error, UnusableDatabase) else error
        return [
            texts(
                "The database cannot be read (%(why)s): whether this version changes whose duty it "
                "is now was not looked at.",
                why=why,
            )
        ]
    finally:
        if store is not None:
            await store.stop()
    return [
        line
        for old, new in edited
        for line in (*version_words(old, new, texts), *undated_words(old, new, now, texts))
    ]


def held_back(
    url: str, contract: str, components: Iterable[str], now: datetime
) -> Mapping[str, Change]:
    """The changes that hold back what monitoring sees of these components now (Rule EVT-1).

    Raises UnusableDatabase, NoDatabase, and whatever else keeps it from being read.
    """
    return asyncio.run(_held_back(url, contract, frozenset(components), now))


async def _held_back(
    url: str, contract: str, components: frozenset[str], now: datetime
) -> Mapping[str, Change]:
    def look(tx: SqlTransaction) -> Mapping[str, Change]:
        try:
            found = {each: covering(tx, contract, each, now) for each in components}
        except NotFound:  # it has no such contract, so no change of it either
            return {}
        return {each: change for each, change in found.items() if change is not None}

    store = Store(url, read_contract=recall_contract)
    try:
        await store.start_reading()
        return await store.read(look)
    finally:
        await store.stop()

"""Edited contracts beside those that a database has in force."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.operate.database_words import address_words
from bot.operate.duty_words import not_compared_words, undated_words
from config.contract.file import recall_contract
from escalation.contract import Contract
from handlers.contract.changes import version_words
from handlers.words.texts import Texts
from store.database import Store
from store.errors import NoDatabase, UnusableDatabase


def against_database(
    url: str, contracts: Sequence[Contract], now: datetime, texts: Texts
) -> list[str]:
    """What these versions would change beside those in force, where there is a database.

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

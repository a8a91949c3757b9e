"""The doctor looks at the database, and at what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.operate.database_words import refusal_of_database
from bot.operate.duty_words import undated_words
from bot.operate.findings import Finding
from config.contract.file import recall_contract
from config.settings import Settings
from escalation.contract import Contract
from handlers.words.texts import Texts
from store.database import Store
from store.errors import DatabaseRefuses, NoDatabase
from store.transaction.outbox_message import OutboxState


async def look_at_database(
    settings: Settings, contracts: Sequence[Contract], now: datetime, texts: Texts
) -> list[Finding]:
    """The database, read beside a bot that may be running; nothing is made or changed."""
    store = Store(
        settings.database_url.get_secret_value(),
        read_contract=recall_contract,
        direct_url=settings.database_direct_url.get_secret_value(),
    )
    try:
        await store.start_reading()
        if not await store.upkeep.up_to_date():
            words = texts("The database is of another version: the bot sees to it when it starts.")
            return [Finding(True, words)]
        broken = [v.contract for v in await store.journal.verify() if not v.whole]
        messages, timers = await store.outbox.unsent(), await store.timers.failing()
        edited = await store.contracts.replaced(contracts)
    except NoDatabase as none:
        words = texts(
            "There is no database at %(database)s yet: the bot makes it when it first starts.",
            database=none.database,
        )
        return [Finding(True, words)]
    except DatabaseRefuses as refusal:
        return [Finding(False, refusal_of_database(refusal, texts))]
    except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
        words = texts("The database cannot be opened: %(why)s. Look at DATABASE_URL.", why=error)
        return [Finding(False, words)]
    finally:
        await store.stop()
    if broken:
        words = texts("The journal of %(contracts)s is broken.", contracts=", ".join(broken))
        found = [Finding(False, words)]
    else:
        found = [Finding(True, texts("The database opens, and the journal is whole."))]
    aside = sum(message.state is OutboxState.FAILED for message in messages)
    if aside or timers:  # somebody has not been told, or something stands still
        words = texts(
            "Messages set aside: %(letters)s; timers that fail: %(timers)s. See escalade outbox.",
            letters=aside,
            timers=len(timers),
        )
        found.append(Finding(False, words))
    for old, new in edited:
        if moved := undated_words(old, new, now, texts):
            found.append(Finding(False, "\n".join(moved)))
    return found

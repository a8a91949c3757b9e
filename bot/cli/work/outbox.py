"""Show what has not left yet, what was set aside and why, and putting it back."""

from __future__ import annotations

import asyncio
from datetime import UTC
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.words import fail, operator_texts, say
from bot.clock import FlowingClock
from config.contract.file import recall_contract
from escalation.base.sober_text import sober
from handlers.words.texts import Texts, msg
from store.database import Store
from store.queues.outbox_admin import UnsentMessage
from store.transaction.outbox_message import OutboxState

STATES = {
    OutboxState.WAITING: msg("waits"),
    OutboxState.SENDING: msg("is being sent"),
    OutboxState.UNCERTAIN: msg("is looked for"),
    OutboxState.FAILED: msg("set aside"),
}


def show(url: str) -> int:
    """List what was set aside and what waits; 1 where something was set aside."""
    return asyncio.run(_show(url, operator_texts()))


async def _show(url: str, texts: Texts) -> int:
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    try:
        messages, timers = await store.outbox.unsent(), await store.timers.failing()
    finally:
        await store.stop()
    aside = [message for message in messages if message.state is OutboxState.FAILED]
    if messages:
        Console(soft_wrap=False).print(_table(messages, texts))
    else:
        say(texts("Nothing waits to be sent."))
    for timer in timers:
        say(
            texts(
                "Timer %(name)s of %(subject)s (%(contract)s), failures so far %(times)s: %(why)s",
                name=timer.timer.name,
                subject=timer.timer.subject,
                contract=timer.timer.contract,
                times=timer.failures,
                why=timer.error,
            )
        )
    if aside:
        say(
            texts(
                "Set aside: %(number)s. Once the cause is corrected: escalade outbox retry all",
                number=len(aside),
            )
        )
    return 1 if aside or timers else 0


def _table(messages: list[UnsentMessage], texts: Texts) -> Table:
    now = FlowingClock.starting().now().astimezone(UTC)
    table = Table(box=None, pad_edge=False)
    for title in (
        texts("No."), texts("state"), texts("age"), texts("about"), texts("to"),
        texts("attempts"), texts("why"),
    ):  # fmt: skip
        table.add_column(title, overflow="fold")
    for message in messages:
        table.add_row(
            str(message.number),
            texts(STATES[message.state]),
            texts.duration(now - message.at),
            f"{message.contract} {message.subject} {message.topic}{' !' if message.urgent else ''}",
            str(message.to),
            str(message.attempts),
            escape(sober(message.error)),
        )
    return table


def retry(url: str, which: list[str]) -> int:
    """Put messages back that were set aside, by number, or all; 1 where none of them was."""
    texts = operator_texts(ZoneInfo("UTC"))
    numbers = None if which == ["all"] else [int(n) for n in which if n.isdecimal()]
    if numbers is not None and len(numbers) < len(which):
        fail(texts("Give the numbers that escalade outbox lists, or all."))
    count = asyncio.run(_retry(url, numbers))
    say(texts("Put back: %(number)s.", number=count))
    return 0 if count or numbers is None else 1


async def _retry(url: str, numbers: list[int] | None) -> int:
    store = Store(url, read_contract=recall_contract)
    await store.start_beside()
    try:
        return await store.outbox.retry(numbers)
    finally:
        await store.stop()

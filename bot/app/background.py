"""What the bot does in the background: messages that leave, look-outs, signs of life."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from time import monotonic

import aiohttp

from bot.app.setup import Setup
from bot.app.timekeeping import Timekeeping
from bot.delivery.dispatcher import Courier
from bot.directory.directory import Directory
from bot.observe.heartbeat import Heartbeat
from bot.operate.retention import Retention
from bot.time.poller import Lookout
from bot.time.reconciler import Auditor

STUCK_SECONDS = 15.0


def begin_work(
    base: Timekeeping, courier: Courier, directory: Directory, opened: AsyncExitStack
) -> None:
    """Let messages leave and people be looked up, until `opened` is closed."""
    lookout = Lookout(
        store=base.store,
        clock=base.clock,
        metrics=base.metrics,
        alarms=base.alarms,
        ticker=base.ticker,
        courier=courier,
    )
    base.store.on_sent(courier.stir)
    opened.push_async_callback(base.tasks.cancel, "lookout", "courier", "directory")
    base.tasks.begin("courier", courier.run)
    base.tasks.begin("lookout", lookout.run)
    base.tasks.begin("directory", directory.run)
    base.readiness.add(lambda: stuck(base, courier))


def begin_watch(
    setup: Setup,
    base: Timekeeping,
    courier: Courier,
    auditor: Auditor,
    session: aiohttp.ClientSession,
    opened: AsyncExitStack,
) -> None:
    """Look after what others may have missed, until `opened` is closed."""
    watching = setup.watching

    async def withheld() -> list[str]:
        why = await stuck(base, courier)
        await base.gauges.count()
        return why + base.gauges.withheld()

    opened.push_async_callback(base.tasks.cancel, "auditor", "retention", "heartbeat")
    base.tasks.begin("auditor", auditor.run)
    if setup.kept:
        base.tasks.begin("retention", Retention(base.store, base.clock, setup.kept).run)
    if watching.heartbeat_url:
        heartbeat = Heartbeat(
            url=watching.heartbeat_url,
            every=watching.heartbeat_seconds,
            session=session,
            withheld=withheld,
            seals=base.store.journal.last_seals,
            metrics=base.metrics,
        )
        base.tasks.begin("heartbeat", heartbeat.run)


async def stuck(base: Timekeeping, courier: Courier) -> list[str]:
    """Why timers or messages do not move."""
    why = [f"{name} keeps failing" for name in base.tasks.failing()]
    for name, worker in (("ticker", base.ticker), ("courier", courier)):
        if monotonic() - worker.advanced_at > STUCK_SECONDS:
            why.append(f"the {name} stands still")
    try:
        async with asyncio.timeout(STUCK_SECONDS / 5):
            await base.store.timers.next_due()
    except Exception as trouble:  # noqa: BLE001  whatever it is, it cannot be read
        why.append(f"the database cannot be read: {type(trouble).__name__}")
    return why

"""Work of the bot in the background: messages that leave, look-outs, signs of life."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from time import monotonic

import aiohttp

from bot.app.setup import Setup
from bot.app.timekeeping import Timekeeping
from bot.delivery.dispatcher import Dispatcher
from bot.directory.directory import Directory
from bot.observe.heartbeat import Heartbeat
from bot.operate.retention import Retention
from bot.time.poller import Poller
from bot.time.reconciler import Reconciler

STUCK_SECONDS = 15.0


def begin_work(
    base: Timekeeping, dispatcher: Dispatcher, directory: Directory, opened: AsyncExitStack
) -> None:
    """Let messages leave and people be looked up, until `opened` is closed."""
    poller = Poller(
        store=base.store,
        clock=base.clock,
        metrics=base.metrics,
        alarms=base.alarms,
        timer_worker=base.timer_worker,
        dispatcher=dispatcher,
    )
    base.store.on_sent(dispatcher.stir)
    opened.push_async_callback(base.tasks.cancel, "poller", "dispatcher", "directory")
    base.tasks.begin("dispatcher", dispatcher.run)
    base.tasks.begin("poller", poller.run)
    base.tasks.begin("directory", directory.run)
    base.readiness.add(lambda: stuck(base, dispatcher))


def begin_watch(
    setup: Setup,
    base: Timekeeping,
    dispatcher: Dispatcher,
    reconciler: Reconciler,
    session: aiohttp.ClientSession,
    opened: AsyncExitStack,
) -> None:
    """Look after what others may have missed, until `opened` is closed."""
    monitoring = setup.monitoring

    async def withheld() -> list[str]:
        why = await stuck(base, dispatcher)
        await base.gauges.count()
        return why + base.gauges.withheld()

    opened.push_async_callback(base.tasks.cancel, "reconciler", "retention", "heartbeat")
    base.tasks.begin("reconciler", reconciler.run)
    if setup.kept:
        base.tasks.begin("retention", Retention(base.store, base.clock, setup.kept).run)
    if monitoring.heartbeat_url:
        heartbeat = Heartbeat(
            url=monitoring.heartbeat_url,
            every=monitoring.heartbeat_seconds,
            session=session,
            withheld=withheld,
            seals=base.store.journal.last_seals,
            metrics=base.metrics,
        )
        base.tasks.begin("heartbeat", heartbeat.run)


async def stuck(base: Timekeeping, dispatcher: Dispatcher) -> list[str]:
    """Return why timers or messages do not move."""
    why = [f"{name} keeps failing" for name in base.tasks.failing()]
    for name, worker in (("timer worker", base.timer_worker), ("dispatcher", dispatcher)):
        if monotonic() - worker.advanced_at > STUCK_SECONDS:
            why.append(f"the {name} stands still")
    try:
        async with asyncio.timeout(STUCK_SECONDS / 5):
            await base.store.timers.next_due()
    except Exception as trouble:  # noqa: BLE001  whatever it is, it cannot be read
        why.append(f"the database cannot be read: {type(trouble).__name__}")
    return why

"""The part of the bot that fires timers: it needs no Slack, and starts before all that does."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.app.in_force import put_in_force
from bot.app.setup import Setup
from bot.app.tasks import Tasks
from bot.clock import Clock, FlowingClock
from bot.observe.gauges import Gauges
from bot.observe.metrics import Metrics
from bot.observe.readiness import Readiness
from bot.observe.tracing import Tracing
from bot.time.timer_worker import TimerWorker
from bot.time.wake_up import WakeUp
from bot.web.monitoring_site import WatchSite
from config.contract.file import recall_contract
from escalation.contract import Contract
from store.database import Store


@dataclass(frozen=True, kw_only=True)
class Timekeeping:
    """The part that fires timers, and shows whether it does."""

    clock: Clock
    metrics: Metrics
    tracing: Tracing
    tasks: Tasks
    readiness: Readiness
    gauges: Gauges
    site: WatchSite
    store: Store
    contracts: tuple[Contract, ...]
    alarms: WakeUp
    timer_worker: TimerWorker


async def keep_time(setup: Setup, opened: AsyncExitStack, *, ticking: bool) -> Timekeeping:
    """Open the memory, put the contracts in force and, if `ticking`, fire what is overdue.

    What is opened is left to `opened` to close. Raises what opening the memory raises,
    ContractFaults, OSError where the site's port is taken, and CannotStart.
    """
    clock, metrics, readiness = setup.clock, Metrics(), Readiness()
    tracing = Tracing.to(setup.monitoring.otlp_endpoint)
    if tracing.on:
        opened.push_async_callback(asyncio.to_thread, tracing.stop)
    store = Store(
        setup.database_url, read_contract=recall_contract, direct_url=setup.database_direct_url
    )
    gauges = Gauges(store=store, clock=clock, metrics=metrics)
    site = WatchSite(metrics=metrics, unready=readiness.unready, count=gauges.count)
    opened.push_async_callback(site.stop)
    if setup.monitoring.port is not None:
        await site.start(setup.monitoring.host, setup.monitoring.port)
    if isinstance(clock, FlowingClock):
        store.on_time(clock.wall.follow)
    opened.push_async_callback(store.stop)
    await store.start()
    contracts = await put_in_force(store, setup.contracts, clock.now())
    tasks, alarms = Tasks(metrics), WakeUp(clock)
    timer_worker = TimerWorker(store.timers, clock, metrics, tracing)
    opened.push_async_callback(tasks.cancel)
    if ticking:
        alarms.start()
        opened.callback(alarms.stop)
        store.on_armed(alarms.wake_at)
        tasks.begin("timer worker", lambda: timer_worker.run(alarms))
        await timer_worker.looked.wait()
    return Timekeeping(
        clock=clock,
        metrics=metrics,
        tracing=tracing,
        tasks=tasks,
        readiness=readiness,
        gauges=gauges,
        site=site,
        store=store,
        contracts=contracts,
        alarms=alarms,
        timer_worker=timer_worker,
    )

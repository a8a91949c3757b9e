"""The composition root: builds the bot whole on what keeps time, and joins it to Slack."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

import aiohttp

from bot.app.application import BotApplication
from bot.app.background import begin_watch, begin_work
from bot.app.command_rates import Rated, Rates
from bot.app.hearing import DRAIN_SECONDS, hear, learn
from bot.app.setup import Setup, SlackConnection
from bot.app.slack_app import SlackApp
from bot.app.timekeeping import Timekeeping
from bot.delivery.dispatcher import Dispatcher
from bot.directory.directory import Directory
from bot.observe.metrics import Metrics
from bot.slack.budget import SlackBudget
from bot.slack.budgeted_client import BudgetedClient
from bot.slack.socket import SocketWatch
from bot.time.reconciler import Reconciler
from bot.web.event_site import EventSite
from bot.web.feed_site import FeedSite
from bot.web.outbound import open_session
from escalation.contract import Contract
from handlers.slack.inbox import Inbox
from handlers.slack.listeners import register


@dataclass(frozen=True, kw_only=True)
class Bot(Timekeeping):
    """The whole bot, running until it is told to `stop`."""

    session: aiohttp.ClientSession
    client: BudgetedClient
    directory: Directory
    application: BotApplication
    dispatcher: Dispatcher
    reconciler: Reconciler
    app: SlackApp
    listeners: Inbox
    socket: SocketWatch | None
    opened: AsyncExitStack = field(repr=False)

    async def settle(self) -> int:
        """Do all there is to do at this instant: fire what is due, deliver what waits."""
        total = 0
        while True:
            upcoming, now = await self.store.upcoming(), self.clock.now()
            done = sent = 0
            if upcoming.timer is not None and upcoming.timer <= now:
                done = await self.timer_worker.fire_due()
            if done or (upcoming.message is not None and upcoming.message <= now):
                sent = await self.dispatcher.deliver_waiting()
            done += sent + await self.directory.advance()
            if not done:
                return total
            total += done

    async def __aenter__(self) -> Self:
        """It runs already; it is stopped at the end."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop everything: nothing new comes in, what is being done is finished (within bounds).

        What was not sent stays in the outbox.
        """
        await self.opened.aclose()


async def wired(setup: Setup, base: Timekeeping, opened: AsyncExitStack, *, ticking: bool) -> Bot:
    """Build the rest of the bot, and have it send to Slack and hear it; raises CannotStart.

    What is opened is left to `opened`, and goes over to the bot once that is whole.
    """
    connection, ids = setup.connection, tuple(contract.id for contract in base.contracts)
    session = open_session(timeout=connection.call_timeout)
    opened.push_async_callback(session.close)
    client = BudgetedClient(
        budget=SlackBudget(),
        clock=base.clock,
        metrics=base.metrics,
        tracing=base.tracing,
        token=connection.bot_token,
        base_url=connection.api_url,
        session=session,
        retry_handlers=[],
        timeout=connection.call_timeout,
    )
    directory = Directory(client, base.clock, store=base.store, contracts=ids)
    opened.push_async_callback(directory.stop)
    application = BotApplication(
        base.store,
        base.clock,
        directory,
        ids,
        base.metrics,
        base.tracing,
        feeds=setup.feeds,
        language=_common_language(base.contracts),
    )
    dispatcher = Dispatcher(
        store=base.store,
        clock=base.clock,
        directory=directory,
        perform=application.carry_out,
        methods=setup.methods(),
        fallback_after=setup.fallback_after,
        chance=setup.chance,
        metrics=base.metrics,
        tracing=base.tracing,
    )
    opened.push_async_callback(dispatcher.finish, DRAIN_SECONDS)
    reconciler = Reconciler(
        store=base.store,
        clock=base.clock,
        metrics=base.metrics,
        gauges=base.gauges,
        wake_timer_worker=base.alarms.woken.set,
        wake_dispatcher=dispatcher.woken.set,
    )
    app = SlackApp(client, directory.me, base.metrics, setup.names)
    rates = Rates(a_minute=setup.commands_a_minute, at_once=setup.commands_at_once)
    app.use(Rated(rates, application, base.clock, client))
    listeners = register(app, application, client, setup.names)
    socket = _socket(connection, app, client, base.metrics) if connection.app_token else None
    await learn(directory.me)
    await directory.load()
    if ticking:
        begin_work(base, dispatcher, directory, opened)
    base.site.events = events = EventSite(
        application, application.contracts, setup.secret, base.metrics
    )
    base.site.feeds = FeedSite(application, application.contracts, setup.feeds)
    opened.push_async_callback(events.stop)
    await hear(base, listeners, socket, opened)
    if ticking:
        begin_watch(setup, base, dispatcher, reconciler, session, opened)
        base.readiness.begun()
    return Bot(
        **vars(base),
        session=session,
        client=client,
        directory=directory,
        application=application,
        dispatcher=dispatcher,
        reconciler=reconciler,
        app=app,
        listeners=listeners,
        socket=socket,
        opened=opened.pop_all(),
    )


def _socket(
    connection: SlackConnection, app: SlackApp, client: BudgetedClient, metrics: Metrics
) -> SocketWatch:
    return SocketWatch(
        app,
        connection.app_token,
        client,
        patience=connection.socket_patience,
        look=connection.socket_look,
        metrics=metrics,
    )


def _common_language(contracts: Sequence[Contract]) -> str:
    """The language of all contracts; English where they have more than one."""
    languages = {contract.language for contract in contracts}
    return languages.pop() if len(languages) == 1 else "en"

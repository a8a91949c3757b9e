"""The composition root: builds the bot whole on what keeps time, and joins it to Slack."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

import aiohttp

from bot.app.application import BotFront
from bot.app.background import begin_watch, begin_work
from bot.app.command_rates import Rated, Rates
from bot.app.hearing import DRAIN_SECONDS, hear, learn
from bot.app.setup import Plug, Setup
from bot.app.slack_app import SlackApp
from bot.app.timekeeping import Timekeeping
from bot.delivery.dispatcher import Courier
from bot.directory.directory import Directory
from bot.observe.metrics import Metrics
from bot.slack.budget import SlackBudget
from bot.slack.budgeted_client import PacedClient
from bot.slack.socket import SocketWatch
from bot.time.reconciler import Auditor
from bot.web.outbound import open_session
from escalation.contract import Contract
from handlers.slack.inbox import Inbox
from handlers.slack.listeners import register


@dataclass(frozen=True, kw_only=True)
class Bot(Timekeeping):
    """The whole bot, running until it is told to `stop`."""

    session: aiohttp.ClientSession
    client: PacedClient
    directory: Directory
    front: BotFront
    courier: Courier
    auditor: Auditor
    app: SlackApp
    listeners: Inbox
    socket: SocketWatch | None
    opened: AsyncExitStack = field(repr=False)

    async def settle(self) -> int:
        """Do all there is to do at this instant: fire what is due, deliver what waits."""
        total = 0
        while True:
            done = await self.ticker.fire_due() + await self.courier.deliver_waiting()
            done += await self.directory.advance()
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
    plug, ids = setup.plug, tuple(contract.id for contract in base.contracts)
    session = open_session(timeout=plug.call_timeout)
    opened.push_async_callback(session.close)
    client = PacedClient(
        budget=SlackBudget(),
        clock=base.clock,
        metrics=base.metrics,
        tracing=base.tracing,
        token=plug.bot_token,
        base_url=plug.api_url,
        session=session,
        retry_handlers=[],
        timeout=plug.call_timeout,
    )
    directory = Directory(client, base.clock, store=base.store, contracts=ids)
    opened.push_async_callback(directory.stop)
    front = BotFront(
        base.store,
        base.clock,
        directory,
        ids,
        base.metrics,
        base.tracing,
        language=_common_language(base.contracts),
    )
    courier = Courier(
        store=base.store,
        clock=base.clock,
        directory=directory,
        perform=front.carry_out,
        ways=setup.ways(),
        fallback_after=setup.fallback_after,
        chance=setup.chance,
        metrics=base.metrics,
        tracing=base.tracing,
    )
    opened.push_async_callback(courier.finish, DRAIN_SECONDS)
    auditor = Auditor(
        store=base.store,
        clock=base.clock,
        metrics=base.metrics,
        gauges=base.gauges,
        wake_ticker=base.alarms.woken.set,
        wake_courier=courier.woken.set,
    )
    app = SlackApp(client, directory.me, base.metrics, setup.names)
    rates = Rates(a_minute=setup.commands_a_minute, at_once=setup.commands_at_once)
    app.use(Rated(rates, front, base.clock, client))
    listeners = register(app, front, client, setup.names)
    socket = _socket(plug, app, client, base.metrics) if plug.app_token else None
    await learn(directory.me)
    await directory.load()
    if ticking:
        begin_work(base, courier, directory, opened)
    await hear(base, listeners, socket, opened)
    if ticking:
        begin_watch(setup, base, courier, auditor, session, opened)
        base.readiness.begun()
    return Bot(
        **vars(base),
        session=session,
        client=client,
        directory=directory,
        front=front,
        courier=courier,
        auditor=auditor,
        app=app,
        listeners=listeners,
        socket=socket,
        opened=opened.pop_all(),
    )


def _socket(plug: Plug, app: SlackApp, client: PacedClient, metrics: Metrics) -> SocketWatch:
    return SocketWatch(
        app,
        plug.app_token,
        client,
        patience=plug.socket_patience,
        look=plug.socket_look,
        metrics=metrics,
    )


def _common_language(contracts: Sequence[Contract]) -> str:
    """The language of all contracts; English where they have more than one."""
    languages = {contract.language for contract in contracts}
    return languages.pop() if len(languages) == 1 else "en"

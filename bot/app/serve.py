"""Running the bot until it is told to stop: over Socket Mode, or over HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.clock import FlowingClock
from bot.operate.gc_tuning import search_seldom
from bot.web.feed_site import FeedLinks
from config.contract.file import contract_texts
from config.environment import secret_named
from config.settings import Settings

if TYPE_CHECKING:
    from bot.delivery.contact_methods import ContactMethod

log = structlog.get_logger()


def setup_of(settings: Settings) -> Setup:
    """The bot of these settings; raises ContractFaults where a file is none."""
    socket = settings.mode == "socket"
    return Setup(
        connection=SlackConnection(
            api_url=settings.slack_api_url,
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value() if socket else "",
        ),
        database_url=settings.database_url.get_secret_value(),
        database_direct_url=settings.database_direct_url.get_secret_value(),
        contracts=contract_texts(settings.contracts),
        names=settings.command_names,
        secret=partial(secret_named, environ=os.environ),
        clock=FlowingClock.parse(settings.clock) if settings.clock else FlowingClock.starting(),
        methods=partial(contact_methods, settings),
        fallback_after=timedelta(seconds=settings.fallback_seconds),
        monitoring=Monitoring(
            host=settings.watch_host,
            port=settings.watch_port or None,
            heartbeat_url=settings.heartbeat_url.get_secret_value(),
            heartbeat_seconds=settings.heartbeat_seconds,
            otlp_endpoint=settings.otlp_endpoint,
        ),
        feeds=FeedLinks(
            secret=settings.feeds_key.get_secret_value(), url=settings.feeds_url.rstrip("/")
        ),
        kept=timedelta(days=settings.keep_days),
        commands_a_minute=settings.commands_a_minute,
        commands_at_once=settings.commands_at_once,
    )


def contact_methods(settings: Settings) -> tuple[ContactMethod, ...]:
    """Make the contact methods besides Slack that the settings give."""
    if not settings.smtp_host:
        return ()
    from bot.delivery.mail import Mail  # noqa: PLC0415  asked for once timers fire

    mail = Mail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
    )
    return (mail,)


async def serve(settings: Settings) -> None:
    """Start the bot and keep it running until SIGTERM or SIGINT."""
    setup = await asyncio.to_thread(setup_of, settings)
    stopping = stopped()
    async with await start(setup) as bot, AsyncExitStack() as opened:
        if settings.mode == "http":
            from bot.web.slack_site import SlackSite  # noqa: PLC0415  as above

            site = SlackSite(bot.app, settings.slack_signing_secret.get_secret_value())
            opened.push_async_callback(site.stop)
            await site.start(settings.host, settings.port)
        search_seldom()
        log.info("running", action="started", mode=settings.mode)
        await stopping.wait()
        log.info("stopping", action="stopping")


def stopped() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; must be called inside the running loop."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping

"""Running the bot until it is told to stop: over Socket Mode, or over HTTP."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

import structlog

from bot.clock import FlowingClock
from bot.command_rates import Rates
from bot.mail import Mail
from bot.rubbish import search_seldom
from bot.slack_site import SlackSite
from bot.ways import Way
from bot.wiring import Bot, Plug, Watching
from config.contract_file import contract_texts
from config.settings import Settings

log = structlog.get_logger()


def built(settings: Settings) -> Bot:
    """The bot of these settings, not started yet; raises ContractFaults where a file is none."""
    socket = settings.mode == "socket"
    return Bot(
        plug=Plug(
            api_url=settings.slack_api_url,
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value() if socket else "",
        ),
        database_url=settings.database_url.get_secret_value(),
        database_direct_url=settings.database_direct_url.get_secret_value(),
        contracts=contract_texts(settings.contracts),
        names=settings.command_names,
        clock=FlowingClock.parse(settings.clock) if settings.clock else FlowingClock.starting(),
        ways=ways_of(settings),
        fallback_after=timedelta(seconds=settings.fallback_seconds),
        watching=Watching(
            host=settings.watch_host,
            port=settings.watch_port or None,
            heartbeat_url=settings.heartbeat_url.get_secret_value(),
            heartbeat_seconds=settings.heartbeat_seconds,
            otlp_endpoint=settings.otlp_endpoint,
        ),
        kept=timedelta(days=settings.keep_days),
        rates=Rates(a_minute=settings.commands_a_minute, at_once=settings.commands_at_once),
    )


def ways_of(settings: Settings) -> tuple[Way, ...]:
    """The ways to people besides Slack that the settings give."""
    if not settings.smtp_host:
        return ()
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
    bot = await asyncio.to_thread(built, settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    site: SlackSite | None = None
    try:
        await bot.start()
        if settings.mode == "http":
            secret = settings.slack_signing_secret.get_secret_value()
            site = SlackSite(bot.app, secret)
            await site.start(settings.host, settings.port)
        search_seldom()
        log.info("running", action="started", mode=settings.mode)
        await stopping.wait()
        log.info("stopping", action="stopping")
    finally:
        if site is not None:
            await site.stop()
        await bot.stop()

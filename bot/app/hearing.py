"""The way in from Slack: known to it, connected by a socket, and heard out at the end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from bot.app.timekeeping import Timekeeping
from bot.directory.myself import Myself
from bot.errors import CannotStart
from bot.slack.calls import NotSent, Uncertain, Undeliverable, sure
from bot.slack.refusals import remedy
from bot.slack.socket import SocketWatch
from handlers.slack.inbox import Inbox

log = structlog.get_logger()

DRAIN_SECONDS = 5.0


async def learn(me: Myself) -> None:
    """Ask Slack who the bot is; raises CannotStart where it refuses the token."""
    try:
        await me.learn()
    except Undeliverable as refusal:
        raise CannotStart(remedy(refusal.code, "SLACK_BOT_TOKEN")) from refusal
    except (NotSent, Uncertain) as trouble:
        log.warning("Slack is out of reach; going on", action="slack_down", why=str(trouble))


async def hear(
    base: Timekeeping, listeners: Inbox, socket: SocketWatch | None, opened: AsyncExitStack
) -> None:
    """Hear Slack until `opened` is closed; raises CannotStart where it refuses the token."""
    opened.push_async_callback(_hear_out, listeners, socket)
    if socket is None:
        return
    base.readiness.add(lambda: _unheard(socket))
    try:
        await sure(socket.connect())
    except Undeliverable as refusal:
        raise CannotStart(remedy(refusal.code, "SLACK_APP_TOKEN")) from refusal
    except (NotSent, Uncertain) as trouble:
        log.warning("Slack is out of reach; trying on", action="socket_down", why=str(trouble))
    opened.push_async_callback(base.tasks.cancel, "socket")
    base.tasks.begin("socket", socket.run)


async def _unheard(socket: SocketWatch) -> list[str]:
    """Return why Slack cannot reach the bot."""
    if await socket.connected():
        return []
    why = ["Slack cannot reach the bot: its socket is down"]
    return [*why, remedy(socket.refused, "SLACK_APP_TOKEN")] if socket.refused else why


async def _hear_out(listeners: Inbox, socket: SocketWatch | None) -> None:
    """Hear nothing new, and finish what was heard, for a while."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            if socket is not None:
                await socket.answered()  # while there is a way to acknowledge it
                await socket.close()
            await listeners.drained()
    except TimeoutError:
        log.warning("stopped while listeners were working", action="stop_cut_short")
        await listeners.cut_off()  # before the ways to answer are closed
        if socket is not None:
            await socket.close()

"""Starting the bot: what is overdue fires first, before Slack's side is even imported."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.app.setup import Setup
from bot.app.timekeeping import keep_time

if TYPE_CHECKING:
    from bot.app.wiring import Bot


async def start(setup: Setup, *, ticking: bool = True) -> Bot:
    """Start everything; raises CannotStart and the like, and leaves nothing open then.

    `ticking=False` leaves time to whoever calls `settle`.
    """
    async with AsyncExitStack() as opened:
        base = await keep_time(setup, opened, ticking=ticking)
        wired = await asyncio.to_thread(_slack_side)
        return await wired(setup, base, opened, ticking=ticking)


def _slack_side() -> Callable[..., Awaitable[Bot]]:
    """Import what takes half a second, in a thread: timers fire meanwhile."""
    from bot.app.wiring import wired  # noqa: PLC0415  see above

    return wired

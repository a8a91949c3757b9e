"""What the tests of several replicas share."""

from __future__ import annotations

import asyncio

SOON = 5.0  # seconds of patience where the server or another replica of this process has to act
STARTED = 120.0  # seconds of patience for a process of its own, which imports everything first


async def until(happened: object, within: float = SOON) -> None:
    """Wait until an event is set."""
    assert isinstance(happened, asyncio.Event)
    async with asyncio.timeout(within):
        await happened.wait()

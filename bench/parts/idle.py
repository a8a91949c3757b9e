"""Idle: the whole bot, connected, with many timers armed and none of them due."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import process_time
from typing import Any

import psutil

from bench.figures import Figure
from bench.ground import fresh, started
from bench.process import run, say
from bench.seed import arm, seed
from bench.workspace import setup, workspace
from bot.app.starting import start
from bot.clock import FlowingClock
from bot.operate.gc_tuning import search_seldom

MOST_BUSY = 0.5  # per cent of a core
MOST_MEMORY = 150.0  # MiB
SIZES = (1_000, 10_000, 100_000, 1_000_000)


async def job(url: str, place: dict[str, Any], seconds: float) -> None:
    """In a process of its own: run the bot, and measure this process."""
    running = await start(setup(url, place, socket=True))
    search_seldom()
    await asyncio.sleep(1.5)
    busy = process_time()
    await asyncio.sleep(seconds)
    busy = (process_time() - busy) / seconds * 100
    memory = psutil.Process().memory_info().rss / 2**20
    await running.stop()
    say({"busy": busy, "memory": memory})


async def _armed(url: str, count: int) -> None:
    """A hundred real incidents, and timers up to that number."""
    first = FlowingClock.starting().now() + timedelta(days=1)

    async with started(url) as store:
        await seed(store, min(100, count // 20), lambda n: first + timedelta(seconds=n))
        await arm(store, count, first)


async def idle(database: str, count: int, seconds: float = 6) -> list[Figure]:
    """The share of a core, and the memory, of the whole bot."""
    with fresh(database) as url:
        await _armed(url, count)
        async with workspace() as place:
            found = await run("idle", url=url, place=place, seconds=seconds)
    part = f"idle, {count:,} timers"
    return [
        Figure(
            part=part,
            database=database,
            what="share of a core",
            value=found["busy"],
            unit="%",
            most=MOST_BUSY if count >= 100_000 else None,
            scales=True,
        ),
        Figure(
            part=part,
            database=database,
            what="memory",
            value=found["memory"],
            unit="MiB",
            most=MOST_MEMORY if count >= 100_000 else None,
        ),
    ]

"""After a stop: how soon the first overdue timer fires, and how soon all of them have."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from bench.figures import Figure
from bench.ground import POSTGRESQL, SQLITE, fresh, started
from bench.parts.burst import DUE
from bench.process import result, running, say
from bench.seed import seed
from bench.workspace import setup, workspace
from bot.app.starting import start

MOST_FIRST = 2.0  # seconds
MOST_ALL = {SQLITE: 5.0, POSTGRESQL: 8.0}


async def job(url: str, place: dict[str, Any], count: int) -> None:
    """In a process of its own: start the whole bot on a backlog."""
    started_bot = await start(setup(url, place, socket=True))
    up, first = monotonic(), 0.0
    while True:
        fired = started_bot.metrics.value("escalade_timers_fired_total")
        first = first or (monotonic() if fired else 0.0)
        if fired >= count:
            break
        await asyncio.sleep(0.005)
    say({"up": up, "first": first, "all": monotonic()})
    await started_bot.stop()


async def recovery(database: str, count: int = 10_000) -> list[Figure]:
    """Counted from the start of the process, and from the instant the bot is up."""
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, count, lambda _: DUE)
        async with workspace() as place:
            begun = monotonic()
            async with running("recovery", url=url, place=place, count=count) as process:
                found = await result(process)
    part = f"recovery with {count:,} overdue"
    return [
        Figure(
            part=part,
            database=database,
            what="first fired after the process began",
            value=found["first"] - begun,
            unit="s",
            most=MOST_FIRST,
            scales=True,
        ),
        Figure(
            part=part,
            database=database,
            what="all fired after that",
            value=found["all"] - found["first"],
            unit="s",
            most=MOST_ALL[database],
            scales=True,
        ),
    ]

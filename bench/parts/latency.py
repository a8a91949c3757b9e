"""How long Slack waits for its answer to a command that writes: alone, in a crowd, in a burst.

From the envelope's arrival to its acknowledgement, which comes after the commit.
"""

from __future__ import annotations

import asyncio
import json
from itertools import count
from time import perf_counter
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest

from bench.figures import Figure, p50, p99
from bench.ground import fresh, started
from bench.parts.burst import DUE
from bench.process import run, say
from bench.seed import seed
from bench.workspace import setup, workspace
from bot.app.starting import start
from bot.app.wiring import Bot
from bot.operate.gc_tuning import search_seldom

MOST_ALONE = 5.0  # milliseconds
MOST_IN_A_CROWD = 60.0
MOST_IN_A_BURST = 1000.0
MOST_LAG = 50.0
CROWD = 16
ROUNDS = 5
LAG_SECONDS = 0.005


def form(place: dict[str, Any], number: int) -> dict[str, str]:
    """A command that writes, as Slack sends it."""
    return {
        "token": "x",
        "team_id": "T1",
        "team_domain": "bench",
        "channel_id": place["room"],
        "channel_name": "room",
        "user_id": place["users"]["claire-vasseur"],
        "user_name": "claire",
        "command": "/incident",
        "text": "note INC-0001 seen again at the second site",
        "response_url": place["answers"],
        "trigger_id": f"{number}.{number}.bench",
        "api_app_id": "A1",
    }


async def _one(running: Bot, place: dict[str, Any], numbers: Any) -> float:
    body = json.dumps(form(place, next(numbers)))
    request = AsyncBoltRequest(mode="socket_mode", body=body)
    begun = perf_counter()
    answer = await running.app.async_dispatch(request)
    waited = (perf_counter() - begun) * 1000
    if answer.status != 200:
        raise RuntimeError(f"not acknowledged: {answer.status} {answer.body}")
    return waited


async def _crowd(running: Bot, place: dict[str, Any], numbers: Any, each: int) -> list[float]:
    async def caller() -> list[float]:
        return [await _one(running, place, numbers) for _ in range(each)]

    return [ms for found in await asyncio.gather(*(caller() for _ in range(CROWD))) for ms in found]


async def _lag(found: list[float]) -> None:
    while True:
        begun = perf_counter()
        await asyncio.sleep(LAG_SECONDS)
        found.append((perf_counter() - begun - LAG_SECONDS) * 1000)


async def job(url: str, place: dict[str, Any], burst: int, calls: int) -> None:
    """In a process of its own: the whole bot, and commands as Slack sends them."""
    running, numbers = await start(setup(url, place, socket=False), ticking=False), count()
    for _ in range(20):
        await _one(running, place, numbers)
    search_seldom()
    alone = [await _one(running, place, numbers) for _ in range(calls)]
    crowds = []
    for _ in range(ROUNDS):
        crowd = await _crowd(running, place, numbers, calls // CROWD + 1)
        crowds.append((p50(crowd), p99(crowd)))
        await running.listeners.drained()

    async with started_beside(running) as store:
        await seed(store, burst, lambda _: DUE, first=1000)
    lag: list[float] = []
    monitoring = asyncio.create_task(_lag(lag))
    firing = asyncio.create_task(running.timer_worker.fire_due())
    busy: list[float] = []
    while not firing.done():
        busy.append(await _one(running, place, numbers))
        await asyncio.sleep(0.02)
    fired = await firing
    monitoring.cancel()
    await running.listeners.drained()
    await running.stop()
    say({"alone": alone, "crowds": crowds, "busy": busy, "lag": lag, "fired": fired})


class started_beside:  # noqa: N801  a context manager
    """The bot's own store: SQLite serves one process alone."""

    def __init__(self, running: Bot) -> None:
        self._store = running.store

    async def __aenter__(self) -> Any:
        return self._store

    async def __aexit__(self, *_: object) -> None:
        """It goes on running."""


async def latency(database: str, burst: int = 10_000, calls: int = 400) -> list[Figure]:
    """Medians and worst cases."""
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, 1, lambda _: DUE.replace(year=2099))
        async with workspace() as place:
            found = await run("latency", url=url, place=place, burst=burst, calls=calls)
    if found["fired"] < burst:
        raise RuntimeError(f"only {found['fired']} of {burst} steps fired")
    part = "slash command, committed"

    def figure(what: str, value: float, most: float | None, note: str = "") -> Figure:
        return Figure(
            part=part,
            database=database,
            what=what,
            value=value,
            unit="ms",
            most=most,
            note=note,
            scales=True,
        )

    return [
        figure("alone, p50", p50(found["alone"]), MOST_ALONE),
        figure("alone, p99", p99(found["alone"]), None),
        figure(
            f"{CROWD} at once, p99",
            p50([high for _, high in found["crowds"]]),
            MOST_IN_A_CROWD,
            f"{ROUNDS} rounds; p50 {p50([middle for middle, _ in found['crowds']]):.1f} ms",
        ),
        figure(
            f"in a burst of {burst:,}, worst",
            max(found["busy"]),
            MOST_IN_A_BURST,
            f"{len(found['busy'])} commands, p50 {p50(found['busy']):.1f} ms",
        ),
        figure("event loop's lag in it, p99", p99(found["lag"]), MOST_LAG),
    ]

"""How long a signed command takes over HTTP beside those who have no signature.

From the opening of its connection to the end of its answer, which comes after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from itertools import count
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from bench.figures import Figure, p50, p99
from bench.flooding import FLOODS, SECRET, post, signed
from bench.ground import fresh, started
from bench.parts.burst import DUE
from bench.parts.latency import form
from bench.process import result, running, say, told_to_go
from bench.seed import seed
from bench.workspace import setup, workspace
from bot.app.starting import start
from bot.operate.gc_tuning import search_seldom
from bot.web.slack_site import SlackSite

MOST_SLOWER = 2.0
PAUSE_SECONDS = 0.01
WARM = 20
SETTLING_SECONDS = 1.0


async def job(url: str, place: dict[str, Any]) -> None:
    """In a process of its own: the whole bot, listening to Slack."""
    running_bot = await start(setup(url, place, socket=False), ticking=False)
    site = SlackSite(running_bot.app, SECRET)
    await site.start("127.0.0.1", 0)
    search_seldom()
    say({"port": site.port})
    await told_to_go()
    await site.stop()
    await running_bot.listeners.drained()
    await running_bot.stop()


async def _commands(port: int, bodies: Iterator[bytes], calls: int) -> list[float]:
    found = []
    for _ in range(calls):
        request, begun = signed(next(bodies)), perf_counter()
        answer = await post(port, request)
        found.append((perf_counter() - begun) * 1000)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not acknowledged: {answer[:80]!r}")
        await asyncio.sleep(PAUSE_SECONDS)
    return found


async def flood(
    database: str, calls: int = 100, rounds: int = 3, kinds: Iterable[str] = FLOODS
) -> list[Figure]:
    """How much longer than alone it takes beside each flood, of the slowest in a hundred."""
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, 1, lambda _: DUE.replace(year=2099))
        async with workspace() as place, running("flooded", url=url, place=place) as process:
            port = (await result(process))["port"]
            bodies = (urlencode(form(place, n)).encode() for n in count())
            await _commands(port, bodies, WARM)
            figures = []
            for kind in kinds:
                found = [await _round(port, bodies, calls, kind) for _ in range(rounds)]
                figures.append(_figure(database, kind, found))
    return figures


async def _round(
    port: int, bodies: Iterator[bytes], calls: int, kind: str
) -> tuple[list[float], list[float], int]:
    """Alone, then beside the flood; how many of it were refused meanwhile."""
    alone = await _commands(port, bodies, calls)
    async with running("flooding", port=port, kind=kind) as senders:
        await asyncio.sleep(SETTLING_SECONDS)
        beside = await _commands(port, bodies, calls)
        if senders.stdin is not None:
            senders.stdin.write(b"\n")
        return alone, beside, (await result(senders))["ended"]


def _figure(database: str, kind: str, rounds: list[tuple[list[float], list[float], int]]) -> Figure:
    alone, beside = ([ms for each in rounds for ms in each[which]] for which in (0, 1))
    return Figure(
        part="signed command over HTTP, p99",
        database=database,
        what=f"beside {kind}",
        value=p50([p99(each[1]) / p99(each[0]) for each in rounds]),
        unit="× alone",
        most=MOST_SLOWER,
        note=(
            f"{len(rounds)} rounds; alone p50 {p50(alone):.1f}, p99 {p99(alone):.1f} ms; beside p50"
            f" {p50(beside):.1f}, p99 {p99(beside):.1f}, worst {max(beside):.0f} ms;"
            f" {sum(each[2] for each in rounds):,} refused"
        ),
    )

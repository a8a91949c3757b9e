"""A burst: ladder steps of as many incidents all due at one instant, and the floors beside it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from time import perf_counter

import psutil

from bench import floor
from bench.figures import MACHINE, Figure, p50
from bench.ground import POSTGRESQL, SQLITE, fresh, started
from bench.process import result, running, say, told_to_go
from bench.seed import OPENED, arm, seed
from bot.operate.gc_tuning import search_seldom
from escalation.perform import fire
from store.database import Store

DUE = OPENED + timedelta(minutes=15)
LATER = DUE + timedelta(minutes=15)
BATCH = 100
LEAST = {SQLITE: 0.4, POSTGRESQL: 0.5}
LEAST_THREE = 1.7  # three replicas against one
MOST_GROWTH = 50.0  # MiB
# the fastest engine of the field at an empty job, as measured elsewhere on this class of machine
FASTEST_ELSEWHERE = 7_450.0
# what the floor does on the machine that the bounds in milliseconds and shares were set on
FLOOR_OF_THE_BOUNDS = {SQLITE: 10_100.0, POSTGRESQL: 4_960.0}
CONTRACTS = 12


async def job(url: str) -> None:
    """In a process of its own: wait for a word, drain, say how many and how long."""
    async with started(url) as store:
        search_seldom()
        say({"ready": True})
        await told_to_go()
        process = psutil.Process()
        before, most = process.memory_info().rss, 0
        total, begun, left, seconds = 0, perf_counter(), 0, 0.0
        while left < 5:
            fired = await store.timers.fire(DUE, fire, limit=BATCH)
            total += fired.count
            most = max(most, process.memory_info().rss)
            left = 0 if fired.count else left + 1
            if fired.count:
                seconds = perf_counter() - begun
            else:
                await asyncio.sleep(0.01)
        say({"steps": total, "seconds": seconds, "grown": (most - before) / 2**20})


async def drained(store: Store) -> float:
    """Fire all there is to fire; steps a second."""
    total, begun = 0, perf_counter()
    while (fired := await store.timers.fire(DUE, fire, limit=BATCH)).count:
        if fired.failed:
            raise RuntimeError(f"{len(fired.failed)} timers failed: {fired.failed[0].error}")
        total += fired.count
    return total / (perf_counter() - begun)


async def once(database: str, count: int) -> tuple[float, float, float]:
    """Steps a second of ours, of Core, and by hand: each on a fresh database of its own."""
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, count, lambda _: DUE)
            ours = await drained(store)
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, count, lambda _: DUE)
            core = await floor.core(store, DUE, LATER)
    if database != SQLITE:
        return ours, core, 0.0
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, count, lambda _: DUE)
        by_hand = floor.by_hand_sqlite(url, DUE, LATER)
    return ours, core, by_hand


async def machine(database: str, count: int = 10_000) -> list[Figure]:
    """How fast this machine is: the floor, against what it makes where the bounds were set."""
    search_seldom()
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, count, lambda _: DUE)
            core = await floor.core(store, DUE, LATER)
    value = core / FLOOR_OF_THE_BOUNDS[database]
    what = "floor, against the machine of the bounds"
    return [Figure(part=MACHINE, database=database, what=what, value=value, unit="×")]


async def burst(database: str, count: int = 10_000, repeats: int = 3) -> list[Figure]:
    """Medians of several runs, ours and the floors in turn."""
    search_seldom()  # the floors too
    runs = [await once(database, count) for _ in range(repeats)]
    ours, core, by_hand = (p50([run[n] for run in runs]) for n in range(3))
    ratio = p50([run[0] / run[1] for run in runs])
    part = f"burst of {count:,}"
    hand = [Figure(part=part, database=database, what="SQL by hand", value=by_hand, unit="/s")]
    return [
        Figure(
            part=part,
            database=database,
            what="ladder steps",
            value=ours,
            unit="/s",
            note=f"{ours / FASTEST_ELSEWHERE:.2f} × the fastest engine elsewhere, at an empty job",
        ),
        Figure(part=part, database=database, what="floor: Core", value=core, unit="/s"),
        *(hand if by_hand else []),
        Figure(
            part=part,
            database=database,
            what="steps against the Core floor",
            value=ratio,
            unit="×",
            least=LEAST[database],
        ),
    ]


async def _drained_by(url: str, replicas: int) -> tuple[float, float]:
    """Steps a second of so many processes together, and by how many MiB the largest grew."""
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(running("burst", url=url)) for _ in range(replicas)
        ]
        for worker in workers:
            await result(worker)
        for worker in workers:
            if worker.stdin is not None:
                worker.stdin.write(b"go\n")
        found = [await result(worker) for worker in workers]
    steps = sum(one["steps"] for one in found)
    return steps / max(one["seconds"] for one in found), max(one["grown"] for one in found)


async def replicas(count: int = 10_000, repeats: int = 3) -> list[Figure]:
    """One replica and three, on a burst spread over some contracts."""
    speeds: dict[int, list[float]] = {1: [], 3: []}
    for _ in range(repeats):
        for number, found in speeds.items():
            with fresh(POSTGRESQL) as url:
                async with started(url) as store:
                    await seed(store, count, lambda _: DUE, contracts=CONTRACTS)
                found.append((await _drained_by(url, number))[0])
    part = f"burst of {count:,}, {CONTRACTS} contracts"
    one, three = p50(speeds[1]), p50(speeds[3])
    return [
        Figure(part=part, database=POSTGRESQL, what="one replica", value=one, unit="/s"),
        Figure(part=part, database=POSTGRESQL, what="three replicas", value=three, unit="/s"),
        Figure(
            part=part,
            database=POSTGRESQL,
            what="three against one",
            value=three / one,
            unit="×",
            least=LEAST_THREE,
        ),
    ]


async def large(database: str, count: int = 100_000) -> list[Figure]:
    """A burst ten times as large: drained, in how much more memory."""
    with fresh(database) as url:
        async with started(url) as store:
            await seed(store, count, lambda _: DUE)
        speed, grown = await _drained_by(url, 1)
    part = f"burst of {count:,}"
    return [
        Figure(part=part, database=database, what="ladder steps", value=speed, unit="/s"),
        Figure(
            part=part,
            database=database,
            what="memory grown",
            value=grown,
            unit="MiB",
            most=MOST_GROWTH,
        ),
    ]


async def curve(database: str, sizes: tuple[int, ...], due: int = 2_000) -> list[Figure]:
    """What a step costs beside so many timers that are not due."""
    found = []
    for size in sizes:
        with fresh(database) as url:
            async with started(url) as store:
                await seed(store, due, lambda _: DUE)
                await arm(store, size, LATER)
                speed = await drained(store)
        found.append(
            Figure(
                part="cost of a step",
                database=database,
                what=f"beside {size:,} timers",
                value=1000 / speed,
                unit="ms",
            )
        )
    return found

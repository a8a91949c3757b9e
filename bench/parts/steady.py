"""Steady work: so many ladder steps a second, fired by the shipping timer worker and its waking."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from time import perf_counter, process_time

from bench.figures import Figure, p50, p99
from bench.ground import fresh, started
from bench.process import run, say
from bench.seed import seed
from bot.clock import FlowingClock
from bot.operate.gc_tuning import search_seldom
from bot.time.timer_worker import TimerWorker
from bot.time.wake_up import WakeUp
from escalation.perform import DueTimer, fire
from store.database import Store
from store.queues.timers import Fired, FireTimer
from store.transaction.transaction import SqlTransaction

MOST_LATE = {167: 60.0, 1000: 120.0}  # milliseconds
MOST_BUSY = {167: 10.0}  # per cent of a core
BATCH = 100
PROBE = 20  # incidents, seeded first to see how long one takes


class Watch:
    """Stands before the store for the timer worker, and notes how late each step was committed."""

    def __init__(self, store: Store, clock: FlowingClock) -> None:
        self._store, self._clock = store, clock
        self.late: list[float] = []
        self.wakings = 0

    async def fire(self, now: datetime, _fire: FireTimer, limit: int) -> Fired:
        """Fire, and note."""
        due: list[datetime] = []

        def noted(tx: SqlTransaction, timer: DueTimer, now: datetime, /) -> bool:
            due.append(timer.due)
            return fire(tx, timer, now)

        self.wakings += 1
        fired = await self._store.timers.fire(now, noted, limit)
        done = self._clock.now()
        if any(instant > now for instant in due):
            raise RuntimeError("a timer fired early")
        self.late += [(done - instant).total_seconds() * 1000 for instant in due]
        return fired


async def job(url: str, rate: int, seconds: float) -> None:
    """In a process of its own: seed, wait for the first step, measure until the last."""
    clock, count = FlowingClock.starting(), int(rate * seconds)
    async with started(url) as store:
        never, begun = clock.now() + timedelta(days=99), perf_counter()
        await seed(store, PROBE, lambda _: never)
        each = (perf_counter() - begun) / PROBE
        first = clock.now() + timedelta(seconds=1 + 3 * each * count)
        await seed(store, count, lambda n: first + timedelta(seconds=n / rate), first=PROBE + 1)
        if clock.now() > first:
            raise RuntimeError("seeding took too long to measure what follows")
        await asyncio.sleep(clock.wait(first) - 0.1)
        watch, alarms = Watch(store, clock), WakeUp(clock)
        alarms.start()
        search_seldom()
        timer_worker = TimerWorker(watch, clock)  # type: ignore[arg-type]  # all that the timer worker asks of it
        running = asyncio.create_task(timer_worker.run(alarms))
        store.on_armed(alarms.wake_at)
        busy = process_time()
        await asyncio.sleep(seconds + 0.1)
        async with asyncio.timeout(30):
            while len(watch.late) < count:  # noqa: ASYNC110  the timer worker tells nobody
                await asyncio.sleep(0.05)
        busy = (process_time() - busy) / (seconds + 0.1) * 100
        running.cancel()
        alarms.stop()
    say(
        {
            "p50": p50(watch.late),
            "p99": p99(watch.late),
            "earliest": min(watch.late),
            "busy": busy,
            "wakings": watch.wakings / (seconds + 0.1),
        }
    )


async def steady(database: str, rate: int, seconds: float = 8) -> list[Figure]:
    """Lateness, counted to the commit, and the share of a core."""
    with fresh(database) as url:
        found = await run("steady", url=url, rate=rate, seconds=seconds)
    part = f"steady, {rate}/s"
    return [
        Figure(part=part, database=database, what="lateness p50", value=found["p50"], unit="ms"),
        Figure(
            part=part,
            database=database,
            what="lateness p99",
            value=found["p99"],
            unit="ms",
            most=MOST_LATE.get(rate),
            note=f"earliest {found['earliest']:.1f} ms after its time",
        ),
        Figure(
            part=part,
            database=database,
            what="share of a core",
            value=found["busy"],
            unit="%",
            most=MOST_BUSY.get(rate),
            scales=True,
            note=f"{found['wakings']:.0f} wakings a second",
        ),
    ]

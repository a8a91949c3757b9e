from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from bot.clock import FlowingClock, MovedClock
from bot.time.timer_worker import TimerWorker
from bot.time.wake_up import WakeUp
from escalation.perform import DueTimer
from store.queues.timers import FailedTimer, Fired

START = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)


class Timers:
    """A store that knows timers only; `trouble` makes the next firing fail."""

    def __init__(self, *due: datetime, batch: int = 100) -> None:
        self.due = sorted(due)
        self.fired: list[tuple[datetime, datetime]] = []
        self.calls = 0
        self.trouble: Exception | None = None
        self.failed: tuple[FailedTimer, ...] = ()
        self._batch = batch

    async def fire(self, now: datetime, _fire: Callable[..., bool], limit: int) -> Fired:
        self.calls += 1
        trouble, self.trouble = self.trouble, None
        if trouble:
            raise trouble
        ready = [due for due in self.due if due <= now][: min(limit, self._batch)]
        self.due = self.due[len(ready) :]
        self.fired += [(due, now) for due in ready]
        failed, self.failed = self.failed, ()
        upcoming = self.due[0] if self.due else None
        more = len(ready) == self._batch
        return Fired(count=len(ready), more=more, next=upcoming, failed=failed)


async def test_esc_7_all_that_is_due_is_fired_batch_after_batch_and_nothing_early() -> None:
    due = [START + timedelta(minutes=n) for n in range(10)]
    timers = Timers(*due, batch=3)
    timer_worker = TimerWorker(timers, MovedClock(START + timedelta(minutes=6)))
    assert await timer_worker.fire_due() == 7
    assert [fired for fired, _ in timers.fired] == due[:7]
    assert await timer_worker.fire_due() == 0


async def ticking(timers: Timers, clock: FlowingClock, count: int) -> None:
    alarms = WakeUp(clock)
    alarms.start()
    running = asyncio.create_task(TimerWorker(timers, clock).run(alarms))
    try:
        async with asyncio.timeout(5):
            while len(timers.fired) < count:  # noqa: ASYNC110  the timer worker tells nobody
                await asyncio.sleep(0.005)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        alarms.stop()
        await asyncio.sleep(0)


async def test_esc_7_running_it_fires_each_timer_at_its_time() -> None:
    clock = FlowingClock.starting(START, 600)
    due = [START + timedelta(minutes=n) for n in range(1, 5)]
    timers = Timers(*due)
    await ticking(timers, clock, len(due))
    assert [fired for fired, _ in timers.fired] == due
    assert all(at >= planned for planned, at in timers.fired)
    assert timers.calls < 20, "it sleeps in between"


async def test_esc_7_a_failing_store_does_not_stop_it() -> None:
    clock = FlowingClock.starting(START, 600)
    timers = Timers(START)
    timers.trouble = OSError("the disk is full")
    alarms = WakeUp(clock)
    running = asyncio.create_task(TimerWorker(timers, clock).run(alarms))
    with structlog.testing.capture_logs() as logs:
        await asyncio.sleep(0)
        alarms.woken.set()  # as the poller does, which sees it still due
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(timers.fired) == 1
    assert [entry["action"] for entry in logs if entry["log_level"] == "error"] == [
        "timer_worker_failed"
    ]


async def test_esc_7_a_timer_that_fails_is_said_with_its_trace() -> None:
    timer = DueTimer(
        contract="acme", subject="INC-0001", name="ladder/client/settle", due=START, generation=3
    )
    failed = FailedTimer(
        timer=timer, failures=1, retry_at=START, error="boom", exception=RuntimeError("boom")
    )
    timers = Timers(START)
    timers.failed = (failed,)
    with structlog.testing.capture_logs() as logs:
        assert await TimerWorker(timers, MovedClock(START)).fire_due() == 1
    [said] = [line for line in logs if line["action"] == "timer_failed"]
    assert (said["log_level"], said["subject"], said["timer"]) == ("error", "INC-0001", timer.name)
    assert said["exc_info"] is failed.exception

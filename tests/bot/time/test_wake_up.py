from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import FlowingClock
from bot.time.wake_up import WakeUp

START = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)
SPEED = 600  # a minute takes a tenth of a second
MINUTE_SECONDS = 60 / SPEED
LATE_SECONDS = 0.4  # of the loop's time, which a busy machine does not wear out


@asynccontextmanager
async def ticking() -> AsyncIterator[tuple[FlowingClock, WakeUp]]:
    clock = FlowingClock.starting(START, SPEED)
    alarms = WakeUp(clock)
    alarms.start()
    try:
        yield clock, alarms
    finally:
        alarms.stop()
        await asyncio.sleep(0)


async def woken(alarms: WakeUp, within: float = MINUTE_SECONDS + LATE_SECONDS) -> None:
    async with asyncio.timeout(within):
        await alarms.rest()


async def test_esc_7_it_wakes_at_the_due_time_and_not_before() -> None:
    async with ticking() as (clock, alarms):
        due = clock.now() + timedelta(minutes=1)
        alarms.wake_at(due)
        await woken(alarms)
        assert due <= clock.now()


async def test_an_earlier_waking_replaces_a_later_one() -> None:
    async with ticking() as (clock, alarms):
        late, soon = (clock.now() + timedelta(minutes=m) for m in (2_000, 1))
        alarms.wake_at(late)
        alarms.wake_at(soon)
        await woken(alarms)
        assert soon <= clock.now()


async def test_a_later_waking_does_not_replace_an_earlier_one() -> None:
    async with ticking() as (clock, alarms):
        late, soon = (clock.now() + timedelta(minutes=m) for m in (2_000, 1))
        alarms.wake_at(soon)
        alarms.wake_at(late)
        await woken(alarms)
        assert soon <= clock.now()


async def test_what_is_past_wakes_at_once() -> None:
    async with ticking() as (clock, alarms):
        alarms.wake_at(clock.now() - timedelta(days=3))
        await woken(alarms, LATE_SECONDS)


async def test_nothing_due_wakes_nobody() -> None:
    async with ticking() as (_, alarms):
        alarms.wake_at(None)
        with pytest.raises(TimeoutError):
            await woken(alarms, 0.15)


async def test_after_a_waking_the_next_one_can_be_set_however_late() -> None:
    async with ticking() as (clock, alarms):
        for _ in range(4):
            due = clock.now() + timedelta(minutes=1)
            alarms.wake_at(due)
            await woken(alarms)
            assert due <= clock.now()


async def test_esc_7_a_rhythm_counted_from_due_times_does_not_drift() -> None:
    async with ticking() as (clock, alarms):
        first = clock.now() + timedelta(minutes=1)
        for number in range(5):
            due = first + number * timedelta(minutes=1)
            alarms.wake_at(due)
            await woken(alarms)
            assert due <= clock.now()


async def test_once_stopped_nothing_wakes() -> None:
    async with ticking() as (clock, alarms):
        alarms.wake_at(clock.now() + timedelta(minutes=1))
        alarms.stop()
        with pytest.raises(TimeoutError):
            await woken(alarms, 0.2)

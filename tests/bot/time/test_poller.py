from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.clock import MovedClock
from bot.observe.metrics import Metrics
from bot.time import poller
from bot.time.poller import Poller
from store.database import Store
from store.errors import DatabaseTrouble
from tests.store.conftest import opened
from tests.store.records import MINUTE, NOON, armed, effect, incident

LONG_AGO = -1000.0


@dataclass
class Worker:
    """As much of the timer worker, of its waking and of the dispatcher as the poller touches."""

    advanced_at: float = LONG_AGO
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    due: list[datetime | None] = field(default_factory=list)

    def wake_at(self, due: datetime | None) -> None:
        self.due.append(due)

    @property
    def at_ease(self) -> bool:
        return self.advanced_at > LONG_AGO


class Stand:
    """A poller over a real database."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.metrics = store, MovedClock(NOON), Metrics()
        self.timer_worker, self.alarms, self.dispatcher = Worker(), Worker(), Worker()
        self.poller = Poller(
            store=store,
            clock=self.clock,
            metrics=self.metrics,
            alarms=self.alarms,  # type: ignore[arg-type]  # all that it touches
            timer_worker=self.timer_worker,
            dispatcher=self.dispatcher,
        )


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/e.db") as store:
        yield Stand(store)


async def test_where_nothing_waits_nobody_is_woken_and_all_is_well(stand: Stand) -> None:
    await stand.poller.look()
    assert not stand.alarms.woken.is_set()
    assert not stand.dispatcher.woken.is_set()
    assert stand.timer_worker.at_ease
    assert stand.dispatcher.at_ease


async def test_esc_7_a_timer_that_nobody_was_told_of_is_found(stand: Stand) -> None:
    alarms = armed(soon=NOON + MINUTE)
    await stand.store.run(lambda tx: tx.put(incident(alarms=alarms)), now=NOON)
    await stand.poller.look()
    assert (stand.alarms.due, stand.alarms.woken.is_set()) == ([NOON + MINUTE], False)

    stand.clock.move_to(NOON + MINUTE)  # also by a leap that no timer clock foresaw
    stand.timer_worker.advanced_at = LONG_AGO
    await stand.poller.look()
    assert stand.alarms.woken.is_set()
    assert not stand.timer_worker.at_ease, "it has not fired what is due"


async def test_a_message_that_nobody_was_told_of_is_found(stand: Stand) -> None:
    await stand.store.run(lambda tx: tx.send([effect()]), now=NOON)
    await stand.poller.look()
    assert stand.dispatcher.woken.is_set()
    assert not stand.dispatcher.at_ease


async def test_a_message_that_waits_is_found_though_the_clock_was_set_back(stand: Stand) -> None:
    await stand.store.run(lambda tx: tx.send([effect()]), now=NOON + MINUTE)
    await stand.poller.look()
    assert stand.dispatcher.woken.is_set()


async def test_a_message_whose_time_has_not_come_wakes_nobody(stand: Stand) -> None:
    await stand.store.run(lambda tx: tx.send([effect()]), now=NOON)
    (message,) = await stand.store.outbox.claim(NOON)
    await stand.store.outbox.mark_retry(message, NOON + MINUTE, "429")
    await stand.poller.look()
    assert not stand.dispatcher.woken.is_set()
    stand.clock.move_to(NOON + MINUTE)
    await stand.poller.look()
    assert stand.dispatcher.woken.is_set()


async def test_a_message_that_was_never_finished_is_found_when_its_lease_ends(stand: Stand) -> None:
    await stand.store.run(lambda tx: tx.send([effect()]), now=NOON)
    await stand.store.outbox.claim(NOON, lease_seconds=60)
    stand.clock.move_to(NOON + timedelta(seconds=60))
    await stand.poller.look()
    assert stand.dispatcher.woken.is_set()


@pytest.mark.parametrize(
    ("trouble", "action"),
    [
        (DatabaseTrouble("out of reach"), "database_trouble"),
        (ZeroDivisionError(), "poller_failed"),
    ],
)
async def test_it_goes_on_after_trouble(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, trouble: Exception, action: str
) -> None:
    looks: list[int] = []
    look = stand.store.upcoming

    async def upcoming() -> object:
        looks.append(1)
        if len(looks) == 1:
            raise trouble
        return await look()

    monkeypatch.setattr(poller, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(stand.store, "upcoming", upcoming)
    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(stand.poller.run())
        async with asyncio.timeout(5):
            while not stand.timer_worker.at_ease:  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [line["action"] for line in logs if line["log_level"] == "error"] == [action]
    assert stand.metrics.value("escalade_loop_lag_seconds_count") >= 1

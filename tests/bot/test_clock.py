from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import clock as clock_module
from bot.clock import FlowingClock, MovedClock

START = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)


def test_what_a_clock_says_of_itself_is_read_back() -> None:
    clock = FlowingClock.starting(START, 60)
    again = FlowingClock.parse(str(clock))
    assert again.speed == 60
    assert again.start == clock.start
    assert again.at == clock.at
    assert abs(again.time() - clock.time()) < 60  # a second of real time at most


@given(
    speed=st.floats(min_value=0.001, max_value=100_000),
    start=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001  made aware below
    at=st.floats(min_value=0, max_value=4e9),
)
def test_parse_undoes_str(speed: float, start: datetime, at: float) -> None:
    clock = FlowingClock(speed, start.replace(tzinfo=UTC).timestamp(), at)
    again = FlowingClock.parse(str(clock))
    assert (again.speed, again.at) == (clock.speed, clock.at)
    assert abs(again.start - clock.start) < 1e-5


def test_without_settings_a_clock_is_the_wall_clock() -> None:
    clock = FlowingClock.parse("")
    assert abs(clock.time() - FlowingClock.starting().time()) < 1
    assert abs(FlowingClock.parse("speed=1").time() - FlowingClock.starting().time()) < 1


@pytest.mark.parametrize("text", ["speed=0", "speed=-1", "tempo=3", "speed", "from=yesterday"])
def test_what_is_no_clock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        FlowingClock.parse(text)


def test_a_clock_flows_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = 1_000.0
    monkeypatch.setattr(clock_module, "wall", lambda: wall)
    clock = FlowingClock.starting(START, 60)
    assert clock.now() == START
    wall += 2
    assert clock.now() == START + timedelta(minutes=2)
    assert clock.wait(START + timedelta(minutes=3)) == pytest.approx(1)
    assert clock.wait(START) == 0


def test_two_clocks_of_the_same_numbers_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = 1_000.0
    monkeypatch.setattr(clock_module, "wall", lambda: wall)
    first = FlowingClock.starting(START, 600)
    text = str(first)
    wall += 12.5
    assert FlowingClock.parse(text).now() == first.now()


async def test_sleeping_as_long_as_a_clock_says_is_enough() -> None:
    clock = FlowingClock.starting(START, 600)
    due = START + timedelta(seconds=30)
    await asyncio.sleep(clock.wait(due) + 0.002)
    assert clock.now() >= due


def test_a_moved_clock_stands_until_moved_and_never_goes_back() -> None:
    clock = MovedClock(START)
    assert clock.now() == START
    clock.move_to(START + timedelta(minutes=1))
    clock.move_to(START)
    assert clock.now() == START + timedelta(minutes=1)
    assert clock.time() == clock.now().timestamp()
    assert clock.wait(START) == 0
    assert clock.wait(START + timedelta(minutes=2)) == float("inf")

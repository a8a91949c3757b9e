from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import AsyncMock, Mock

from handlers import heard as hearing
from handlers.heard import Heard, Once


def heard(body: dict[str, Any]) -> Heard:
    return Heard(body=body, respond=AsyncMock(), client=Mock())


async def test_what_comes_twice_is_heard_once() -> None:
    once = Once()
    for body in ({"event_id": "Ev1"}, {"trigger_id": "1.2.a"}):
        first = heard(body)
        assert once.first(first) is first
        assert once.first(heard(body)) is first
    other = heard({"event_id": "Ev2"})
    assert once.first(other) is other


async def test_what_cannot_be_told_apart_is_heard_each_time() -> None:
    once = Once()
    for _ in range(2):
        each = heard({"type": "other"})
        assert once.first(each) is each


async def test_only_so_many_are_remembered() -> None:
    once = Once()
    for number in range(hearing.REMEMBERED + 10):
        once.first(heard({"event_id": str(number)}))
    again = heard({"event_id": "0"})
    assert once.first(again) is again
    assert len(once._heard) == hearing.REMEMBERED


async def test_what_failed_is_heard_anew() -> None:
    once = Once()
    first, again = heard({"event_id": "Ev1"}), heard({"event_id": "Ev1"})
    assert once.first(first) is first
    assert first.fail()
    once.forget(first)
    assert once.first(again) is again
    once.forget(first)
    assert once.first(heard({"event_id": "Ev1"})) is again


async def test_a_second_delivery_waits_for_what_becomes_of_the_first() -> None:
    first = heard({"event_id": "Ev1"})
    waiting = asyncio.create_task(first.is_kept())
    await asyncio.sleep(0)
    assert not waiting.done()
    first.keep()
    assert await waiting
    assert not first.fail()


async def test_of_what_was_heard_only_that_it_was_is_remembered() -> None:
    body = {"trigger_id": "1.2", "blocks": ["x" * 10_000]}
    once, first = Once(), heard(body)
    assert once.first(first) is first
    first.keep()
    first.let_go()
    assert first.body == {}
    assert not hasattr(first, "client")
    assert once.first(heard(body)) is first
    assert await first.is_kept()

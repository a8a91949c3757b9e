from __future__ import annotations

from typing import Any

from slack_bolt.response import BoltResponse

from bot import once
from bot.once import Once


async def heard(listener: Once, body: dict[str, Any]) -> bool:
    """Whether a delivery is passed on."""
    passed = []

    async def passing() -> BoltResponse:
        passed.append(body)
        return BoltResponse(status=200)

    answer = await listener(body, passing)
    assert answer.status == 200  # acknowledged either way
    return bool(passed)


async def test_what_comes_twice_is_heard_once() -> None:
    listener = Once()
    for body in ({"event_id": "Ev1"}, {"trigger_id": "1.2.a"}):
        assert await heard(listener, body)
        assert not await heard(listener, body)
    assert await heard(listener, {"event_id": "Ev2"})


async def test_a_form_is_answered_each_time_and_the_unmarked_always_passes() -> None:
    listener = Once()
    for body in ({"type": "view_submission", "trigger_id": "1.2.b"}, {"type": "other"}):
        assert await heard(listener, body)
        assert await heard(listener, body)


async def test_only_so_many_are_remembered() -> None:
    listener = Once()
    for number in range(once.REMEMBERED + 10):
        assert await heard(listener, {"event_id": str(number)})
    assert await heard(listener, {"event_id": "0"})
    assert len(listener._seen) == once.REMEMBERED

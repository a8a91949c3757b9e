"""Copies of calls that stand are shown anew (Rule ESC-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from bot.delivery import writing
from escalation.messages.room_actions import ShowCalls
from handlers.words.gathered import OTHER
from handlers.words.rendered import Rendered
from store.transaction.outbox_posts import COPIES
from tests.bot.delivery.stand import (
    CALL,
    A,
    Stand,
)


async def test_esc_6_copies_of_calls_are_shown_anew_piece_by_piece_where_slack_limits(
    stand: Stand,
) -> None:
    for number in (1, 2, 3):
        await stand.put(A, urgent=True, message=replace(CALL, number=number))
        await stand.dispatcher.deliver_waiting()
    await stand.put(A, message=ShowCalls())
    for _ in range(3):
        stand.slack.updates_left = 1
        stand.clock.move(timedelta(seconds=20))
        await stand.dispatcher.deliver_waiting()
    assert stand.slack.updated == ["1.0", "2.0", "3.0"], "each once: it does not begin anew"
    assert await stand.waits() is None


async def test_esc_6_copies_whose_words_change_all_the_time_are_all_shown(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = map(str, count())
    monkeypatch.setattr(writing, "render", lambda *_, **__: Rendered(text=next(words)))
    for number in (1, 2, 3):
        await stand.put(A, urgent=True, message=replace(CALL, number=number))
        await stand.dispatcher.deliver_waiting()
    await stand.put(A, message=ShowCalls(asked=stand.clock.now()))
    for again in (True, False, False, False):
        stand.slack.updates_left = 1
        stand.clock.move(timedelta(seconds=20))
        await stand.dispatcher.deliver_waiting()
        if again:
            await stand.put(A, message=ShowCalls(asked=stand.clock.now()))
    assert stand.slack.updated == ["1.0", "2.0", "3.0", "1.0"], "the first again: it was asked anew"
    assert await stand.waits() is None


async def test_esc_6_one_change_of_a_copy_serves_all_incidents_that_asked_for_it(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "gravity", lambda *_: OTHER)
    incidents = [f"INC-{number:04d}" for number in range(1, 6)]
    for each in incidents:
        await stand.put(A, urgent=True, message=CALL, about=each)
    await stand.dispatcher.deliver_waiting()
    assert stand.tried == [A], "five calls in one message"
    for each in incidents:
        await stand.put(A, message=ShowCalls(asked=stand.clock.now()), about=each)
    stand.slack.updates_left = 10
    await stand.dispatcher.deliver_waiting()
    stand.clock.move(timedelta(seconds=3))
    await stand.dispatcher.deliver_waiting()
    assert await stand.waits() is None
    assert stand.slack.updated == ["1.0"]
    await stand.put(A, message=ShowCalls(asked=stand.clock.now()), about=incidents[1])
    await stand.dispatcher.deliver_waiting()
    assert stand.slack.updated == ["1.0", "1.0"], "asked anew, it is shown anew"


async def test_esc_6_of_the_calls_of_days_the_newest_copies_are_kept_true(stand: Stand) -> None:
    for number in range(1, COPIES + 3):
        await stand.put(A, urgent=True, message=replace(CALL, number=number))
        await stand.dispatcher.deliver_waiting()
    stand.slack.updates_left = COPIES + 2
    await stand.put(A, message=ShowCalls())
    await stand.dispatcher.deliver_waiting()
    assert stand.slack.updated == [f"{number}.0" for number in range(3, COPIES + 3)]

"""The dispatcher: what it sends when, and what becomes of what Slack refuses."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.delivery import outcomes, writing
from bot.delivery.dispatcher import BATCH, KEPT_FOR_CALLS
from bot.delivery.outcomes import KEEP_TRYING
from escalation.messages.change import ChangeCard
from escalation.messages.change_board import BoardNews
from escalation.messages.incident import IncidentCard
from escalation.messages.table import read
from handlers.words.rendered import Rendered
from store.errors import DatabaseTrouble
from store.transaction.outbox_message import OutboxState
from store.transaction.outbox_order import QUIET
from tests.bot.delivery.stand import (
    CONTRACT,
    FILE,
    LIMITED,
    NO_ANSWER,
    A,
    B,
    Stand,
    refused,
)
from tests.databases import behind


async def test_a_conversation_that_answers_slowly_holds_back_no_other(stand: Stand) -> None:
    slow = stand.answers[A] = asyncio.Event()
    await stand.put(A)
    async with stand.running():
        await stand.slack.trying(A)
        await stand.put(B)
        stand.dispatcher.woken.set()
        await stand.slack.trying(B)
        slow.set()
    await stand.dispatcher.finish(1)
    assert await stand.waits() is None


async def test_a_stop_lets_messages_under_way_arrive(stand: Stand) -> None:
    slow = stand.answers[A] = asyncio.Event()
    await stand.put(A)
    async with stand.running():
        await stand.slack.trying(A)
    asyncio.get_running_loop().call_later(0.05, slow.set)
    await stand.dispatcher.finish(1)
    assert await stand.waits() is None


async def test_a_message_given_up_at_the_stop_is_looked_for_at_the_next_start(
    stand: Stand, tmp_path: Path
) -> None:
    stand.answers[A] = asyncio.Event()
    await stand.put(A)
    async with stand.running():
        await stand.slack.trying(A)
    await stand.dispatcher.finish(0.05)
    await stand.store.stop()
    await stand.store.start()
    [outgoing] = await stand.store.outbox.claim(stand.clock.now())
    assert outgoing.uncertain


@pytest.mark.parametrize("trouble", [LIMITED, NO_ANSWER], ids=["limited", "no answer"])
async def test_an_outage_ends_no_message_until_a_day_has_passed(
    stand: Stand, trouble: Exception
) -> None:
    stand.answers[A] = trouble
    await stand.put(A)
    for _ in range(30):
        await stand.dispatcher.deliver_waiting()
        stand.clock.move_to(stand.clock.now() + timedelta(minutes=6))
    assert await stand.waits() is not None
    stand.clock.move_to(stand.clock.now() + KEEP_TRYING)
    with structlog.testing.capture_logs():
        await stand.dispatcher.deliver_waiting()
    assert await stand.waits() is None
    assert [type(command).__name__ for command in stand.recorded] == ["RecordDelivery"]


async def test_a_card_rests_until_it_has_been_quiet_for_a_moment(stand: Stand) -> None:
    await stand.put("room/shared", message=IncidentCard())
    await stand.put(A)
    async with stand.running():
        await stand.slack.trying(A)
        await stand.put(B)
        stand.dispatcher.woken.set()
        await stand.slack.trying(B)
        assert stand.tried == [A, B]
        stand.clock.move(QUIET)
        stand.dispatcher.woken.set()
        await stand.slack.trying("room/shared")
    await stand.dispatcher.finish(1)
    assert await stand.waits() is None


async def test_chg_2_what_happens_before_a_board_is_said_in_the_thread_of_the_card(
    stand: Stand,
) -> None:
    desk, about = "room/provider", "CHG-0001"
    await stand.put(desk, message=ChangeCard(), about=about)
    stand.clock.move(QUIET)
    await stand.dispatcher.deliver_waiting()
    news = BoardNews(action="change.board_approved", by="escalade")
    await stand.put(desk, message=news, about=about)
    await stand.put(desk, message=news, about="CHG-0002")  # of which no card stands there
    await stand.dispatcher.deliver_waiting()
    assert stand.slack.threads == [None, "1.0", None]


async def test_the_dispatcher_looks_once_more_when_a_card_has_rested(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[datetime] = []

    def wait(until: datetime) -> float:
        waits.append(until)
        return 0.01

    monkeypatch.setattr(stand.clock, "wait", wait)
    for _ in range(3):
        stand.dispatcher.stir()
    assert stand.dispatcher.woken.is_set()
    stand.dispatcher.woken.clear()
    async with asyncio.timeout(3):
        await stand.dispatcher.woken.wait()
    assert waits == [stand.clock.now() + QUIET], "one look for all of them"


async def test_six_places_are_kept_for_calls(stand: Stand) -> None:
    slow = asyncio.Event()
    people = [person.id for person in CONTRACT.people][:18]
    assert len(people) == 18
    for name in people:
        stand.answers[f"person/{name}"] = slow
        await stand.put(f"person/{name}", urgent=True)
    async with stand.running():
        await stand.slack.trying(least=BATCH - KEPT_FOR_CALLS)
        [free] = {f"person/{people[-1]}"} - set(stand.tried)
        await stand.put(free, urgent=True, message=read("ping", {}))
        stand.dispatcher.woken.set()
        await stand.slack.trying(free)
        assert len(stand.tried) == BATCH - KEPT_FOR_CALLS + 1, "only a call takes one of these"
        slow.set()
    await stand.dispatcher.finish(1)


async def test_a_card_is_kept_through_any_outage(stand: Stand) -> None:
    stand.answers["room/shared"] = LIMITED
    await stand.put("room/shared", message=IncidentCard())
    stand.clock.move(KEEP_TRYING + timedelta(hours=1))
    await stand.dispatcher.deliver_waiting()
    assert await stand.waits() is not None


async def test_an_urgent_message_is_never_given_up_and_tried_often(stand: Stand) -> None:
    stand.answers[A] = NO_ANSWER
    await stand.put(A, urgent=True)
    for _ in range(40):
        await stand.dispatcher.deliver_waiting()
        wait = await stand.waits()
        assert wait is not None
        assert wait <= timedelta(seconds=30)
        stand.clock.move_to(stand.clock.now() + timedelta(hours=1))


async def test_however_often_it_was_tried_the_pause_can_be_counted(stand: Stand) -> None:
    await stand.put(A, urgent=True)
    [outgoing] = await stand.store.outbox.claim(stand.clock.now())
    assert outcomes.longest_pause(replace(outgoing, attempts=5_000)) == 30
    routine = replace(outgoing, attempts=5_000, urgent=False)
    assert outcomes.longest_pause(routine) == 300


async def test_what_slack_refuses_is_recorded_and_holds_nothing_back(stand: Stand) -> None:
    stand.answers[A] = refused("cannot_dm_bot")
    await stand.put(A)
    with structlog.testing.capture_logs():
        await stand.dispatcher.deliver_waiting()
    assert await stand.waits() is None
    assert stand.recorded[0].why == "cannot_dm_bot"


async def test_a_refusal_in_words_that_nobody_knows_is_tried_a_few_times(stand: Stand) -> None:
    stand.answers[A] = refused("gremlins")
    await stand.put(A)
    for attempt in range(1, outcomes.MOST_ATTEMPTS + 1):
        assert stand.recorded == []
        with structlog.testing.capture_logs():
            await stand.dispatcher.deliver_waiting()
        assert len(stand.tried) == attempt
        stand.clock.move(timedelta(minutes=1))
    assert await stand.waits() is None
    assert stand.recorded[0].why == "gremlins"


async def test_a_doubtful_message_stays_doubtful_when_the_next_try_is_refused(
    stand: Stand,
) -> None:
    await stand.put(A)
    for trouble in (NO_ANSWER, LIMITED):
        stand.answers[A] = trouble
        await stand.dispatcher.deliver_waiting()
        stand.clock.move_to(stand.clock.now() + timedelta(minutes=1))
    [outgoing] = await stand.store.outbox.claim(stand.clock.now())
    assert outgoing.uncertain


async def test_inc_10_what_is_urgent_is_journalled_before_it_counts_as_sent(stand: Stand) -> None:
    """Killed in between, it is looked up and journalled again: found by the kill tests."""
    await stand.put("room/shared", urgent=True)
    known: list[int] = []

    async def stopped(*_: Any, **__: Any) -> bool:
        known.append(len(stand.recorded))
        raise asyncio.CancelledError

    stand.store.outbox.mark_sent = stopped
    with pytest.raises(asyncio.CancelledError):
        await stand.dispatcher.deliver_waiting()

    assert known == [1]


async def test_what_left_and_could_not_be_recorded_is_looked_for_before_it_is_sent_again(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.put("room/shared")

    async def away(*_: Any, **__: Any) -> bool:
        raise DatabaseTrouble("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(stand.store.outbox, "mark_sent", away)
        await stand.dispatcher.deliver_waiting()
    stand.clock.move(timedelta(minutes=10))
    [outgoing] = await stand.store.outbox.claim(stand.clock.now())

    assert outgoing.uncertain


@pytest.mark.parametrize("code", ["missing_scope", "file_uploads_disabled"])
async def test_a_message_that_stands_is_not_posted_again_because_its_file_is_refused(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(writing, "render", lambda *_, **__: Rendered(text="x", file=FILE))
    stand.slack.file = refused(code)
    await stand.put(A, urgent=True)
    with structlog.testing.capture_logs() as logged:
        await stand.dispatcher.deliver_waiting()
    assert "message_incomplete" in [entry["action"] for entry in logged]
    assert await stand.waits() is None
    assert stand.tried == [A]
    assert stand.recorded[0].delivered


async def test_a_message_that_stands_is_looked_for_where_completing_it_failed(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "render", lambda *_, **__: Rendered(text="x", file=FILE))
    stand.slack.file = KeyError("messages")
    await stand.put(A)
    await stand.dispatcher.deliver_waiting()
    stand.clock.move_to(stand.clock.now() + timedelta(minutes=1))
    [outgoing] = await stand.store.outbox.claim(stand.clock.now())
    assert outgoing.uncertain


@pytest.mark.parametrize("urgent", [True, False])
async def test_a_message_of_a_type_that_only_another_version_knows_holds_back_no_other(
    stand: Stand, tmp_path: Path, urgent: bool
) -> None:
    await stand.put(A, urgent=urgent)
    url = f"sqlite+aiosqlite:///{tmp_path / 'e.db'}"
    async with behind(url) as connection:
        await connection.execute(text("UPDATE outbox SET topic = 'of_tomorrow'"))
    await stand.put(A, urgent=urgent)
    with structlog.testing.capture_logs() as logged:
        for _ in range(8):
            await stand.dispatcher.deliver_waiting()
            stand.clock.move(timedelta(minutes=6))
    assert stand.tried == [A], "the other has left"
    assert {line["why"] for line in logged if "recorded" in line["event"]} == {"unknown topic"}
    unsent = await stand.store.outbox.unsent()
    state = OutboxState.WAITING if urgent else OutboxState.FAILED
    assert [(each.topic, each.state) for each in unsent] == [("of_tomorrow", state)]

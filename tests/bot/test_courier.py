from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import delivery, outcomes
from bot.clock import MovedClock
from bot.courier import BATCH, KEPT_FOR_CALLS, Courier
from bot.outcomes import KEEP_TRYING
from bot.slack_calls import NotSent, Uncertain, Undeliverable
from bot.slack_posts import Place
from config.contract_file import read_contract, recall_contract
from escalation.commands import Command
from escalation.effects import Effect, Topic
from handlers.rendered import Rendered
from store.database import Store
from store.errors import DatabaseTrouble
from store.queue import QUIET
from tests.agreement import paris
from tests.scenarios.scene import RIVAGE

CONTRACT = read_contract(RIVAGE)


class Desk:
    """A courier over a real store, whose conversations do what `answers` says."""

    def __init__(self, store: Store, clock: MovedClock) -> None:
        self.store, self.clock = store, clock
        self.recorded: list[Command] = []
        self.tried: list[str] = []
        self.answers: dict[str, Any] = {}
        self.courier = Courier(
            store=store, clock=clock, directory=_NoDirectory(), perform=self._perform
        )  # type: ignore[arg-type]
        self.courier._delivery._conversation = self._conversation  # type: ignore[method-assign]
        self.courier._delivery._message = self._message  # type: ignore[method-assign]

    async def _perform(self, command: Command) -> str:
        self.recorded.append(command)
        return ""

    async def _conversation(self, _contract: object, letter: Any) -> str:
        return str(letter.to)

    async def _message(self, letter: Any, channel: str, _rendered: Rendered) -> Place:
        self.tried.append(channel)
        answer = self.answers.get(channel)
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        elif isinstance(answer, Exception):
            raise answer
        return Place(channel, "1.0")

    async def put(
        self,
        to: str,
        *,
        urgent: bool = False,
        collapse: bool = False,
        topic: Topic = Topic.INCIDENT_NEWS,
    ) -> None:
        effect = Effect(
            topic=topic,
            contract=CONTRACT.id,
            subject="INC-0001",
            to=to,
            facts={},
            urgent=urgent,
            collapse=collapse,
        )
        await self.store.run(lambda tx: tx.send([effect]), now=self.clock.now())

    async def waits(self) -> timedelta | None:
        """How long the next letter waits; None where none does."""
        at = await self.store.next_letter_at()
        return None if at is None else at - self.clock.now()


class _NoDirectory:
    client = None


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(delivery, "render", lambda *_: Rendered(text="x"))
    clock = MovedClock(paris("2026-07-15 10:00"))
    url = f"sqlite+aiosqlite:///{tmp_path / 'e.db'}"
    async with Store(url, read_contract=recall_contract) as store:
        await store.put_contract(CONTRACT.id, CONTRACT.version, RIVAGE, clock.now())
        yield Desk(store, clock)


A, B = "person/mathis-berger", "person/claire-vasseur"


async def test_a_conversation_that_answers_slowly_holds_back_no_other(desk: Desk) -> None:
    slow = desk.answers[A] = asyncio.Event()
    await desk.put(A)
    running = asyncio.create_task(desk.courier.run())
    while A not in desk.tried:  # noqa: ASYNC110  the courier tells nobody
        await asyncio.sleep(0.005)
    await desk.put(B)
    desk.courier.woken.set()
    async with asyncio.timeout(3):
        while B not in desk.tried:  # noqa: ASYNC110  as above
            await asyncio.sleep(0.005)
    slow.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await desk.courier.finish(1)
    assert await desk.waits() is None


async def test_a_stop_lets_letters_under_way_arrive(desk: Desk) -> None:
    slow = desk.answers[A] = asyncio.Event()
    await desk.put(A)
    await desk.courier._set_out()
    asyncio.get_running_loop().call_later(0.05, slow.set)
    await desk.courier.finish(1)
    assert await desk.waits() is None


async def test_a_letter_given_up_at_the_stop_is_looked_for_at_the_next_start(
    desk: Desk, tmp_path: Path
) -> None:
    desk.answers[A] = asyncio.Event()
    await desk.put(A)
    await desk.courier._set_out()
    await desk.courier.finish(0.05)
    await desk.store.stop()
    await desk.store.start()
    [letter] = await desk.store.claim_outbox(desk.clock.now())
    assert letter.uncertain


@pytest.mark.parametrize("trouble", [NotSent("down", 5), Uncertain("no answer")])
async def test_an_outage_ends_no_letter_until_a_day_has_passed(
    desk: Desk, trouble: Exception
) -> None:
    desk.answers[A] = trouble
    await desk.put(A)
    for _ in range(30):
        await desk.courier.deliver_waiting()
        desk.clock.move_to(desk.clock.now() + timedelta(minutes=6))
    assert await desk.waits() is not None
    desk.clock.move_to(desk.clock.now() + KEEP_TRYING)
    with structlog.testing.capture_logs():
        await desk.courier.deliver_waiting()
    assert await desk.waits() is None
    assert [type(command).__name__ for command in desk.recorded] == ["RecordDelivery"]


async def test_a_card_rests_until_it_has_been_quiet_for_a_moment(desk: Desk) -> None:
    await desk.put("room/shared", collapse=True)
    await desk.courier._set_out()
    assert desk.courier._under_way == {}
    desk.clock.move(QUIET)
    await desk.courier._set_out()
    await desk.courier.finish(1)
    assert desk.tried == ["room/shared"]


async def test_the_courier_looks_once_more_when_a_card_has_rested(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[datetime] = []

    def wait(until: datetime) -> float:
        waits.append(until)
        return 0.01

    monkeypatch.setattr(desk.clock, "wait", wait)
    for _ in range(3):
        desk.courier.stir()
    assert desk.courier.woken.is_set()
    desk.courier.woken.clear()
    async with asyncio.timeout(3):
        await desk.courier.woken.wait()
    assert waits == [desk.clock.now() + QUIET], "one look for all of them"


async def test_six_places_are_kept_for_calls(desk: Desk) -> None:
    slow = asyncio.Event()
    people = [person.id for person in CONTRACT.people][:18]
    assert len(people) == 18
    for name in people:
        desk.answers[f"person/{name}"] = slow
        await desk.put(f"person/{name}", urgent=True)
    await desk.courier._set_out()
    assert len(desk.courier._under_way) == BATCH - KEPT_FOR_CALLS
    [free] = {f"person/{name}" for name in people[-1:]} - set(desk.tried)
    await desk.put(free, urgent=True, topic=Topic.PING)
    await desk.courier._set_out()
    assert len(desk.courier._under_way) == BATCH - KEPT_FOR_CALLS + 1
    slow.set()
    await desk.courier.finish(1)


async def test_a_card_is_kept_through_any_outage(desk: Desk) -> None:
    desk.answers["room/shared"] = NotSent("down", 5)
    await desk.put("room/shared", collapse=True)
    desk.clock.move(KEEP_TRYING + timedelta(hours=1))
    await desk.courier.deliver_waiting()
    assert await desk.waits() is not None


async def test_an_urgent_letter_is_never_given_up_and_tried_often(desk: Desk) -> None:
    desk.answers[A] = Uncertain("no answer")
    await desk.put(A, urgent=True)
    for _ in range(40):
        await desk.courier.deliver_waiting()
        wait = await desk.waits()
        assert wait is not None
        assert wait <= timedelta(seconds=30)
        desk.clock.move_to(desk.clock.now() + timedelta(hours=1))


async def test_however_often_it_was_tried_the_pause_can_be_counted(desk: Desk) -> None:
    await desk.put(A, urgent=True)
    [letter] = await desk.store.claim_outbox(desk.clock.now())
    assert outcomes.longest_pause(replace(letter, attempts=5_000)) == 30
    routine = replace(letter, attempts=5_000, urgent=False)
    assert outcomes.longest_pause(routine) == 300


async def test_what_slack_refuses_is_recorded_and_holds_nothing_back(desk: Desk) -> None:
    desk.answers[A] = Undeliverable("cannot_dm_bot")
    await desk.put(A)
    with structlog.testing.capture_logs():
        await desk.courier.deliver_waiting()
    assert await desk.waits() is None
    assert desk.recorded[0].why == "cannot_dm_bot"  # type: ignore[attr-defined]


async def test_a_refusal_in_words_that_nobody_knows_is_tried_a_few_times(desk: Desk) -> None:
    desk.answers[A] = Undeliverable("gremlins")
    await desk.put(A)
    for attempt in range(1, outcomes.MOST_ATTEMPTS + 1):
        assert desk.recorded == []
        with structlog.testing.capture_logs():
            await desk.courier.deliver_waiting()
        assert len(desk.tried) == attempt
        desk.clock.move(timedelta(minutes=1))
    assert await desk.waits() is None
    assert desk.recorded[0].why == "gremlins"  # type: ignore[attr-defined]


async def test_a_doubtful_letter_stays_doubtful_when_the_next_try_is_refused(desk: Desk) -> None:
    await desk.put(A)
    for trouble in (Uncertain("no answer"), NotSent("Slack's rate limit", 5)):
        desk.answers[A] = trouble
        await desk.courier.deliver_waiting()
        desk.clock.move_to(desk.clock.now() + timedelta(minutes=1))
    [letter] = await desk.store.claim_outbox(desk.clock.now())
    assert letter.uncertain


async def test_inc_10_what_is_urgent_is_journalled_before_it_counts_as_sent(desk: Desk) -> None:
    """Killed in between, it is looked up and journalled again: found by the kill tests."""
    await desk.put("room/shared", urgent=True)
    known: list[int] = []

    async def stopped(*_: Any, **__: Any) -> bool:
        known.append(len(desk.recorded))
        raise asyncio.CancelledError

    desk.store.mark_sent = stopped  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await desk.courier.deliver_waiting()

    assert known == [1]


async def test_what_left_and_could_not_be_recorded_is_looked_for_before_it_is_sent_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.put("room/shared")

    async def away(*_: Any, **__: Any) -> bool:
        raise DatabaseTrouble("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(desk.store, "mark_sent", away)
        await desk.courier.deliver_waiting()
    desk.clock.move(timedelta(minutes=10))
    [letter] = await desk.store.claim_outbox(desk.clock.now())

    assert letter.uncertain


@pytest.mark.parametrize(
    "trouble", [Undeliverable("missing_scope"), Undeliverable("file_uploads_disabled")]
)
async def test_a_message_that_stands_is_not_posted_again_because_its_file_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(delivery, "render", lambda *_: Rendered(text="x", file="<html>"))
    monkeypatch.setattr(desk.courier._delivery._posts, "attach", refused)
    await desk.put(A, urgent=True)
    with structlog.testing.capture_logs() as logged:
        await desk.courier.deliver_waiting()
    assert "message_incomplete" in [entry["action"] for entry in logged]
    assert await desk.waits() is None
    assert desk.tried == [A]
    assert desk.recorded[0].delivered  # type: ignore[attr-defined]


async def test_a_message_that_stands_is_looked_for_where_completing_it_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(*_: object, **__: object) -> None:
        raise KeyError("messages")

    monkeypatch.setattr(delivery, "render", lambda *_: Rendered(text="x", file="<html>"))
    monkeypatch.setattr(desk.courier._delivery._posts, "attach", stumbles)
    await desk.put(A)
    await desk.courier.deliver_waiting()
    desk.clock.move_to(desk.clock.now() + timedelta(minutes=1))
    [letter] = await desk.store.claim_outbox(desk.clock.now())
    assert letter.uncertain

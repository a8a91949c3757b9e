from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import text

from bot.clock import MovedClock
from bot.delivery import outcomes, writing
from bot.delivery.dispatcher import BATCH, KEPT_FOR_CALLS, Dispatcher
from bot.delivery.outcomes import KEEP_TRYING
from config.contract.file import read_contract, recall_contract
from escalation.contract import Person
from escalation.decision.commands.command import Command
from escalation.messages.change import ChangeCard
from escalation.messages.change_board import BoardNews
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Meaning
from escalation.messages.incident import IncidentCard, IncidentNews
from escalation.messages.ladder import Ping
from escalation.messages.room_actions import ShowCalls
from escalation.messages.table import read
from handlers.words.gathered import OTHER
from handlers.words.rendered import File, Rendered
from store.database import Store
from store.errors import DatabaseTrouble
from store.transaction.outbox_message import OutboxState
from store.transaction.outbox_order import QUIET
from store.transaction.outbox_posts import COPIES
from tests.agreement import paris
from tests.databases import behind
from tests.scenarios.scene import RIVAGE

CONTRACT = read_contract(RIVAGE)
FILE = File(name="report.html", title="Report", content=b"<html>")


class Slack:
    """What a dispatcher knows of Slack: conversations by destination, each answering as told."""

    def __init__(self) -> None:
        self.answers: dict[str, asyncio.Event | Exception] = {}
        self.file: Exception | None = None
        self.tried: list[str] = []
        self.updated: list[str] = []
        self.threads: list[str | None] = []
        self.updates_left = 0  # then it limits
        self._moved = asyncio.Event()
        self.client = self

    async def reach(self, _contract: str, person: Person, *, urgent: bool) -> str:
        return f"person/{person.id}"

    async def room(self, name: str) -> str:
        return "room/shared" if name == CONTRACT.rooms.shared else "room/provider"

    async def chat_postMessage(  # noqa: N802  Slack's own name
        self, *, channel: str, thread_ts: str | None = None, **_: Any
    ) -> dict[str, Any]:
        self.tried.append(channel)
        self.threads.append(thread_ts)
        self._moved.set()
        answer = self.answers.get(channel)
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        elif answer is not None:
            raise answer
        return {"ok": True, "channel": channel, "ts": f"{len(self.tried)}.0"}

    async def chat_update(self, *, ts: str, **_: Any) -> dict[str, Any]:
        if not self.updates_left:
            raise LIMITED
        self.updates_left -= 1
        self.updated.append(ts)
        return {"ok": True}

    async def conversations_history(self, **_: Any) -> dict[str, Any]:
        return {"ok": True, "messages": []}

    async def files_upload_v2(self, **_: Any) -> dict[str, Any]:
        if self.file is not None:
            raise self.file
        return {"ok": True}

    async def trying(self, *channels: str, least: int = 1) -> None:
        """Wait until it was tried to post to all of these, and so often at least."""
        async with asyncio.timeout(3):
            while not set(channels) <= set(self.tried) or len(self.tried) < least:
                self._moved.clear()
                await self._moved.wait()


NO_ANSWER = TimeoutError()


def refused(code: str, *, status: int = 200, **headers: str) -> SlackApiError:
    """What the SDK raises where Slack refuses."""
    data = {"ok": False, "error": code}
    response = SimpleNamespace(status_code=status, headers=headers, data=data)
    return SlackApiError(code, response)


LIMITED = refused("ratelimited", status=429, **{"Retry-After": "5"})

NEWS = IncidentNews(action="incident.taken", by="mathis-berger")
CALL = Ping(
    ladder="client",
    rung=0,
    level=1,
    level_name="1",
    side="provider",
    number=1,
    called=None,
    reason="trigger:priority_1",
    why="",
    by="",
    peer="",
    late=None,
)


class Stand:
    """A dispatcher over a real store, before a Slack that answers as told."""

    def __init__(self, store: Store, clock: MovedClock) -> None:
        self.store, self.clock, self.slack = store, clock, Slack()
        self.answers, self.tried = self.slack.answers, self.slack.tried
        self.recorded: list[Command] = []
        self.dispatcher = Dispatcher(
            store=store,
            clock=clock,
            directory=self.slack,  # type: ignore[arg-type]  # a part of it
            perform=self._perform,
        )

    async def _perform(self, command: Command) -> str:
        self.recorded.append(command)
        return ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The dispatcher looks after what waits, for as long as this lasts."""
        running = asyncio.create_task(self.dispatcher.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def put(
        self,
        to: str,
        *,
        urgent: bool = False,
        message: Meaning = NEWS,
        about: str = "INC-0001",
    ) -> None:
        effect = Effect(
            meaning=message,
            contract=CONTRACT.id,
            subject=about,
            to=Destination.read(to),
            urgent=urgent,
        )
        await self.store.run(lambda tx: tx.send([effect]), now=self.clock.now())

    async def waits(self) -> timedelta | None:
        """How long the next message waits; None where none does."""
        at = await self.store.outbox.next_at()
        return None if at is None else at - self.clock.now()


@pytest.fixture
async def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    monkeypatch.setattr(writing, "render", lambda *_, **__: Rendered(text="x"))
    clock = MovedClock(paris("2026-07-15 10:00"))
    url = f"sqlite+aiosqlite:///{tmp_path / 'e.db'}"
    async with Store(url, read_contract=recall_contract) as store:
        await store.contracts.put_in_force(CONTRACT.id, CONTRACT.version, RIVAGE, clock.now())
        yield Stand(store, clock)


A, B = "person/mathis-berger", "person/claire-vasseur"


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

"""One listing for all who ask for a channel; it goes on where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.clock import MovedClock
from bot.directory.channels import MISSING, PUBLIC_AGAIN, Channels, Room
from bot.slack.calls import NotSent, NotYet, Undeliverable
from store.identities import Listing
from tests.agreement import paris

MINE, PUBLIC = "users.conversations", "conversations.list"


class Slack:
    """Pages of channels, as names; what is done at a call may be set."""

    def __init__(self) -> None:
        self.pages: dict[str, list[Sequence[str]]] = {MINE: [()], PUBLIC: [()]}
        self.calls: list[tuple[str, str]] = []
        self.before: Callable[[str, str], None] = lambda _method, _cursor: None
        self.slow: asyncio.Event | None = None

    async def _page(self, method: str, cursor: str | None) -> dict[str, Any]:
        self.calls.append((method, cursor or ""))
        self.before(method, cursor or "")
        if self.slow is not None:
            await self.slow.wait()
        number, pages = int(cursor or 0), self.pages[method]
        after = number + 1
        return {
            "channels": [{"id": f"C-{name}", "name": name} for name in pages[number]],
            "response_metadata": {"next_cursor": str(after) if after < len(pages) else ""},
        }

    async def users_conversations(self, *, cursor: str | None, **_: object) -> dict[str, Any]:
        return await self._page(MINE, cursor)

    async def conversations_list(self, *, cursor: str | None, **_: object) -> dict[str, Any]:
        return await self._page(PUBLIC, cursor)

    async def conversations_info(self, *, channel: str) -> dict[str, Any]:
        self.calls.append(("conversations.info", channel))
        if channel.startswith("C-"):
            return {"channel": {"id": channel, "name": channel.removeprefix("C-")}}
        raise SlackApiError("", {"ok": False, "error": "channel_not_found"})


class Ground:
    """Channels over such a Slack, on a clock that is moved; a listing is kept in a variable."""

    def __init__(self) -> None:
        self.slack, self.clock = Slack(), MovedClock(paris("2026-07-15 10:00"))
        self.kept: Listing | None = None
        self.elsewhere = False
        self.channels = self.begin()

    def begin(self) -> Channels:
        """As after a start."""
        slack: Any = self.slack
        return Channels(slack, self.clock, hold=self._hold, keep=self._keep, changed=lambda: None)

    async def _hold(self) -> Listing:
        if self.elsewhere:
            raise NotYet("another replica lists them", 2.0)
        return self.kept or Listing(stage="", cursor="", begun_at=self.clock.now())

    async def _keep(self, listing: Listing) -> None:
        self.kept = listing

    def counted(self) -> list[str]:
        """The methods called, in order."""
        return [method for method, _ in self.slack.calls]


@pytest.fixture
def ground() -> Ground:
    return Ground()


async def test_all_who_ask_at_once_share_one_listing(ground: Ground) -> None:
    ground.slack.pages = {MINE: [("a",)], PUBLIC: [("b",), ("c",)]}
    names = ("a", "#b", "c", "a", "b", "nowhere")
    found = await asyncio.gather(*(ground.channels.channel_id(name) for name in names))
    assert found == ["C-a", "C-b", "C-c", "C-a", "C-b", None]
    assert ground.slack.calls == [(MINE, ""), (PUBLIC, ""), (PUBLIC, "1")]


async def test_a_listing_ends_as_soon_as_all_is_found(ground: Ground) -> None:
    ground.slack.pages[PUBLIC] = [("x",), ("b",), ("y",), ("z",)]
    assert await ground.channels.channel_id("b") == "C-b"
    assert ground.slack.calls[-1] == (PUBLIC, "1")
    assert ground.kept is not None
    assert not ground.kept.stage


async def test_a_listing_looks_for_every_name_of_the_contracts_from_its_first_page(
    ground: Ground,
) -> None:
    ground.slack.pages = {MINE: [["one", "two"]], PUBLIC: [()]}
    ground.channels.want(["one", "two"])
    second: list[asyncio.Task[str | None]] = []

    def while_the_page_is_on_its_way(_method: str, _cursor: str) -> None:
        if not second:
            second.append(asyncio.create_task(ground.channels.channel_id("two")))

    ground.slack.before = while_the_page_is_on_its_way
    assert await ground.channels.channel_id("one") == "C-one"
    assert await second[0] == "C-two"
    assert ground.counted() == [MINE]


async def test_what_is_asked_in_the_middle_is_looked_for_from_the_first_page(
    ground: Ground,
) -> None:
    ground.slack.pages[MINE] = [("early",), ("x",), ("late",)]
    asked: list[asyncio.Task[str | None]] = []

    def ask(method: str, cursor: str) -> None:
        if (method, cursor) == (MINE, "1") and not asked:
            asked.append(asyncio.create_task(ground.channels.channel_id("early")))

    ground.slack.before = ask
    assert await ground.channels.channel_id("late") == "C-late"
    assert await asked[0] == "C-early"
    assert ground.counted() == [MINE] * 4


@pytest.mark.parametrize("error", [NotYet("the budget is spent", 45.0), NotSent("429", 30.0)])
async def test_a_listing_that_is_stopped_goes_on_from_its_cursor(
    ground: Ground, error: NotSent
) -> None:
    ground.slack.pages[PUBLIC] = [("x",)] * 5 + [("b",)]
    stops = [True]

    def stop(method: str, cursor: str) -> None:
        if (method, cursor) == (PUBLIC, "3") and stops:
            stops.pop()
            raise error

    ground.slack.before = stop
    with pytest.raises(NotSent) as told:
        await ground.channels.channel_id("b")
    assert told.value.seconds == error.seconds, "whoever waits comes back then"
    assert await ground.channels.channel_id("b") == "C-b"
    assert [cursor for method, cursor in ground.slack.calls if method == PUBLIC] == [
        "", "1", "2", "3", "3", "4", "5",
    ]  # fmt: skip


async def test_after_a_restart_it_goes_on_from_its_cursor(ground: Ground) -> None:
    ground.slack.pages[PUBLIC] = [("x",), ("y",), ("b",)]

    def stop(method: str, cursor: str) -> None:
        if (method, cursor) == (PUBLIC, "2"):
            raise NotYet("the budget is spent", 45.0)

    ground.slack.before = stop
    with pytest.raises(NotYet):
        await ground.channels.channel_id("b")
    kept = ground.channels.rooms(["b"])
    ground.slack.before = lambda *_: None
    ground.clock.move(timedelta(minutes=1))

    again = ground.begin()
    again.recall(kept)
    assert await again.channel_id("b") == "C-b"
    assert ground.slack.calls[-1] == (PUBLIC, "2")
    assert len(ground.slack.calls) == 5


async def test_a_cursor_that_slack_takes_no_more_begins_again(ground: Ground) -> None:
    ground.slack.pages[PUBLIC] = [("x",), ("b",)]
    ground.kept = Listing(stage="public", cursor="old", begun_at=ground.clock.now())

    def refuse(_method: str, cursor: str) -> None:
        if cursor == "old":
            raise SlackApiError("", {"ok": False, "error": "invalid_cursor"})

    ground.slack.before = refuse
    sought = Room(name="b", sought_at=ground.clock.now())
    ground.channels.recall([sought])
    assert await ground.channels.channel_id("b") == "C-b"
    assert ground.slack.calls == [(PUBLIC, "old"), (PUBLIC, ""), (PUBLIC, "1")]


async def test_what_is_missing_is_said_once_and_looked_for_again_among_its_own(
    ground: Ground,
) -> None:
    ground.channels.want({"b"})
    with capture_logs() as logged:
        assert await ground.channels.channel_id("b") is None
        assert await ground.channels.channel_id("b") is None
        assert ground.counted() == [MINE, PUBLIC]
        ground.clock.move(MISSING)
        assert await ground.channels.channel_id("b") is None
    assert ground.counted() == [MINE, PUBLIC, MINE]
    assert [e["action"] for e in logged] == ["channel_missing"]
    ground.clock.move(PUBLIC_AGAIN)
    ground.slack.pages[PUBLIC] = [("b",)]
    assert await ground.channels.channel_id("b") == "C-b"


async def test_a_room_of_its_own_is_not_looked_for_among_all_channels(ground: Ground) -> None:
    ground.slack.pages[MINE] = [("crisis",)]
    assert await ground.channels.channel_id("crisis-2", anew=True) is None
    assert ground.counted() == [MINE]
    ground.slack.pages[MINE] = [("crisis-2",)]
    ground.clock.move(MISSING)
    assert await ground.channels.channel_id("crisis-2", anew=True) == "C-crisis-2"


async def test_where_another_replica_lists_one_comes_back(ground: Ground) -> None:
    ground.elsewhere = True
    with pytest.raises(NotYet):
        await ground.channels.channel_id("b")
    assert not ground.slack.calls
    found = Room(name="b", channel="C9", sought_at=ground.clock.now(), learnt_at=ground.clock.now())
    ground.channels.recall([found])
    assert await ground.channels.channel_id("b") == "C9"


async def test_a_listing_that_takes_long_lets_go_of_who_waits_and_goes_on(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.directory.channels.WAIT_SECONDS", 0.01)
    ground.slack.slow = asyncio.Event()
    ground.slack.pages[MINE] = [("b",)]
    with pytest.raises(NotYet):
        await ground.channels.channel_id("b")
    ground.slack.slow.set()
    assert await ground.channels.channel_id("b") == "C-b"
    assert ground.counted() == [MINE]


async def test_a_refusal_is_told_to_whoever_asks(ground: Ground) -> None:
    def refuse(*_: str) -> None:
        raise SlackApiError("", {"ok": False, "error": "missing_scope"})

    ground.slack.before = refuse
    with pytest.raises(Undeliverable, match="missing_scope"):
        await ground.channels.channel_id("b")


async def test_events_keep_names_true(ground: Ground) -> None:
    channels = ground.channels
    channels.want({"b"})
    channels.named("C1", "b")
    assert channels.known("b") == "C1"
    channels.moved("C1", "C2")
    assert channels.known("#b") == "C2"
    channels.named("C2", "renamed")
    assert channels.known("b") is None
    channels.named("C3", "b")
    channels.gone("C3")
    assert channels.known("b") is None
    channels.named("C4", "of-others")
    assert channels.known("of-others") is None
    assert not ground.slack.calls


async def test_a_channel_that_appears_is_looked_at_where_a_name_is_missing(
    ground: Ground,
) -> None:
    channels = ground.channels
    channels.want({"b"})
    assert await channels.channel_id("b") is None
    channels.appeared("C-b")
    assert await channels.channel_id("b") == "C-b"
    channels.appeared("C-x")
    assert not channels.unsettled(), "nothing is missing"
    assert ground.counted() == [MINE, PUBLIC, "conversations.info"]


async def test_an_old_name_is_looked_at_behind(ground: Ground) -> None:
    channels = ground.channels
    channels.want({"b", "c"})
    channels.named("C-b", "b")
    channels.named("Cgone", "c")
    ground.clock.move(timedelta(hours=6))
    assert sorted(channels.to_refresh()) == ["C-b", "Cgone"]
    for channel in channels.to_refresh():
        await channels.look_at(channel)
    assert (channels.known("b"), channels.known("c")) == ("C-b", None)
    assert not channels.to_refresh()

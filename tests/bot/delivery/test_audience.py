"""Who is in a room, as Slack says: everybody counts who is not known to be a reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.audience import Audience, Audiences
from bot.directory.directory import Directory
from bot.slack.calls import NotSent, Undeliverable
from escalation.contract import Person
from tests.agreement import agreement

BOT = "U0BOT"


@dataclass
class Known:
    """A directory in which each person's account is their id, and a channel of several pages."""

    pages: list[list[str]]
    refusals: list[str] = field(default_factory=list)
    closed: frozenset[str] = frozenset()

    @property
    def client(self) -> Known:
        return self

    @property
    def me(self) -> Known:
        return self

    async def user_id(self) -> str:
        return BOT

    async def user_of(self, _: str, person: Person, *, urgent: bool) -> str:
        assert not urgent, "whom it is about is known, or looked up behind"
        if person.id in self.closed:
            raise Undeliverable("user_disabled")
        return f"U-{person.id}"

    async def conversations_members(
        self, *, channel: str, limit: int, cursor: str | None
    ) -> dict[str, Any]:
        assert channel == "C1"
        assert limit < 1000
        if self.refusals:
            raise SlackApiError("no", {"ok": False, "error": self.refusals.pop()})
        page = int(cursor or 0)
        more = str(page + 1) if page + 1 < len(self.pages) else ""
        return {"members": self.pages[page], "response_metadata": {"next_cursor": more}}


async def audience(known: Known, *readers: str) -> Audience:
    return await Audiences(cast("Directory", known)).of(agreement(), "C1", readers)


async def test_con_2_a_room_of_readers_and_the_bot_holds_nobody_else() -> None:
    known = Known([["U-sam", BOT], ["U-cid"]])
    assert await audience(known, "sam", "cid", "dan") == Audience(
        readers=("sam", "cid"), others=False
    )


@pytest.mark.parametrize(
    "outsider", ["U-rita", "U0GUEST", "U0OTHERAPP", "W0FOREIGN"], ids=lambda user: user
)
async def test_con_2_one_outsider_on_the_last_page_is_enough(outsider: str) -> None:
    known = Known([["U-sam", BOT], ["U-cid"], [outsider]])
    assert await audience(known, "sam", "cid") == Audience(readers=("sam", "cid"), others=True)


async def test_con_2_an_account_that_is_closed_is_nobodys() -> None:
    known = Known([["U-sam", "U-cid", BOT]], closed=frozenset({"cid"}))
    assert await audience(known, "sam", "cid") == Audience(readers=("sam",), others=True)


@pytest.mark.parametrize("code", ["fetch_members_failed", "internal_error", "ratelimited"])
async def test_where_slack_does_not_say_who_is_there_it_is_asked_again(code: str) -> None:
    known = Known([["U-sam"]], refusals=[code])
    with pytest.raises(NotSent):
        await audience(known, "sam")
    assert not (await audience(known, "sam")).others


async def test_a_channel_that_is_gone_is_said_to_be() -> None:
    with pytest.raises(Undeliverable, match="channel_not_found"):
        await audience(Known([], refusals=["channel_not_found"]), "sam")

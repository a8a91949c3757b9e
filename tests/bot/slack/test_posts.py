"""A message arrives, whatever of its form Slack does not take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.slack.calls import Undeliverable
from bot.slack.posts import MessageReference, Posts, digest
from escalation.messages.destinations import person
from handlers.words.blocks import plain, section
from handlers.words.rendered import Rendered
from store.transaction.outbox_message import OutboxMessage

TYPED = Rendered(text="*.log", blocks=[section(f"Cause: {plain('*.log')}")])
LETTER = OutboxMessage(
    id="1",
    number=1,
    at=datetime(2026, 7, 14, tzinfo=UTC),
    contract="c",
    topic="ping",
    subject="INC-1",
    to=person("lea"),
    facts={},
    urgent=True,
    collapse=False,
    attempts=0,
    uncertain=False,
    claim="x",
)


class Picky:
    """A client of a Slack that takes no block of some type."""

    def __init__(self, refused: str, code: str = "invalid_blocks") -> None:
        self.refused, self.code = refused, code
        self.taken: list[list[Any]] = []

    async def say(self, *, blocks: list[Any], **_: Any) -> dict[str, Any]:
        if any(block["type"] == self.refused for block in blocks):
            raise SlackApiError("no", {"ok": False, "error": self.code})
        self.taken.append(blocks)
        return {"ok": True, "channel": "C1", "ts": "1.0"}

    chat_postMessage = chat_update = say  # noqa: N815  Slack's own names


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_a_call_is_said_with_joiners_where_slack_takes_no_rich_text(code: str) -> None:
    slack = Picky("rich_text", code)
    with capture_logs() as logs:
        place = await Posts(slack).post("C1", LETTER, TYPED)  # type: ignore[arg-type]  # a part of it
        await Posts(slack).update(MessageReference("C1", "1.0"), TYPED)
    assert slack.taken == [TYPED.blocks, TYPED.blocks]
    assert place.shown == digest(TYPED)
    assert {entry["action"] for entry in logs} == {"blocks_refused"}


async def test_what_slack_refuses_in_either_form_is_refused() -> None:
    slack = Picky("section")
    bare = Rendered(text="a.log", blocks=[section("Cause: a.log")])
    for rendered, refused in ((TYPED, "rich_text"), (bare, "section")):
        slack.refused, slack.code = (
            refused,
            "is_archived" if rendered is TYPED else "invalid_blocks",
        )
        with pytest.raises(Undeliverable):
            await Posts(slack).post("C1", LETTER, rendered)
    assert not slack.taken


class Threads:
    """A client of a Slack with one thread, or with none any more."""

    def __init__(self, thread: str) -> None:
        self.thread = thread
        self.replies = [_marked("2.0")]
        self.posted: list[str | None] = []

    async def chat_postMessage(  # noqa: N802  Slack's own name
        self, *, thread_ts: str | None, **_: Any
    ) -> dict[str, Any]:
        self._look(thread_ts)
        self.posted.append(thread_ts)
        return {"ok": True, "channel": "C1", "ts": "2.0"}

    async def conversations_replies(self, *, ts: str, **_: Any) -> dict[str, Any]:
        self._look(ts)
        return {"messages": self.replies}

    async def conversations_history(self, **_: Any) -> dict[str, Any]:
        return {"messages": [_marked("3.0")]}

    def _look(self, ts: str | None) -> None:
        if ts not in {None, self.thread}:
            answer = {"ok": False, "error": "thread_not_found"}
            raise SlackApiError("no", answer)


def _marked(ts: str) -> dict[str, Any]:
    metadata = {"event_type": "escalade_letter", "event_payload": {"letter": LETTER.id}}
    return {"ts": ts, "metadata": metadata}


async def test_an_answer_goes_into_its_thread_and_is_found_there() -> None:
    slack = Threads("1.0")
    posts = Posts(slack)
    await posts.post("C1", LETTER, TYPED, "1.0")
    assert slack.posted == ["1.0"]
    assert (await posts.find("C1", LETTER, "1.0"))[LETTER.id].ts == "2.0"


async def test_where_the_thread_is_gone_it_is_said_in_the_channel() -> None:
    slack = Threads("none")
    posts = Posts(slack)
    await posts.post("C1", LETTER, TYPED, "1.0")
    assert slack.posted == [None]
    assert (await posts.find("C1", LETTER, "1.0"))[LETTER.id].ts == "3.0"


async def test_what_was_said_before_its_thread_began_is_found_beside_it() -> None:
    slack = Threads("1.0")
    slack.replies = []
    assert (await Posts(slack).find("C1", LETTER, "1.0"))[LETTER.id].ts == "3.0"

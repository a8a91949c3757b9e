from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.router.inbound import Inbound
from handlers.slack import inbound_request as hearing
from handlers.slack.inbound_request import (
    InboundRequest,
    NotTold,
    Once,
    answering,
    slacks_address,
    tell_as_typed,
)
from handlers.words.as_typed import BLOCKS_REFUSED
from handlers.words.blocks import WORD_JOINER, section
from handlers.words.rendered import Rendered


def request(key: str, body: dict[str, Any] | None = None) -> InboundRequest:
    return InboundRequest(Inbound(kind="other", body=body or {}, key=key), AsyncMock())


async def test_what_comes_twice_is_heard_once() -> None:
    once = Once()
    for key in ("event/Ev1", "click/1.2.a"):
        first = request(key)
        assert once.first(first) is first
        assert once.first(request(key)) is first
    other = request("event/Ev2")
    assert once.first(other) is other


async def test_what_cannot_be_told_apart_is_heard_each_time() -> None:
    once = Once()
    for _ in range(2):
        each = request("")
        assert once.first(each) is each


async def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "REMEMBERED", 50)
    once = Once()
    for number in range(60):
        once.first(request(str(number)))
    again, known = request("0"), request("59")
    assert once.first(again) is again
    assert once.first(known) is not known


async def test_what_failed_is_heard_anew() -> None:
    once = Once()
    first, again = request("Ev1"), request("Ev1")
    assert once.first(first) is first
    assert first.fail()
    once.forget(first)
    assert once.first(again) is again
    once.forget(first)
    assert once.first(request("Ev1")) is again


async def test_a_second_delivery_waits_for_what_becomes_of_the_first() -> None:
    first = request("Ev1")
    waiting = asyncio.create_task(first.is_kept())
    await asyncio.sleep(0)
    assert not waiting.done()
    first.keep()
    assert await waiting
    assert not first.fail()


async def test_of_what_was_heard_only_that_it_was_is_remembered() -> None:
    once, first = Once(), request("1.2", {"blocks": ["x" * 10_000]})
    assert once.first(first) is first
    first.keep()
    first.let_go()
    assert not hasattr(first, "inbound")
    assert once.first(request("1.2")) is first
    assert await first.is_kept()


SLACK = "https://slack.com/api/"
LOCAL = "http://127.0.0.1:8080/api/"


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("https://hooks.slack.com/commands/T1/2/abc", SLACK),
        ("https://slack.com/actions/T1/2/abc", SLACK),
        ("https://hooks.slack.com/commands/T1/2/abc", "https://slack.proxy.example/api/"),
        ("https://hooks.slack-gov.com/commands/T1/2/abc", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:8080/commands/T1/2/abc", LOCAL),
    ],
)
def test_answers_go_to_slack_or_to_where_its_api_is(address: str, api_url: str) -> None:
    assert str(slacks_address(address, api_url)) == address


@pytest.mark.parametrize("api_url", [SLACK, LOCAL])
@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:9464/metrics",
        "http://localhost:8080/commands/T1/2/abc",
        "https://127.0.0.1:8080/commands",
        "http://hooks.slack.com/commands/T1/2/abc",
        "https://hooks.slack.com:8443/commands/T1/2/abc",
        "https://hooks.slack.com.evil.example/",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com@evil.example/",
        "https://evil.example\\@hooks.slack.com/",
        "https://user@hooks.slack.com/",
        "https://files.slack.com/",
        "https://slackAcom/",
        "file:///etc/passwd",
        "//hooks.slack.com/",
        "hooks.slack.com",
        "https://",
        "https://[::1",
    ],
)
async def test_answers_go_nowhere_else(address: str, api_url: str) -> None:
    session = Mock()
    client = AsyncWebClient(base_url=api_url, session=session)
    with pytest.raises(NotTold, match="not Slack's"):
        await answering({"response_url": address}, client)(text="Done.")
    assert not session.mock_calls


# ── an answer whose blocks Slack does not take ───────────────────────────────────────────────

PLAIN = Rendered(text="see", blocks=[section("see")])
TYPED = Rendered(text=f"see {WORD_JOINER}*.log", blocks=[section(f"see {WORD_JOINER}*.log")])


@pytest.mark.parametrize("code", sorted(BLOCKS_REFUSED))
async def test_an_answer_that_slack_takes_no_rich_text_for_is_said_with_joiners(code: str) -> None:
    said: list[Rendered] = []

    async def say(shown: Rendered) -> None:
        said.append(shown)
        if shown.blocks[0]["type"] == "rich_text":
            raise SlackApiError("refused", {"ok": False, "error": code})

    await tell_as_typed(TYPED, say)
    assert [each.blocks[0]["type"] for each in said] == ["rich_text", "section"]


@pytest.mark.parametrize(
    ("rendered", "code"), [(TYPED, "not_in_channel"), (PLAIN, "invalid_blocks")]
)
async def test_what_no_other_blocks_would_mend_is_said_once(rendered: Rendered, code: str) -> None:
    said: list[Rendered] = []

    async def say(shown: Rendered) -> None:
        said.append(shown)
        raise SlackApiError("refused", {"ok": False, "error": code})

    with pytest.raises(NotTold, match=code):
        await tell_as_typed(rendered, say)
    assert len(said) == 1

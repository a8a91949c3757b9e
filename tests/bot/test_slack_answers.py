"""What is no answer of Slack's is never taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError

from bot import slack_answers
from bot.slack_answers import READ, OddAnswer, ReadingClient
from bot.slack_calls import NotSent, Uncertain, Undeliverable, retry_after, sure

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ok", "error", "channel", "ts", "id"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(status=st.integers(200, 599), body=ANYTHING.map(json.dumps) | st.text(max_size=40))
def test_a_body_is_an_answer_of_slacks_or_odd_whatever_it_is(status: int, body: str) -> None:
    try:
        data = slack_answers._read("chat.postMessage", status, body.encode())
    except OddAnswer:
        return
    assert isinstance(data["ok"], bool)
    if data["ok"]:
        assert status == 200
    else:
        assert isinstance(data["error"], str)


@given(data=ANYTHING)
def test_what_is_read_of_an_answer_is_there(data: object) -> None:
    for paths in READ.values():
        for path in paths:
            slack_answers._is_there(data, path)
    if slack_answers._is_there(data, "channel.id"):
        assert isinstance(data["channel"]["id"], str)  # type: ignore[index]


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("7", 7), ("", 5), ("in a while", 5), ("-3", 5), ("nan", 5), ("inf", 300), ("1e9", 300)],
)
def test_slack_is_left_in_peace_for_a_sane_while(after: str, seconds: float) -> None:
    class Answer:
        status_code = 429
        data = {"ok": False, "error": "ratelimited"}  # noqa: RUF012  it is read once
        headers = {"Retry-After": after}  # noqa: RUF012  as above

    assert retry_after(SlackApiError("", Answer())) == seconds


async def ask(answer: web.Response, method: str = "chat.postMessage") -> Any:
    """Call a method of a server that answers so."""

    async def handler(_: web.Request) -> web.Response:
        return answer

    app = web.Application()
    app.router.add_route("*", "/api/{method}", handler)
    async with TestServer(app) as server, slack_answers.aiohttp.ClientSession() as session:
        client = ReadingClient(
            token="xoxb-1", base_url=str(server.make_url("/api/")), session=session
        )
        return await sure(client.api_call(method))


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=503, text="<h1>x</h1>", content_type="text/html"),
        lambda: web.Response(status=503, text="busy"),
        lambda: web.Response(text="<h1>Sign in</h1>", content_type="text/html"),
        lambda: web.Response(status=302, headers={"Location": "/api/auth.test"}),
        lambda: web.Response(status=407, text="the proxy wants a name"),
        lambda: web.Response(text='{"ok": true, "ch'),
        lambda: web.Response(body=b"\xff\xfe"),
        web.Response,
        lambda: web.json_response([1]),
        lambda: web.json_response({"ok": "yes", "channel": "C1", "ts": "1"}),
        lambda: web.json_response({"ok": True}),
        lambda: web.json_response({"ok": True, "channel": "C1", "ts": 1.5}),
        lambda: web.json_response({"ok": True, "channel": "C1", "ts": "1"}, status=500),
        lambda: web.json_response({"ok": False}),
        lambda: web.json_response({"ok": True, "pad": "x" * (slack_answers.MOST_BYTES + 1)}),
        lambda: web.json_response({"ok": False, "error": "internal_error"}, status=500),
    ],
)
async def test_what_is_not_slacks_leaves_it_uncertain(answer: object) -> None:
    with pytest.raises(Uncertain):
        await ask(answer())  # type: ignore[operator]


async def test_what_slack_says_is_taken_at_its_word() -> None:
    with pytest.raises(Undeliverable, match="channel_not_found"):
        await ask(web.json_response({"ok": False, "error": "channel_not_found"}))
    with pytest.raises(NotSent):
        await ask(web.Response(status=429, text="<h1>Slow down</h1>"))
    answer = {"ok": True, "channel": "C1", "ts": "1.0"}
    assert (
        await ask(web.Response(text=json.dumps(answer), content_type="text/plain"))
    ).data == answer  # type: ignore[attr-defined]

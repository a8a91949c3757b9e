"""What is no answer of Slack's is never taken for one."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import answers
from bot.slack.answers import READ, OddAnswer, Part, ReadingClient
from bot.slack.calls import NotSent, Uncertain, Undeliverable, retry_after, sure

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
        data = answers.read_body("chat.postMessage", status, body.encode())
    except OddAnswer:
        return
    assert isinstance(data["ok"], bool)
    if data["ok"]:
        assert status == 200
    else:
        assert isinstance(data["error"], str)


@given(data=ANYTHING)
def test_what_is_read_of_an_answer_is_there_and_of_its_kind(data: Any) -> None:
    for part in (part for parts in READ.values() for part in parts):
        answers.can_be_read(data, part.path, part)
    if answers.can_be_read(data, "channel.id", Part("channel.id")):
        assert isinstance(data["channel"]["id"], str)
    if answers.can_be_read(data, "channel.id", Part("channel.id", needed=False)):
        assert isinstance((data.get("channel") or {}).get("id") or "", str)


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
    async with TestServer(app) as server, answers.aiohttp.ClientSession() as session:
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
        lambda: web.json_response({"ok": True, "pad": "x" * (answers.MOST_BYTES + 1)}),
        lambda: web.json_response({"ok": False, "error": "internal_error"}, status=500),
    ],
)
async def test_what_is_not_slacks_leaves_it_uncertain(answer: object) -> None:
    with pytest.raises(Uncertain):
        await ask(answer())


async def test_what_slack_says_is_taken_at_its_word() -> None:
    with pytest.raises(Undeliverable, match="channel_not_found"):
        await ask(web.json_response({"ok": False, "error": "channel_not_found"}))
    with pytest.raises(NotSent):
        await ask(web.Response(status=429, text="<h1>Slow down</h1>"))
    answer = {"ok": True, "channel": "C1", "ts": "1.0"}
    assert (
        await ask(web.Response(text=json.dumps(answer), content_type="text/plain"))
    ).data == answer


# ── what is read of each method's answer ─────────────────────────────────────────────────────

KINDS: dict[type, Any] = {str: "x", bool: True, dict: {"letter": "1"}, list: [{"user": "U1"}]}


def with_part(answer: dict[str, Any], part: Part, value: Any) -> dict[str, Any]:
    """The answer with this value where the part stands, in the first of a list."""
    *way, last = part.path.split(".")
    there = answer
    for name in way:
        if name.endswith("[]"):
            there = there.setdefault(name.removesuffix("[]"), [{}])[0]
        else:
            there = there.setdefault(name, {})
    if last.endswith("[]"):
        there[last.removesuffix("[]")] = [value]
    else:
        there[last] = value
    return answer


def whole(method: str) -> dict[str, Any]:
    """An answer of Slack's to a method, with all that is read of it."""
    answer: dict[str, Any] = {"ok": True}
    for part in READ[method]:
        with_part(answer, part, KINDS[part.kind])
    return answer


@pytest.mark.parametrize("method", READ)
async def test_all_that_is_read_of_an_answer_is_there_or_it_is_not_slacks(method: str) -> None:
    assert await ask(web.json_response(whole(method)), method)
    for part in READ[method]:
        odd = with_part(whole(method), part, 7)
        with pytest.raises(Uncertain, match="not as Slack answers"):
            await ask(web.json_response(odd), method)
        null = web.json_response(with_part(whole(method), part, None))
        if not part.needed:
            assert await ask(null, method)
            continue
        with pytest.raises(Uncertain, match="not as Slack answers"):
            await ask(null, method)


def called() -> Iterator[str]:
    """The methods of the Web API that the source calls, by the names of the SDK's."""
    for file in [*Path("bot").rglob("*.py"), *Path("handlers").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            name, of = node.func.attr, ast.unparse(node.func.value)
            if of.rpartition(".")[2] in {"client", "_client"} and hasattr(AsyncWebClient, name):
                yield name


def test_every_method_that_is_called_stands_with_what_is_read_of_its_answers() -> None:
    names = set(called())
    assert "files_upload_v2" in names
    uploads = {"files.getUploadURLExternal", "files.completeUploadExternal"}
    methods = {name.replace("_", ".") for name in names - {"files_upload_v2"}} | uploads
    assert methods == set(READ)

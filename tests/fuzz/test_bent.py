"""Slack's payloads bent out of shape, over HTTP and Socket Mode: refused or heard, never half done.

Whatever arrives, the bot lives, answers with a proper status, logs a line and no trace.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest
from structlog.testing import capture_logs

from bot.web.slack_door import PATH
from bot.web.slack_site import SlackSite
from tests.bot.web.test_slack_site import NOW, SECRET, signed
from tests.fuzz.ground import FUZZ, PAYLOADS, Fuzzed

STATUSES = {200, 400, 404}
MOST_LINES = 6


def nested(depth: int) -> Any:
    """So many lists in one another."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


# told to hypothesis by a short name: it prints what it tries
VERY_LONG = {
    "<long name>": "U" * 5_000,
    "<long text>": "x" * 120_000,
    "<deep>": nested(45),
    "<deepest>": nested(400),
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "", "\0", "\ud800", *VERY_LONG, 10**400, [], {}, [[]], [{}], [None],
            {"id": None}, {"id": 7}, {"": {}}, {"id": "X" * 300}, "block_actions", "event_callback",
            "view_submission", "view_closed", "message_action", "shortcut", "url_verification",
            "ssl_check", "app_home_opened", "member_joined_channel", "message", "no_such_type",
        ]
    ),
    st.integers(1, 30).map(nested),
    st.dictionaries(st.text(max_size=8), st.none() | st.text(max_size=8), max_size=3),
)  # fmt: skip
MISSING = "<missing>"
NUMBERS = itertools.count()
BOLTS_OWN = ("authorizations", "enterprise", "team", "response_urls", "function_data", "type",
             "is_enterprise_install", "is_ext_shared_channel", "enterprise_id", "assistant_thread",
             "event", "item", "previous_message", "bot_id", "inputs")  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inside:
        yield (*at, key)
        if isinstance(part, dict | list):
            yield from places(part, (*at, key))


def put(payload: Any, place: tuple[Any, ...], value: Any) -> None:
    """Put a value there, or take what is there away; nothing where the way there is gone."""
    for key in place[:-1]:
        try:
            payload = payload[key]
        except (LookupError, TypeError):
            return
    if value == MISSING and isinstance(payload, dict):
        payload.pop(place[-1], None)
    elif isinstance(payload, dict) or (
        isinstance(payload, list) and place[-1] in range(len(payload))
    ):
        payload[place[-1]] = None if value == MISSING else value


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """A payload with odd values, or nothing, in up to four places."""
    payload: dict[str, Any] = json.loads(
        json.dumps(PAYLOADS[draw(st.sampled_from(list(PAYLOADS)))])
    )
    where = st.sampled_from([*places(payload), *((name,) for name in BOLTS_OWN)])
    for place in draw(st.lists(where, min_size=1, max_size=4)):
        put(payload, place, copy.deepcopy(draw(st.just(MISSING) | ODD)))
    return payload


@contextmanager
def one_line_each(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What is logged meanwhile is a few lines, without a trace."""
    caplog.clear()
    with caplog.at_level(logging.INFO), capture_logs() as said:
        yield
    traces = [entry for entry in said if entry.get("exc_info")]
    traces += [record for record in caplog.records if record.exc_info]
    assert not traces, traces
    assert len(said) + len(caplog.records) <= MOST_LINES, (said, caplog.records)


def known(fuzzed: Fuzzed, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload, of somebody the contract names, and never heard before."""
    number = next(NUMBERS)
    text = (
        json.dumps(payload)
        .replace("1.1.x", f"{number}.1.x")
        .replace('"id": "V"', f'"id": "V{number}"')
    )
    text = text.replace('"event_id": "E"', f'"event_id": "E{number}"')
    for short, long in {"U": fuzzed.scene.user("mathis-berger"), **VERY_LONG}.items():
        text = text.replace(json.dumps(short), json.dumps(long))
    found: dict[str, Any] = json.loads(text)
    return found


def by_socket(fuzzed: Fuzzed, envelope: dict[str, Any]) -> list[Any]:
    """Hand an envelope to the bot as its socket does; what it acknowledged."""
    acks: list[Any] = []

    async def send_socket_mode_response(response: Any) -> None:
        acks.append(response)

    async def hear() -> None:
        bot = fuzzed.scene.stage.running
        assert bot.socket is not None
        handler = bot.socket._handler
        assert handler is not None
        client: Any = SimpleNamespace(
            send_socket_mode_response=send_socket_mode_response, logger=logging.getLogger("none")
        )
        request = SocketModeRequest.from_dict(envelope)
        assert request is not None
        async with asyncio.timeout(20):
            await handler.handle(client, request)
            await bot.listeners.drained()

    fuzzed.loop.run_until_complete(hear())
    return acks


COMMAND = PAYLOADS["command"]
CLICK = PAYLOADS["click"]
FORM = PAYLOADS["form"]
EVENT = PAYLOADS["event"]


@FUZZ
@given(payload=bent())
@example(payload=COMMAND | {"text": 7})
@example(payload=COMMAND | {"text": "note INC-0001 \ud800"})
@example(payload=COMMAND | {"text": "note INC-0001 \0"})
@example(payload={k: v for k, v in COMMAND.items() if k != "trigger_id"})
@example(payload=COMMAND | {"type": "<long name>"})
@example(payload=CLICK | {"actions": []})
@example(payload=CLICK | {"team": [], "user": None})
@example(payload=FORM | {"view": FORM["view"] | {"state": {"values": {"text": {"text": None}}}}})
@example(payload=FORM | {"view": FORM["view"] | {"private_metadata": "[1]"}})
@example(payload=EVENT | {"event": {"type": "member_joined_channel"}})
@example(payload=EVENT | {"event": "x", "authorizations": [7]})
@example(payload=EVENT | {"event": {"type": "app_home_opened", "user": "<deepest>"}})
def test_a_bent_payload_by_socket_is_heard_or_refused(
    fuzzed: Fuzzed, caplog: pytest.LogCaptureFixture, payload: dict[str, Any]
) -> None:
    envelope = {"type": "interactive", "envelope_id": "E", "payload": known(fuzzed, payload)}
    with one_line_each(caplog):
        assert len(by_socket(fuzzed, envelope)) <= 1


@pytest.fixture(scope="module")
def post(fuzzed: Fuzzed) -> Iterator[Any]:
    """Post something signed to the Slack site of the bot; the status."""
    loop = fuzzed.loop
    site = SlackSite(fuzzed.scene.stage.running.app, SECRET, lambda: NOW)
    loop.run_until_complete(site.start("127.0.0.1", 0))
    url = f"http://127.0.0.1:{site.port}{PATH}"

    async def opened() -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    session = loop.run_until_complete(opened())

    async def posted(body: bytes, kind: str) -> int:
        async with session.post(
            url, data=body, headers={"Content-Type": kind, **signed(body)}
        ) as answer:
            await answer.read()
            await fuzzed.scene.stage.running.listeners.drained()
            return answer.status

    yield lambda body, kind: loop.run_until_complete(posted(body, kind))
    loop.run_until_complete(session.close())
    loop.run_until_complete(site.stop())


def as_form(payload: dict[str, Any]) -> bytes:
    """As Slack posts it: a command as fields, everything else as JSON in one."""
    if "command" not in payload:
        return urlencode({"payload": json.dumps(payload)}).encode()
    texts = {key: value for key, value in payload.items() if isinstance(value, str)}
    return urlencode(texts, errors="replace").encode()


@FUZZ
@given(payload=bent(), as_json=st.booleans())
@example(payload=COMMAND | {"trigger_id": ""}, as_json=False)
@example(payload=EVENT | {"team": 5}, as_json=True)
def test_a_bent_payload_by_http_is_answered_properly(
    fuzzed: Fuzzed,
    post: Any,
    caplog: pytest.LogCaptureFixture,
    payload: dict[str, Any],
    as_json: bool,
) -> None:
    payload = known(fuzzed, payload)
    body = json.dumps(payload).encode() if as_json else as_form(payload)
    kind = "application/json" if as_json else "application/x-www-form-urlencoded"
    with one_line_each(caplog):
        assert post(body, kind) in STATUSES


@FUZZ
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(str.encode),
        st.sampled_from([b"", b"[]", b"7", b"null", b"{", b'{"a":' * 3000, b"[" * 5000, b"payload=",
                         b"payload=[]", b"payload=7", b"payload=%5B", b"command", b"ssl_check=1",
                         b'{"type":"url_verification"}', b"\xff\xfe", b"payload=" + b"[" * 9000]),
    ),
    kind=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded",
         "application/json; charset=utf-16", "application/json; charset=none-such",
         "application/x-www-form-urlencoded; charset=utf-8"]
    ),
)  # fmt: skip
def test_any_body_by_http_is_answered_properly(
    fuzzed: Fuzzed, post: Any, caplog: pytest.LogCaptureFixture, body: bytes, kind: str
) -> None:
    assert fuzzed is not None
    with one_line_each(caplog):
        assert post(body, kind) in STATUSES


def test_the_metrics_grow_with_no_type_that_anybody_invents(fuzzed: Fuzzed) -> None:
    for number in range(20):
        envelope = {"type": "interactive", "envelope_id": "E", "payload": {"type": f"t{number}"}}
        by_socket(fuzzed, envelope)

    assert b't7"' not in fuzzed.scene.stage.running.metrics.text()

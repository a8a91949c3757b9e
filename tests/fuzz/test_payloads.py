"""Whatever arrives in the shape of one of Slack's payloads, the bot answers and goes on.

`make fuzz N=20000` tries longer.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.rehearsal import Rehearsal
from config.contract_file import read_contract
from config.ical import from_ical
from escalation.contract import Override
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

CONTRACT = read_contract(RIVAGE)
LONG = int(os.environ.get("ESCALADE_FUZZ", "40"))
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "<!channel>", "x" * 9_000, "show INC-99999999", "open", "note INC-0001", "[]", "{}",
         '["rivage"]', '["rivage", "INC-0001", {"ladder": 7}]', '["elsewhere", "INC-0001", {}]',
         "null", '"x"', '{"contract": "rivage"}', '{"contract": 3, "subject": []}',
         "do/escalate/ack#0", "do/crisis/close#1", "do/nothing/at-all#0", "help", "\x00"]
    ),
)  # fmt: skip
THEIRS: dict[str, list[tuple[Any, ...]]] = {
    "command": [("text",), ("channel_id",)],
    "click": [("actions", 0, "value"), ("actions", 0, "action_id"), ("channel", "id")],
    "form": [
        ("view", "private_metadata"),
        ("view", "state", "values", "text", "text", "value"),
        ("view", "callback_id"),
    ],
    "shortcut": [("message", "text"), ("message", "ts"), ("channel", "id")],
    "event": [("event", "user"), ("event", "channel")],
}
HERE = {"id": "T1", "domain": "t"}
PAYLOADS: dict[str, dict[str, Any]] = {
    "command": {
        "command": "/incident", "text": "show INC-0001", "user_id": "U", "channel_id": "C",
        "team_id": "T1", "trigger_id": "1.1.x", "response_url": "", "api_app_id": "A",
    },
    "click": {
        "type": "block_actions", "user": {"id": "U"}, "team": HERE, "trigger_id": "1.1.x",
        "channel": {"id": "C"}, "container": {"type": "message", "message_ts": "1.1"},
        "message": {"ts": "1.1", "text": "x", "blocks": []}, "response_url": "",
        "actions": [
            {"action_id": "do/incident/show#0", "block_id": "b", "type": "button",
             "value": '["rivage", "INC-0001", {}]', "action_ts": "1.1"}
        ],
    },
    "form": {
        "type": "view_submission", "user": {"id": "U"}, "team": HERE, "trigger_id": "1.1.x",
        "view": {
            "id": "V", "type": "modal", "callback_id": "form/incident/note",
            "private_metadata": '{"contract": "rivage", "subject": "INC-0001", "channel": "C"}',
            "state": {"values": {"text": {"text": {"type": "plain_text_input", "value": "x"}}}},
            "hash": "h", "blocks": [],
        },
    },
    "shortcut": {
        "type": "message_action", "callback_id": "open_incident_from_message",
        "user": {"id": "U"}, "team": HERE, "channel": {"id": "C"}, "trigger_id": "1.1.x",
        "message": {"ts": "1.1", "text": "down", "user": "U"}, "response_url": "",
    },
    "event": {
        "type": "event_callback", "team_id": "T1", "api_app_id": "A", "event_id": "E",
        "event": {"type": "member_joined_channel", "user": "U", "channel": "C", "team": "T1"},
    },
}  # fmt: skip


@dataclass
class Fuzzed:
    """A stage of its own, on a loop of its own, for all examples."""

    loop: asyncio.AbstractEventLoop
    scene: Scene
    before: Any

    def hear(self, payload: dict[str, Any]) -> int:
        async def hear() -> int:
            bot = self.scene.stage.running
            request = AsyncBoltRequest(mode="socket_mode", body=json.dumps(payload))
            async with asyncio.timeout(10):
                answer = await bot.app.async_dispatch(request)
                await bot.listeners.drained()
            return int(answer.status)

        return self.loop.run_until_complete(hear())


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    loop = asyncio.new_event_loop()
    stage = Rehearsal(
        contracts=[RIVAGE], at=WEDNESDAY, database=f"sqlite+aiosqlite:///{folder}/e.db"
    )
    loop.run_until_complete(stage.__aenter__())
    scene = Scene(stage, stage.contract)
    opened = scene.opens("antoine-mercier", '"Paie lente" component=paie severity=3')
    loop.run_until_complete(opened)
    before = loop.run_until_complete(scene.state())
    yield Fuzzed(loop, scene, before)
    answer = loop.run_until_complete(scene.types("antoine-mercier", "/incident show INC-0001"))
    assert "Paie lente" in answer, "it goes on"
    verdicts = loop.run_until_complete(stage.running.store.verify_journal())
    assert all(verdict.whole for verdict in verdicts)
    loop.run_until_complete(stage.__aexit__(None, None, None))
    loop.close()


@st.composite
def bent(draw: st.DrawFn, kind: str, user: str) -> dict[str, Any]:
    """A payload of somebody known, with odd values where people and their apps can put them."""
    payload: dict[str, Any] = json.loads(
        json.dumps(PAYLOADS[kind]).replace('"U"', json.dumps(user))
    )
    for place in draw(st.lists(st.sampled_from(THEIRS[kind]), min_size=1, unique=True)):
        at: Any = payload
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = draw(WORDS)
    return payload


@pytest.mark.parametrize("kind", PAYLOADS)
def test_whatever_arrives_is_answered_and_changes_nothing_by_itself(
    fuzzed: Fuzzed, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    user = fuzzed.scene.user("mathis-berger")

    @settings(
        max_examples=LONG, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(payload=bent(kind, user))
    def hear(payload: dict[str, Any]) -> None:
        assert fuzzed.hear(payload) in {200, 400, 401, 404, 500}

    hear()
    capsys.readouterr()


@settings(max_examples=LONG, deadline=None)
@given(given_bytes=st.binary(max_size=400))
def test_whatever_a_calendar_file_holds_it_is_read_or_refused(given_bytes: bytes) -> None:
    head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
    for data in (given_bytes, head + given_bytes + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"):
        try:
            found = from_ical(data, CONTRACT)
        except ValueError:
            continue
        assert all(isinstance(one, Override) for one in found)

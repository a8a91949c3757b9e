"""What is bent: payloads as Slack sends them, and a bot that hears them."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

from hypothesis import HealthCheck, settings
from slack_bolt.request.async_request import AsyncBoltRequest

from tests.scenarios.scene import Scene

LONG = int(os.environ.get("ESCALADE_FUZZ", "40"))
FUZZ = settings(
    max_examples=LONG, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
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
            "private_metadata": json.dumps(
                ["incident", "note", "rivage", "INC-0001", "C", {}, {}]
            ),
            "state": {"values": {"text": {"text": {"type": "plain_text_input", "value": "x"}}}},
            "hash": "h", "blocks": [],
        },
    },
    "choice": {
        "type": "block_actions", "user": {"id": "U"}, "team": HERE, "trigger_id": "1.1.x",
        "container": {"type": "view", "view_id": "V"},
        "view": {
            "id": "V", "type": "modal", "callback_id": "form/incident/open", "hash": "h",
            "private_metadata": json.dumps(["incident", "open", "rivage", "", "C", {}, {}]),
            "title": {"type": "plain_text", "text": "x"},
            "submit": {"type": "plain_text", "text": "x"},
            "close": {"type": "plain_text", "text": "x"},
            "state": {"values": {"component": {"component": {
                "type": "static_select", "selected_option": {"value": "vpn"}}}}},
            "blocks": [{"type": "input", "block_id": "component", "dispatch_action": True}],
        },
        "actions": [
            {"action_id": "component", "block_id": "component", "type": "static_select",
             "selected_option": {"value": "vpn"}, "action_ts": "1.1"}
        ],
    },
    "shortcut": {
        "type": "message_action", "callback_id": "open_incident_from_message",
        "user": {"id": "U"}, "team": HERE, "channel": {"id": "C"}, "trigger_id": "1.1.x",
        "message": {
            "ts": "1.1", "text": "down", "user": "U", "bot_id": "B",
            "attachments": [{"title": "x", "text": "y", "fields": [{"title": "x", "value": "y"}]}],
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}},
                       {"type": "rich_text", "elements": [{"type": "rich_text_section",
                        "elements": [{"type": "text", "text": "x"}]}]}],
        },
        "response_url": "",
    },
    "event": {
        "type": "event_callback", "team_id": "T1", "api_app_id": "A", "event_id": "E",
        "event": {"type": "member_joined_channel", "user": "U", "channel": "C", "team": "T1"},
    },
}  # fmt: skip


class Fuzzed:
    """A stage of its own, on a loop of its own, for all examples."""

    def __init__(self, loop: asyncio.AbstractEventLoop, scene: Scene) -> None:
        self.loop = loop
        self.scene = scene

    def hear(self, payload: dict[str, Any]) -> int:
        async def hear() -> int:
            bot = self.scene.stage.running
            request = AsyncBoltRequest(mode="socket_mode", body=json.dumps(payload))
            async with asyncio.timeout(10):
                answer = await bot.app.async_dispatch(request)
                await bot.listeners.drained()
            return int(answer.status)

        return self.loop.run_until_complete(hear())

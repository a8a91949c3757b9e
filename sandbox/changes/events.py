"""Tells apps what happened, those that asked and may know."""

import base64
import json
from typing import Any

from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.workspace import Workspace

_MESSAGE_EVENT = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def event_ts(ws: Workspace) -> str:
    """Give the time of an event the way Slack writes it."""
    return f"{ws.now():.6f}"


def emit(
    ws: Workspace,
    event: dict[str, Any],
    *,
    channel: Channel | None = None,
    name: str | None = None,
    only: App | None = None,
) -> None:
    """Send an event to the apps subscribed to it; of a conversation, to its members only."""
    wanted = name or event["type"]
    for app in list(ws.apps.values()):
        if not app.installed or wanted not in app.bot_events or only not in {None, app}:
            continue
        if channel is not None and app.bot_user_id not in channel.members:
            continue
        body = envelope(ws, app, event, channel)
        ws.events.append((app.app_id, body))
        if ws.event_sink is not None:
            ws.event_sink(app, body)


def envelope(
    ws: Workspace, app: App, event: dict[str, Any], channel: Channel | None
) -> dict[str, Any]:
    """Wrap an event the way the Events API sends it."""
    context = {"tid": ws.team.id, "aid": app.app_id, "cid": channel.id if channel else ""}
    return {
        "token": app.verification_token,
        "team_id": ws.team.id,
        "context_team_id": ws.team.id,
        "context_enterprise_id": None,
        "api_app_id": app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": ws.ids.next("Ev"),
        "event_time": int(ws.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": ws.team.id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.shared_with),
        "event_context": "4-" + base64.b64encode(json.dumps(context).encode()).decode(),
    }


def message_event(ws: Workspace, channel: Channel, event: dict[str, Any]) -> None:
    """Send an event about a message of a conversation."""
    full = {"type": "message", **event, "channel": channel.id, "channel_type": channel.kind}
    emit(ws, full, channel=channel, name=_MESSAGE_EVENT[channel.kind])


def message_posted(ws: Workspace, channel: Channel, message: Message) -> None:
    """Tell of a new message, and tell those it mentions."""
    body = message.to_api(channel.id, with_metadata=True) | {"event_ts": message.ts}
    if message.is_reply:
        parent = channel.find(message.thread_ts)
        if parent is not None:
            body["parent_user_id"] = parent.user
    message_event(ws, channel, body)
    if channel.kind == "im" or message.subtype in {"channel_join", "channel_leave"}:
        return
    for app in ws.apps.values():
        if f"<@{app.bot_user_id}" in message.text and message.user != app.bot_user_id:
            mention = body | {"type": "app_mention", "channel": channel.id}
            emit(ws, mention, channel=channel, only=app)


def message_changed(
    ws: Workspace, channel: Channel, message: Message, before: dict[str, Any]
) -> None:
    """Tell that a message reads differently now."""
    event = {
        "subtype": "message_changed",
        "hidden": True,
        "message": message.to_api(channel.id, with_metadata=True),
        "previous_message": before,
        "ts": channel.next_ts(ws.now()),
        "event_ts": event_ts(ws),
    }
    message_event(ws, channel, event)


def message_deleted(ws: Workspace, channel: Channel, before: dict[str, Any]) -> None:
    """Tell that a message is gone."""
    event = {
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": before["ts"],
        "previous_message": before,
        "ts": channel.next_ts(ws.now()),
        "event_ts": event_ts(ws),
    }
    message_event(ws, channel, event)

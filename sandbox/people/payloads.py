"""Payloads that tell apps what somebody did."""

from typing import Any

from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.response_url import ResponseUrl
from sandbox.model.user import User
from sandbox.model.view import View
from sandbox.model.workspace import Workspace
from sandbox.people import fields

Json = dict[str, Any]


def channel_name(channel: Channel) -> str:
    """Name a conversation the way payloads do."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def base(ws: Workspace, app: App, user: User, kind: str) -> Json:
    """Write what all interactive payloads have in common."""
    return {
        "type": kind,
        "team": {"id": ws.team.id, "domain": ws.team.domain},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": app.app_id,
        "token": app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash(
    ws: Workspace, app: App, user: User, channel: Channel, *, command: str, text: str
) -> Json:
    """Write the payload of a command."""
    url = ResponseUrl(app.app_id, user.id, channel.id, ws.now())
    return {
        "token": app.verification_token,
        "team_id": ws.team.id,
        "team_domain": ws.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": ws.response_urls.give(url, "commands"),
        "trigger_id": ws.triggers.give(user.id, app.app_id, ws.now()),
    }


def action(ws: Workspace, block: Json, element: Json, value: Json | None) -> Json:
    """Write what one touched."""
    out: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{ws.now():.6f}",
    }
    if element["type"] == "button":
        out["text"] = element["text"]
        for name in ("value", "style", "url"):
            if element.get(name):
                out[name] = element[name]
    if value is not None:
        out |= value
    for name in ("placeholder", "confirm"):
        if element.get(name):
            out[name] = element[name]
    return out


def message_actions(
    ws: Workspace, app: App, user: User, channel: Channel, message: Message, *, act: Json
) -> Json:
    """Write the payload of a button or menu in a message."""
    ephemeral = message.only_for is not None
    url = ResponseUrl(app.app_id, user.id, channel.id, ws.now(), message.ts, message.thread_ts)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    payload = base(ws, app, user, "block_actions") | {
        "container": container,
        "trigger_id": ws.triggers.give(user.id, app.app_id, ws.now()),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": message.state},
        "response_url": ws.response_urls.give(url),
        "actions": [act],
    }
    if not ephemeral:
        payload["message"] = message.to_api(channel.id, with_metadata=True)
    return payload


def view_actions(ws: Workspace, app: App, user: User, view: View, act: Json) -> Json:
    """Write the payload of a button or menu in a modal or a Home tab."""
    return base(ws, app, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": ws.triggers.give(user.id, app.app_id, ws.now(), view.id),
        "view": view.to_api(),
        "actions": [act],
    }


def submission(ws: Workspace, app: App, user: User, view: View) -> Json:
    """Write the payload of a modal submitted."""
    shown = view.to_api()
    inputs = {b["block_id"] for b in view.blocks}
    shown["state"] = {"values": {k: v for k, v in view.state.items() if k in inputs}}
    return base(ws, app, user, "view_submission") | {
        "trigger_id": ws.triggers.give(user.id, app.app_id, ws.now(), view.id),
        "view": shown,
        "response_urls": _response_urls(ws, app, user, view),
    }


def _response_urls(ws: Workspace, app: App, user: User, view: View) -> list[Json]:
    out = []
    for block in view.blocks:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        state = view.state.get(block["block_id"], {}).get(element["action_id"])
        channel_id = fields.content(state)
        if channel_id:
            url = ResponseUrl(app.app_id, user.id, channel_id, ws.now())
            out.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel_id,
                    "response_url": ws.response_urls.give(url),
                }
            )
    return out


def closed(ws: Workspace, app: App, user: User, view: View, *, cleared: bool) -> Json:
    """Write the payload of a modal closed."""
    return base(ws, app, user, "view_closed") | {"view": view.to_api(), "is_cleared": cleared}


def shortcut(ws: Workspace, app: App, user: User, callback_id: str) -> Json:
    """Write the payload of a global shortcut."""
    return base(ws, app, user, "shortcut") | {
        "callback_id": callback_id,
        "trigger_id": ws.triggers.give(user.id, app.app_id, ws.now()),
        "action_ts": f"{ws.now():.6f}",
    }


def message_shortcut(
    ws: Workspace, app: App, user: User, channel: Channel, message: Message, *, callback_id: str
) -> Json:
    """Write the payload of a shortcut in a message's menu."""
    url = ResponseUrl(app.app_id, user.id, channel.id, ws.now(), message.ts, message.thread_ts)
    return base(ws, app, user, "message_action") | {
        "callback_id": callback_id,
        "trigger_id": ws.triggers.give(user.id, app.app_id, ws.now()),
        "action_ts": f"{ws.now():.6f}",
        "response_url": ws.response_urls.give(url),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message.to_api(channel.id, with_metadata=True),
    }

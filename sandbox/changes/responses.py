"""Answers of an app to what somebody did: at once, or by response_url."""

import json
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.blocks import blockkit
from sandbox.changes import posting
from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.response_url import ResponseUrl
from sandbox.model.workspace import Workspace


def take(ws: Workspace, url: ResponseUrl, body: dict[str, Any]) -> None:
    """Show an app's answer: a new message, or the old one changed or gone."""
    channel = ws.channels.get(url.channel_id)
    app = ws.apps[url.app_id]
    if channel is None:
        raise SlackError("channel_not_found")
    old = channel.by_ts.get(url.message_ts or "")
    if body.get("delete_original"):
        if old is None:
            raise SlackError("message_not_found")
        posting.delete(ws, channel, old)
        return
    content = _content(body)
    if body.get("replace_original") and old is not None:
        posting.update(ws, channel, old, **content)
        return
    if channel.is_archived:
        raise SlackError("is_archived")
    thread_ts = body.get("thread_ts") or (url.thread_ts if old is not None else None)
    message = posting.by_bot(ws, app, thread_ts=thread_ts, **content)
    if body.get("response_type") != "in_channel":
        message.only_for = url.user_id
    posting.post(ws, channel, message)


def slash_answer(ws: Workspace, app: App, channel: Channel, user_id: str, payload: Any) -> None:
    """Show what an app answered to a command in its ack."""
    if isinstance(payload, str):
        payload = {"text": payload}
    if not isinstance(payload, dict) or not (payload.get("text") or payload.get("blocks")):
        return
    message: Message = posting.by_bot(ws, app, **_content(payload))
    if payload.get("response_type") != "in_channel":
        message.only_for = user_id
    posting.post(ws, channel, message)


def _content(body: dict[str, Any]) -> dict[str, Any]:
    blocks, attachments = body.get("blocks"), body.get("attachments")
    if isinstance(blocks, str):
        blocks = json.loads(blocks)
    if isinstance(attachments, str):
        attachments = json.loads(attachments)
    content = {
        "text": str(body.get("text") or ""),
        "blocks": blockkit.prepare(blocks, "message") if blocks else [],
        "attachments": list(attachments or []),
    }
    if not any(content.values()):
        raise SlackError("no_text")
    return content

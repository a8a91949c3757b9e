"""Writes, changes and removes messages, and tells the apps."""

import re
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.changes import events
from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.workspace import Workspace

MAX_TEXT = 40_000
SPLIT_OVER = 4_040
SPLIT_AT = 4_000

_TOKEN = re.compile(r"<(?:[@#!][^<>\s]+[^<>]*|https?://[^<>]+|mailto:[^<>]+)>")
_NAME = re.compile(r"(?<![\w<])@([\w.\-]+)")


def escape(text: str) -> str:
    """Escape what Slack escapes, leaving mentions and links as they are."""
    out, last = [], 0
    for token in _TOKEN.finditer(text):
        out += [_plain(text[last : token.start()]), token.group()]
        last = token.end()
    return "".join([*out, _plain(text[last:])])


def _plain(text: str) -> str:
    text = re.sub(r"&(?!(?:amp|lt|gt);)", "&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def mention_names(ws: Workspace, text: str) -> str:
    """Turn @name into a mention, where someone has that name."""

    def replace(found: re.Match[str]) -> str:
        user = ws.user_by_name(found.group(1).rstrip("."))
        return f"<@{user.id}>" if user else found.group()

    return _NAME.sub(replace, text)


def by_bot(ws: Workspace, app: App, **fields: Any) -> Message:
    """Make a message signed by an app's bot."""
    return Message(
        ts="",
        user=app.bot_user_id,
        team=ws.team.id,
        bot_id=app.bot_id,
        app_id=app.app_id,
        bot_profile=app.profile(ws.team.id),
        **fields,
    )


def post(ws: Workspace, channel: Channel, message: Message) -> Message:
    """Add a message to a conversation; a text much too long is cut into several messages."""
    message.text = message.text[:MAX_TEXT]
    if len(message.text) <= SPLIT_OVER or message.blocks:
        return _post(ws, channel, message)
    text, rest = message.text[:SPLIT_AT], message.text[SPLIT_AT:]
    message.text = text
    first = _post(ws, channel, message)
    while rest:
        text, rest = rest[:SPLIT_AT], rest[SPLIT_AT:]
        part = Message(**(vars(first) | {"text": text, "replies": [], "reactions": {}}))
        _post(ws, channel, part)
    return first


def _post(ws: Workspace, channel: Channel, message: Message) -> Message:
    message.ts = channel.next_ts(ws.now())
    channel.add(message)
    if message.only_for is None:
        if message.is_reply:
            parent = channel.find(message.thread_ts)
            if parent is not None:
                parent.replies.append(message.ts)
                if message.user not in parent.reply_users:
                    parent.reply_users.append(message.user)
        events.message_posted(ws, channel, message)
    ws.changed()
    return message


def update(ws: Workspace, channel: Channel, message: Message, **fields: Any) -> Message:
    """Change what a message says."""
    before = message.to_api(channel.id, with_metadata=True)
    for name, value in fields.items():
        setattr(message, name, value)
    if message.only_for is None:
        events.message_changed(ws, channel, message, before)
    ws.changed()
    return message


def delete(ws: Workspace, channel: Channel, message: Message) -> None:
    """Take a message away."""
    channel.remove(message)
    if message.only_for is None:
        parent = channel.find(message.thread_ts) if message.is_reply else None
        if parent is not None and message.ts in parent.replies:
            parent.replies.remove(message.ts)
        before = message.to_api(channel.id, with_metadata=True)
        events.message_deleted(ws, channel, before)
    ws.changed()


def react(ws: Workspace, channel: Channel, message: Message, user_id: str, name: str) -> None:
    """Put an emoji under a message."""
    users = message.reactions.setdefault(name, [])
    if user_id in users:
        raise SlackError("already_reacted")
    users.append(user_id)
    _reaction(ws, "reaction_added", channel, message, user_id=user_id, name=name)


def unreact(ws: Workspace, channel: Channel, message: Message, user_id: str, name: str) -> None:
    """Take one's emoji away."""
    users = message.reactions.get(name, [])
    if user_id not in users:
        raise SlackError("no_reaction")
    users.remove(user_id)
    if not users:
        del message.reactions[name]
    _reaction(ws, "reaction_removed", channel, message, user_id=user_id, name=name)


def _reaction(
    ws: Workspace, kind: str, channel: Channel, message: Message, *, user_id: str, name: str
) -> None:
    event = {
        "type": kind,
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "item_user": message.user,
        "event_ts": events.event_ts(ws),
    }
    events.emit(ws, event, channel=channel)
    ws.changed()

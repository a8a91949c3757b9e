"""Members of conversations; conversations opened, renamed and closed."""

import re
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.changes import events, posting
from sandbox.model.channel import Channel, Note
from sandbox.model.message import Message
from sandbox.model.workspace import Workspace

MAX_NAME = 80
MAX_TOPIC = 250
_NAME = re.compile(r"[^\W_]|[\w-]")


def check_name(ws: Workspace, name: str, *, but: Channel | None = None) -> str:
    """Refuse what cannot be a channel's name, or is one already."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > MAX_NAME:
        raise SlackError("invalid_name_maxlength")
    if not any(c.isalnum() for c in name):
        raise SlackError("invalid_name_punctuation")
    if any(not _NAME.fullmatch(c) or c.isupper() for c in name):
        raise SlackError("invalid_name_specials")
    if ws.channel_by_name(name) not in {None, but}:
        raise SlackError("name_taken")
    return name


def create(ws: Workspace, name: str, creator: str, *, private: bool = False) -> Channel:
    """Open a channel; whoever opens it is in it."""
    check_name(ws, name)
    channel = ws.add_channel(name=name, private=private, members=[creator], creator=creator)
    if not private:
        short = {
            "id": channel.id,
            "is_channel": True,
            "name": name,
            "name_normalized": name,
            "created": channel.created,
            "creator": creator,
            "is_shared": False,
            "is_org_shared": False,
            "context_team_id": ws.team.id,
        }
        _tell(ws, "channel_created", {"channel": short})
    _joined(ws, channel, creator, None)
    return channel


def add(ws: Workspace, channel: Channel, user_id: str, inviter: str | None = None) -> None:
    """Let somebody in."""
    channel.members.append(user_id)
    _joined(ws, channel, user_id, inviter)
    ws.changed()


def remove(ws: Workspace, channel: Channel, user_id: str, by: str | None = None) -> None:
    """Show somebody out, or let them go."""
    who = ws.users[user_id]
    app = ws.app_of_bot(user_id)
    if app is not None and by not in {None, user_id}:
        _tell(ws, f"{_word(channel)}_left", {"channel": channel.id, "actor_id": by})
    event = _member_event(ws, "member_left_channel", channel, user_id)
    events.emit(ws, event, channel=channel)
    channel.members.remove(user_id)
    verb = "has left" if by in {None, user_id} else f"was removed by <@{by}> from"
    _say(ws, channel, "leave", user_id, f"<@{who.id}> {verb} the {_word(channel)}")
    ws.changed()


def rename(ws: Workspace, channel: Channel, name: str, by: str) -> None:
    """Give a channel another name."""
    check_name(ws, name, but=channel)
    old, channel.name = channel.name, name
    channel.previous_names.append(old)
    short = {
        "id": channel.id,
        "is_channel": not channel.is_private,
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": channel.created,
    }
    _tell(ws, f"{_word(channel)}_rename", {"channel": short}, channel)
    text = f'has renamed the channel from "{old}" to "{name}"'
    _say(ws, channel, "name", by, text, old_name=old, name=name)
    ws.changed()


def set_topic(ws: Workspace, channel: Channel, text: str, by: str) -> None:
    """Write what a channel is about just now."""
    channel.topic = _note(ws, text, by)
    _say(ws, channel, "topic", by, f"set the channel topic: {text}", topic=text)
    ws.changed()


def set_purpose(ws: Workspace, channel: Channel, text: str, by: str) -> None:
    """Write what a channel is for."""
    channel.purpose = _note(ws, text, by)
    _say(ws, channel, "purpose", by, f"set the channel description: {text}", purpose=text)
    ws.changed()


def archive(ws: Workspace, channel: Channel, by: str) -> None:
    """Close a channel; its name stays taken."""
    _say(ws, channel, "archive", by, f"<@{by}> archived the {_word(channel)}")
    event = {"channel": channel.id, "user": by}
    _tell(ws, f"{_word(channel)}_archive", event, channel)
    channel.is_archived = True
    ws.changed()


def unarchive(ws: Workspace, channel: Channel, by: str) -> None:
    """Open a channel again."""
    channel.is_archived = False
    event = {"channel": channel.id, "user": by}
    _tell(ws, f"{_word(channel)}_unarchive", event, channel)
    _say(ws, channel, "unarchive", by, f"<@{by}> un-archived the {_word(channel)}")
    ws.changed()


def _note(ws: Workspace, text: str, by: str) -> Note:
    if len(text) > MAX_TOPIC:
        raise SlackError("too_long")
    return Note(posting.escape(text), by, int(ws.now()))


def _word(channel: Channel) -> str:
    return "group" if channel.kind == "group" else "channel"


def _tell(ws: Workspace, kind: str, event: dict[str, Any], channel: Channel | None = None) -> None:
    full = {"type": kind, **event, "event_ts": events.event_ts(ws)}
    only = channel if channel is not None and channel.is_private else None
    events.emit(ws, full, channel=only)


def _member_event(ws: Workspace, kind: str, channel: Channel, user_id: str) -> dict[str, Any]:
    return {
        "type": kind,
        "user": user_id,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": ws.users[user_id].team_id,
        "event_ts": events.event_ts(ws),
    }


def _joined(ws: Workspace, channel: Channel, user_id: str, inviter: str | None) -> None:
    event = _member_event(ws, "member_joined_channel", channel, user_id)
    details = {}
    if inviter:
        event["inviter"] = details["inviter"] = inviter
    events.emit(ws, event, channel=channel)
    text = f"<@{user_id}> has joined the {_word(channel)}"
    _say(ws, channel, "join", user_id, text, **details)


def _say(
    ws: Workspace, channel: Channel, what: str, user_id: str, text: str, **details: Any
) -> None:
    subtype = f"{_word(channel)}_{what}"
    user = ws.users[user_id]
    note = Message(ts="", user=user_id, text=text, subtype=subtype, team=user.team_id)
    note.details = details
    posting.post(ws, channel, note)

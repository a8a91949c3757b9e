"""conversations.*: what a channel is called and about, and its end."""

from sandbox.base.errors import SlackError
from sandbox.changes import membership
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.channels.conversations import described, room

_WRITE = ("channels:manage", "channels:write", "groups:write", "im:write", "mpim:write")
_TOPIC = (
    "channels:manage",
    "channels:write.topic",
    "channels:write",
    "groups:write",
    "groups:write.topic",
    "im:write",
    "im:write.topic",
    "mpim:write",
    "mpim:write.topic",
)


@method("conversations.setTopic", *_TOPIC, tier=2)
def set_topic(call: Call) -> Json:
    """Write what the channel is about just now."""
    channel = room(call)
    call.member(channel)
    topic = call.args.text("topic")
    if topic != channel.topic.value:
        membership.set_topic(call.ws, channel, topic, call.me)
    return described(call, channel)


@method("conversations.setPurpose", *_TOPIC, tier=2)
def set_purpose(call: Call) -> Json:
    """Write what the channel is for."""
    channel = room(call)
    call.member(channel)
    membership.set_purpose(call.ws, channel, call.args.text("purpose"), call.me)
    return described(call, channel)


@method("conversations.rename", *_WRITE, tier=2)
def rename(call: Call) -> Json:
    """Give the channel another name; only its creator may."""
    channel = room(call)
    call.scope_for(channel, "write")
    call.member(channel)
    if channel.creator != call.me:
        raise SlackError("not_authorized")
    membership.rename(call.ws, channel, call.args.text("name"), call.me)
    return described(call, channel)


@method("conversations.archive", *_WRITE, tier=2)
def archive(call: Call) -> Json:
    """Close the channel."""
    channel = room(call, archived_ok=True)
    call.scope_for(channel, "write")
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    call.member(channel)
    membership.archive(call.ws, channel, call.me)
    return {}


@method("conversations.unarchive", *_WRITE, tier=2)
def unarchive(call: Call) -> Json:
    """Open the channel again."""
    channel = room(call, archived_ok=True)
    call.scope_for(channel, "write")
    if not channel.is_archived:
        raise SlackError("not_archived")
    membership.unarchive(call.ws, channel, call.me)
    return {}

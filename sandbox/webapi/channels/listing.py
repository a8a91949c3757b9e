"""conversations.*: looking at channels, members and messages."""

from sandbox.base.errors import SlackError
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.paging import page

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


@method("conversations.info", *_READ, tier=3)
def info(call: Call) -> Json:
    """Describe a conversation."""
    channel = call.channel()
    call.scope_for(channel, "read")
    count = call.args.flag("include_num_members")
    return {"channel": channel.to_api(call.me, num_members=count)}


@method("conversations.members", *_READ, tier=4)
def members(call: Call) -> Json:
    """List who is in a conversation."""
    channel = call.channel()
    call.scope_for(channel, "read")
    found, cursor = page(call.args, channel.members, default=100, most=1000)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


@method("conversations.list", *_READ, tier=2)
def list_channels(call: Call) -> Json:
    """List the conversations of the workspace the bot may know of."""
    channels = [c for c in _of_types(call) if c.kind == "channel" or call.me in c.members]
    found, cursor = page(call.args, channels, default=100, most=1000)
    described = [c.to_api(call.me, num_members=True) for c in found]
    return {"channels": described, "response_metadata": {"next_cursor": cursor}}


@method("users.conversations", *_READ, tier=3)
def users_conversations(call: Call) -> Json:
    """List the conversations somebody is in."""
    user = call.args.text("user", call.me)
    call.ws.user(user)
    channels = [
        c
        for c in _of_types(call)
        if user in c.members and (not c.is_private or call.me in c.members)
    ]
    found, cursor = page(call.args, channels, default=100, most=999)
    described = [c.to_api(call.me) for c in found]
    for channel in described:
        channel.pop("is_member", None)
    return {"channels": described, "response_metadata": {"next_cursor": cursor}}


def _of_types(call: Call) -> list[Channel]:
    types = call.args.list("types") or ["public_channel"]
    if any(name not in _TYPES for name in types):
        raise SlackError("invalid_types")
    kinds = {_TYPES[name] for name in types}
    no_archived = call.args.flag("exclude_archived")
    return [
        c
        for c in call.ws.channels.values()
        if c.kind in kinds and not (no_archived and c.is_archived)
    ]


@method("conversations.history", *_HISTORY, tier=3)
def history(call: Call) -> Json:
    """List the messages of a conversation, the newest first."""
    channel = call.channel()
    call.scope_for(channel, "history")
    call.member(channel)
    found = [m for m in reversed(channel.history()) if _in_span(call, m)]
    messages, cursor = page(call.args, found, default=100, most=999)
    answer = _messages(call, channel, messages, cursor)
    return answer | {
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }


@method("conversations.replies", *_HISTORY, tier=3)
def replies(call: Call) -> Json:
    """List a message and the replies to it, the oldest first."""
    channel = call.channel()
    call.scope_for(channel, "history")
    call.member(channel)
    ts = call.args.need("ts", "thread_not_found")
    thread = channel.thread(ts)
    if not thread:
        raise SlackError("thread_not_found")
    found = [m for m in thread if m.ts == ts or _in_span(call, m)]
    messages, cursor = page(call.args, found, default=1000, most=1000)
    return _messages(call, channel, messages, cursor)


def _messages(call: Call, channel: Channel, found: list[Message], cursor: str) -> Json:
    metadata = call.args.flag("include_all_metadata")
    messages = [m.to_api(channel.id, with_metadata=metadata) for m in found]
    if channel.shared_with or not call.caller.has("files:read"):
        messages = [m | _stubs(m) if m.get("files") else m for m in messages]
    answer: Json = {"messages": messages, "has_more": bool(cursor)}
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def _stubs(message: Json) -> Json:
    """Give what may be told of files to whom may not read them: files.info tells more, by scope."""
    return {"files": [{"id": f["id"], "file_access": "check_file_info"} for f in message["files"]]}


def _in_span(call: Call, message: Message) -> bool:
    ts, inclusive = float(message.ts), call.args.flag("inclusive")
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    if oldest is not None and (ts < oldest or (ts == oldest and not inclusive)):
        return False
    return latest is None or ts < latest or (ts == latest and inclusive)


def _moment(call: Call, name: str) -> float | None:
    text = call.args.text(name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None

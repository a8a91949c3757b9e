"""chat.*: messages written by the bot."""

from sandbox.base.errors import SlackError
from sandbox.changes import posting
from sandbox.model.channel import Channel
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.messages.compose import compose

MAX_UPDATE = 4_000
MAX_AHEAD = 120 * 24 * 3600


def target(call: Call) -> Channel:
    """Find where to write: a conversation, a channel by name, or a person."""
    ws, wanted = call.ws, call.args.need("channel", "channel_not_found")
    channel = ws.channels.get(wanted) or ws.channel_by_name(wanted)
    if channel is None and wanted in ws.users:
        if ws.users[wanted].deleted or wanted == call.me:
            raise SlackError("channel_not_found")
        channel = ws.direct(call.me, wanted)
    if channel is None or (channel.is_private and call.me not in channel.members):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.me not in channel.members and not call.caller.has("chat:write.public"):
        raise SlackError("not_in_channel")
    if not channel.takes_words_of(call.me):
        raise SlackError("restricted_action_read_only_channel")
    if channel.kind == "im" and not call.caller.messages_tab:
        raise SlackError("messages_tab_disabled")
    return channel


def thread_of(call: Call, channel: Channel) -> str | None:
    """Find the thread to write in."""
    ts = call.args.text("thread_ts")
    if not ts:
        return None
    parent = channel.find(ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.subtype:
        raise SlackError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


@method("chat.postMessage", "chat:write", tier=0)
def post_message(call: Call) -> Json:
    """Write a message everybody in the conversation sees."""
    channel = target(call)
    content = compose(call)
    message = posting.by_bot(
        call.ws,
        call.caller,
        thread_ts=thread_of(call, channel),
        broadcast=call.args.flag("reply_broadcast"),
        **content,
    )
    if call.args.text("username") and call.caller.has("chat:write.customize"):
        message.username = call.args.text("username")
    posting.post(call.ws, channel, message)
    body = message.to_api(channel.id, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": body}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    """Write a message only one person sees."""
    channel = target(call)
    call.member(channel)
    user = call.args.need("user", "user_not_in_channel")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = compose(call)
    content["metadata"] = None
    message = posting.by_bot(call.ws, call.caller, thread_ts=thread_of(call, channel), **content)
    message.only_for = user
    posting.post(call.ws, channel, message)
    return {"message_ts": message.ts}


@method("chat.update", "chat:write", tier=3)
def update(call: Call) -> Json:
    """Change a message; with a text and no blocks, the blocks go."""
    args = call.args
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.bot_id != call.caller.bot_id or message.subtype:
        raise SlackError("cant_update_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    content = compose(call)
    if len(content["text"]) > MAX_UPDATE:
        raise SlackError("msg_too_long")
    if content["metadata"] is None and "metadata" not in args.given:
        del content["metadata"]
    if "attachments" not in args.given and not content["text"]:
        del content["attachments"]
    if not content["blocks"]:
        content["edited"] = {"user": call.me, "ts": f"{int(call.ws.now())}.000000"}
    posting.update(call.ws, channel, message, **content)
    body = message.to_api(channel.id, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": body}


@method("chat.delete", "chat:write", tier=3)
def delete(call: Call) -> Json:
    """Remove a message of one's own."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.bot_id != call.caller.bot_id:
        raise SlackError("cant_delete_message")
    posting.delete(call.ws, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=0)
def get_permalink(call: Call) -> Json:
    """Give the address of a message."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": permalink(call, channel, message.ts)}


def permalink(call: Call, channel: Channel, ts: str) -> str:
    """Write the address of a message."""
    return f"{call.ws.team.url}archives/{channel.id}/p{ts.replace('.', '')}"


@method("chat.scheduleMessage", "chat:write", tier=3)
def schedule_message(call: Call) -> Json:
    """Write a message later."""
    channel = target(call)
    post_at = call.args.number("post_at", 0, "invalid_time")
    if post_at <= call.ws.now():
        raise SlackError("time_in_past")
    if post_at > call.ws.now() + MAX_AHEAD:
        raise SlackError("time_too_far")
    thread_ts = thread_of(call, channel)
    message = posting.by_bot(call.ws, call.caller, thread_ts=thread_ts, **compose(call))
    key = call.ws.ids.next("Q")
    call.ws.scheduled[key] = (post_at, channel.id, message)
    body = message.to_api(channel.id)
    for absent in ("ts", "thread_ts"):
        body.pop(absent, None)
    return {
        "scheduled_message_id": key,
        "channel": channel.id,
        "post_at": post_at,
        "message": body,
    }


@method("chat.deleteScheduledMessage", "chat:write", tier=3)
def delete_scheduled_message(call: Call) -> Json:
    """Think better of a message not yet written."""
    if call.ws.scheduled.pop(call.args.text("scheduled_message_id"), None) is None:
        raise SlackError("invalid_scheduled_message_id")
    return {}

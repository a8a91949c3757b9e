"""reactions.*: emoji under messages."""

from sandbox.base.errors import SlackError
from sandbox.changes import posting
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.messages.chat import permalink


def _item(call: Call) -> tuple[Channel, Message]:
    if not call.args.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.channel()
    return channel, call.message(channel, "timestamp")


@method("reactions.add", "reactions:write", tier=3)
def add(call: Call) -> Json:
    """Put an emoji under a message."""
    name = call.args.need("name", "invalid_name")
    channel, message = _item(call)
    if channel.is_archived:
        raise SlackError("is_archived")
    posting.react(call.ws, channel, message, call.me, name)
    return {}


@method("reactions.remove", "reactions:write", tier=2)
def remove(call: Call) -> Json:
    """Take the emoji away."""
    name = call.args.need("name", "invalid_name")
    channel, message = _item(call)
    posting.unreact(call.ws, channel, message, call.me, name)
    return {}


@method("reactions.get", "reactions:read", tier=3)
def get(call: Call) -> Json:
    """Say which emoji are under a message."""
    channel, message = _item(call)
    body = message.to_api(channel.id) | {"permalink": permalink(call, channel, message.ts)}
    return {"type": "message", "channel": channel.id, "message": body}

"""pins.*: messages kept in view."""

from sandbox.base.errors import SlackError
from sandbox.changes import events
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.messages.chat import permalink

MAX_PINS = 100


def _item(call: Call, channel: Channel, message: Message, pin: Json) -> Json:
    body = message.to_api(channel.id) | {"permalink": permalink(call, channel, message.ts)}
    return {"type": "message", "channel": channel.id, "message": body, **pin}


def _tell(call: Call, kind: str, channel: Channel, message: Message, pin: Json) -> None:
    event = {
        "type": kind,
        "user": call.me,
        "channel_id": channel.id,
        "item": _item(call, channel, message, pin),
        "item_user": message.user,
        "pin_count": len(channel.pins),
        "pinned_info": {"channel": channel.id, "pinned_by": call.me, "pinned_ts": pin["created"]},
        "event_ts": events.event_ts(call.ws),
    }
    events.emit(call.ws, event, channel=channel)
    call.ws.changed()


def _message(call: Call, channel: Channel) -> Message:
    if not call.args.text("timestamp"):
        raise SlackError("no_item_specified")
    return call.message(channel, "timestamp")


@method("pins.add", "pins:write", tier=2)
def add(call: Call) -> Json:
    """Pin a message."""
    channel = call.channel(member=True)
    message = _message(call, channel)
    if message.pinned:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MAX_PINS:
        raise SlackError("too_many_pins")
    pin = {"created": int(call.ws.now()), "created_by": call.me}
    message.pinned = True
    channel.pins.append({"ts": message.ts, **pin})
    _tell(call, "pin_added", channel, message, pin)
    return {}


@method("pins.remove", "pins:write", tier=2)
def remove(call: Call) -> Json:
    """Unpin a message."""
    channel = call.channel(member=True)
    message = _message(call, channel)
    if not message.pinned:
        raise SlackError("no_pin")
    message.pinned = False
    pin = next(p for p in channel.pins if p["ts"] == message.ts)
    channel.pins.remove(pin)
    _tell(call, "pin_removed", channel, message, {k: v for k, v in pin.items() if k != "ts"})
    return {}


@method("pins.list", "pins:read", tier=2)
def list_pins(call: Call) -> Json:
    """List what is pinned."""
    channel = call.channel()
    items = []
    for pin in channel.pins:
        message = channel.find(pin["ts"])
        if message is not None:
            about = {k: v for k, v in pin.items() if k != "ts"}
            items.append(_item(call, channel, message, about))
    return {"items": items}

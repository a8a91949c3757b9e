"""canvases.*: pages of text."""

from sandbox.base.errors import SlackError
from sandbox.model.canvas import Canvas
from sandbox.model.channel import Channel
from sandbox.webapi.call import Call, Json, method


def _new(call: Call, channel: Channel | None) -> Canvas:
    content = call.args.json("document_content") or {}
    canvas = Canvas(
        id=call.ws.ids.next("F"),
        title=call.args.text("title"),
        owner=call.me,
        channel_id=channel.id if channel else None,
    )
    if content.get("markdown"):
        canvas.sections.append(canvas.write(call.ws.ids, str(content["markdown"])))
    call.ws.canvases[canvas.id] = canvas
    if channel is not None:
        channel.canvas_id = canvas.id
    call.ws.changed()
    return canvas


@method("canvases.create", "canvases:write", tier=2)
def create(call: Call) -> Json:
    """Write a page, on its own or as the tab of a channel."""
    if not call.args.text("channel_id"):
        if not call.ws.team.paid:
            raise SlackError("free_teams_cannot_create_non_tabbed_canvases")
        return {"canvas_id": _new(call, None).id}
    return create_for_channel(call)


@method("conversations.canvases.create", "canvases:write", tier=2)
def create_for_channel(call: Call) -> Json:
    """Write the page of a channel: it has one."""
    channel = call.channel("channel_id", member=True)
    if channel.canvas_id is not None:
        raise SlackError("channel_canvas_already_exists")
    return {"canvas_id": _new(call, channel).id}


def _canvas(call: Call) -> Canvas:
    canvas = call.ws.canvases.get(call.args.need("canvas_id", "canvas_not_found"))
    if canvas is None:
        raise SlackError("canvas_not_found")
    return canvas


@method("canvases.edit", "canvases:write", tier=3)
def edit(call: Call) -> Json:
    """Change a page: one change a call."""
    canvas = _canvas(call)
    changes = call.args.json("changes")
    if not isinstance(changes, list) or len(changes) != 1:
        raise SlackError.invalid("invalid_arguments", "exactly one change is allowed [/changes]")
    canvas.change(call.ws.ids, changes[0])
    call.ws.changed()
    return {}


@method("canvases.sections.lookup", "canvases:read", tier=3)
def lookup(call: Call) -> Json:
    """Find the parts of a page that hold a text."""
    criteria = call.args.json("criteria") or {}
    wanted = str(criteria.get("contains_text", ""))
    found = [{"id": s.id} for s in _canvas(call).sections if wanted in s.markdown]
    return {"sections": found}


@method("canvases.access.set", "canvases:write", tier=3)
def access_set(call: Call) -> Json:
    """Say who may see a page; everybody may here."""
    _canvas(call)
    if call.args.text("access_level") not in {"read", "write", "owner"}:
        raise SlackError("invalid_parameters")
    return {}

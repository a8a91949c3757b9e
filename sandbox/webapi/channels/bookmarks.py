"""bookmarks.*: links at the top of a channel."""

from sandbox.base.errors import SlackError
from sandbox.model.channel import Channel
from sandbox.webapi.call import Call, Json, method

MAX_BOOKMARKS = 100


def _link(call: Call) -> str:
    link = call.args.text("link")
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    return link


def _find(call: Call, channel: Channel) -> Json:
    wanted = call.args.need("bookmark_id", "not_found")
    for bookmark in channel.bookmarks:
        if bookmark["id"] == wanted:
            return bookmark
    raise SlackError("not_found")


@method("bookmarks.add", "bookmarks:write", tier=2)
def add(call: Call) -> Json:
    """Put a link at the top of a channel."""
    channel = call.channel("channel_id", member=True)
    if call.args.need("type") != "link":
        raise SlackError("invalid_bookmark_type")
    title, link = call.args.need("title"), _link(call)
    if len(channel.bookmarks) >= MAX_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(call.ws.now())
    bookmark: Json = {
        "id": call.ws.ids.next("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": link,
        "emoji": call.args.text("emoji"),
        "icon_url": "",
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": f"{len(channel.bookmarks):04d}",
        "last_updated_by_user_id": call.me,
        "last_updated_by_team_id": call.ws.team.id,
        "shortcut_id": None,
        "app_id": call.caller.app_id,
        "app_action_id": None,
    }
    channel.bookmarks.append(bookmark)
    call.ws.changed()
    return {"bookmark": bookmark}


@method("bookmarks.edit", "bookmarks:write", tier=2)
def edit(call: Call) -> Json:
    """Change a link."""
    channel = call.channel("channel_id", member=True)
    bookmark = _find(call, channel)
    if call.args.text("link"):
        bookmark["link"] = _link(call)
    for name in ("title", "emoji"):
        if call.args.text(name):
            bookmark[name] = call.args.text(name)
    bookmark["date_updated"] = int(call.ws.now())
    call.ws.changed()
    return {"bookmark": bookmark}


@method("bookmarks.remove", "bookmarks:write", tier=2)
def remove(call: Call) -> Json:
    """Take a link away."""
    channel = call.channel("channel_id", member=True)
    channel.bookmarks.remove(_find(call, channel))
    call.ws.changed()
    return {}


@method("bookmarks.list", "bookmarks:read", tier=3)
def list_bookmarks(call: Call) -> Json:
    """List the links of a channel."""
    return {"bookmarks": list(call.channel("channel_id").bookmarks)}

"""conversations.*: opening channels, letting people in and out."""

from sandbox.base.errors import SlackError
from sandbox.changes import membership
from sandbox.model.channel import Channel
from sandbox.webapi.call import Call, Json, method

_WRITE = ("channels:manage", "channels:write", "groups:write", "im:write", "mpim:write")
_INVITE = (
    "channels:manage",
    "channels:write.invites",
    "channels:write",
    "groups:write",
    "groups:write.invites",
    "im:write",
    "mpim:write",
)
_OPEN = ("im:write", "mpim:write", "channels:manage", "groups:write")
MAX_INVITES = 100
MAX_OPEN = 8


def room(call: Call, *, archived_ok: bool = False) -> Channel:
    """Find the channel a method is about; direct conversations will not do."""
    channel = call.channel()
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived and not archived_ok:
        raise SlackError("is_archived")
    return channel


def described(call: Call, channel: Channel) -> Json:
    """Answer with the channel."""
    return {"channel": channel.to_api(call.me)}


@method("conversations.create", *_WRITE, tier=2)
def create(call: Call) -> Json:
    """Open a channel."""
    private = call.args.flag("is_private")
    call.scope(*(["groups:write"] if private else ["channels:manage", "channels:write"]))
    if not call.ws.team.apps_create_channels:
        raise SlackError("restricted_action")
    name = call.args.text("name")
    return described(call, membership.create(call.ws, name, call.me, private=private))


@method("conversations.invite", *_INVITE, tier=3)
def invite(call: Call) -> Json:
    """Let people in: all of them or none, unless forced."""
    channel = room(call)
    call.member(channel)
    users = list(dict.fromkeys(call.args.list("users")))
    if not users:
        raise SlackError("no_user")
    if len(users) > MAX_INVITES:
        raise SlackError.invalid("invalid_arguments", "too many users")
    faults = {u: error for u in users if (error := _cannot_join(call, channel, u))}
    errors = [{"user": user, "ok": False, "error": error} for user, error in faults.items()]
    valid = [u for u in users if u not in faults]
    if faults and (not call.args.flag("force") or not valid):
        raise SlackError(next(iter(faults.values())), errors=errors)
    for user in valid:
        membership.add(call.ws, channel, user, call.me)
    answer = described(call, channel)
    if errors:
        answer["errors"] = errors
    return answer


def _cannot_join(call: Call, channel: Channel, user_id: str) -> str | None:
    user = call.ws.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user_id == call.me:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.deleted:
        return "cant_invite"
    if user.is_stranger and user.team_id not in channel.shared_with:
        return "no_external_invite_permission"
    if user.guest and not call.ws.team.apps_invite_guests:
        return "user_is_restricted"
    if user.is_ultra_restricted and any(
        user_id in c.members and not c.is_direct for c in call.ws.channels.values()
    ):
        return "ura_max_channels"
    return None


@method("conversations.inviteShared", "conversations.connect:write", tier=2)
def invite_shared(call: Call) -> Json:
    """Invite one person of another organisation; they still have to accept."""
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("channel_archived")
    if channel.is_direct:
        raise SlackError("invalid_channel_type")
    call.member(channel)
    emails, users = call.args.list("emails"), call.args.list("user_ids")
    if not emails and not users:
        raise SlackError("recipients_not_specified")
    if len(emails) + len(users) > 1:
        raise SlackError("too_many_emails")
    if not call.ws.team.paid:
        raise SlackError("not_paid")
    if channel.is_general:
        raise SlackError("cannot_share_mandatory_channel")
    if emails and "@" not in emails[0]:
        raise SlackError("invalid_email")
    if users and call.ws.user(users[0]).id in channel.members:
        raise SlackError("already_in_channel")
    invitation = {"id": call.ws.ids.next("I"), "emails": emails, "users": users}
    channel.invites.append(invitation)
    url = f"https://join.slack.com/share/{invitation['id']}"
    return {"invite_id": invitation["id"], "is_legacy_shared_channel": False, "url": url}


@method("conversations.kick", *_WRITE, tier=3)
def kick(call: Call) -> Json:
    """Show somebody out."""
    channel = room(call)
    call.scope_for(channel, "write")
    call.member(channel)
    user = call.person()
    if user.id == call.me:
        raise SlackError("cant_kick_self")
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    if user.id not in channel.members:
        raise SlackError("not_in_channel")
    membership.remove(call.ws, channel, user.id, call.me)
    return {"errors": {}}


@method("conversations.join", "channels:join", tier=3)
def join(call: Call) -> Json:
    """Enter a public channel."""
    channel = call.channel()
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.me in channel.members:
        metadata = {"warnings": ["already_in_channel"]}
        answer = described(call, channel)
        return answer | {"warning": "already_in_channel", "response_metadata": metadata}
    membership.add(call.ws, channel, call.me)
    return described(call, channel)


@method("conversations.leave", *_WRITE, tier=3)
def leave(call: Call) -> Json:
    """Leave a channel."""
    channel = room(call)
    if channel.is_general:
        raise SlackError("cant_leave_general")
    if call.me not in channel.members:
        return {"not_in_channel": True}
    if channel.is_private and len(channel.members) == 1:
        raise SlackError("last_member")
    membership.remove(call.ws, channel, call.me)
    return {}


@method("conversations.open", *_OPEN, tier=3)
def open_direct(call: Call) -> Json:
    """Open a direct conversation with somebody, or with several."""
    ws, args = call.ws, call.args
    if args.text("channel"):
        channel = call.channel()
        if not channel.is_direct:
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, channel, no_op=True)
    users = [u for u in dict.fromkeys(args.list("users")) if u != call.me]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > MAX_OPEN:
        raise SlackError("too_many_users")
    call.scope("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        if ws.user(user).deleted:
            raise SlackError("user_disabled")
        if ws.users[user].is_stranger and not shares_a_channel(call, user):
            raise SlackError("invalid_user_combination")
    known = ws.direct(call.me, *users, create=False)
    channel = known or ws.direct(call.me, *users) or call.channel()
    return _opened(call, channel, no_op=known is not None)


def shares_a_channel(call: Call, user: str) -> bool:
    """Return whether somebody is in a channel with the bot."""
    return any(
        {call.me, user} <= set(c.members) and not c.is_direct for c in call.ws.channels.values()
    )


def _opened(call: Call, channel: Channel, *, no_op: bool) -> Json:
    full = channel.to_api(call.me)
    answer: Json = {"channel": full if call.args.flag("return_im") else {"id": channel.id}}
    if channel.kind == "mpim":
        answer["channel"] = full
    return answer | ({"no_op": True, "already_open": True} if no_op else {})

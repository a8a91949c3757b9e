"""users.*: who is in the workspace."""

from sandbox.base.errors import SlackError
from sandbox.model.user import User
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.channels.conversations import shares_a_channel
from sandbox.webapi.paging import page


def _describe(call: Call, user: User) -> Json:
    described = user.to_api(
        call.ws.now(),
        include_locale=call.args.flag("include_locale") and not user.is_stranger,
        with_email=call.caller.has("users:read.email"),
    )
    if user.is_stranger and shares_a_channel(call, user.id):
        del described["is_stranger"]  # Slack's word for: no channel is shared with them
    return described


@method("users.info", "users:read", tier=4)
def info(call: Call) -> Json:
    """Describe somebody."""
    return {"user": _describe(call, call.person())}


@method("users.list", "users:read", tier=2)
def list_users(call: Call) -> Json:
    """List everybody."""
    found, cursor = page(call.args, list(call.ws.users.values()), default=1000, most=1000)
    return {
        "members": [_describe(call, user) for user in found],
        "cache_ts": int(call.ws.now()),
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.lookupByEmail", "users:read.email", tier=3)
def lookup_by_email(call: Call) -> Json:
    """Find somebody by address; also somebody of another organisation that shows addresses."""
    user = call.ws.user_by_email(call.args.need("email", "users_not_found"))
    if user is None or user.deleted or user.hides_email:
        raise SlackError("users_not_found")
    return {"user": _describe(call, user)}


@method("users.getPresence", "users:read", tier=3)
def get_presence(call: Call) -> Json:
    """Say whether somebody is there."""
    user = call.ws.user(call.args.text("user", call.me))
    answer: Json = {"presence": user.presence}
    if user.id == call.me:
        online = user.presence == "active"
        answer |= {"online": online, "auto_away": False, "manual_away": not online}
    return answer


@method("users.profile.get", "users.profile:read", tier=4)
def profile_get(call: Call) -> Json:
    """Describe somebody's profile."""
    user = call.ws.user(call.args.text("user", call.me))
    return {"profile": user.profile(with_email=call.caller.has("users:read.email"))}

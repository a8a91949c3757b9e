"""dnd.*: who does not want to be disturbed, and when."""

from sandbox.base.errors import SlackError
from sandbox.webapi.call import Call, Json, method


@method("dnd.info", "dnd:read", tier=3)
def info(call: Call) -> Json:
    """Say when somebody does not want to be disturbed."""
    user = call.ws.user(call.args.text("user", call.me))
    return user.dnd.to_api(call.ws.now(), own=user.id == call.me)


@method("dnd.teamInfo", "dnd:read", tier=2)
def team_info(call: Call) -> Json:
    """Say it of several people."""
    users = call.args.list("users")
    if not users:
        raise SlackError("no_users_provided")
    now = call.ws.now()
    known = [call.ws.users[u] for u in users if u in call.ws.users]
    return {"users": {user.id: user.dnd.to_api(now, own=False) for user in known}}

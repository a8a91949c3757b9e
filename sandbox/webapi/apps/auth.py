"""auth.*, team.info, bots.info: who one is, and where."""

from sandbox.base.errors import SlackError
from sandbox.webapi.call import Call, Json, method


@method("auth.test", tier=0)
def test(call: Call) -> Json:
    """Say who the token belongs to."""
    app, team = call.caller, call.ws.team
    grid = {"enterprise_id": team.enterprise_id} if team.enterprise_id else {}
    return grid | {
        "url": team.url,
        "team": team.name,
        "user": call.ws.users[app.bot_user_id].name,
        "team_id": team.enterprise_id if team.org_wide else team.id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": team.org_wide,
    }


@method("auth.revoke", tier=3)
def revoke(call: Call) -> Json:
    """Give the token back."""
    if call.args.flag("test"):
        return {"revoked": False}
    call.caller.installed = False
    call.caller.expired_tokens[call.token] = "token_revoked"
    return {"revoked": True}


@method("team.info", "team:read", tier=3)
def team_info(call: Call) -> Json:
    """Describe the workspace."""
    if call.args.text("team", call.ws.team.id) != call.ws.team.id:
        raise SlackError("team_not_found")
    return {"team": call.ws.team.to_api()}


@method("bots.info", "users:read", tier=3)
def bots_info(call: Call) -> Json:
    """Describe a bot."""
    wanted = call.args.text("bot", call.caller.bot_id)
    app = next((a for a in call.ws.apps.values() if a.bot_id == wanted), None)
    if app is None:
        raise SlackError("bot_not_found")
    profile = app.profile(call.ws.team.id)
    del profile["team_id"]
    return {"bot": profile}

"""oauth.v2.access: a code, or a refresh token, for a token."""

from sandbox.base.errors import SlackError
from sandbox.base.ids import secret
from sandbox.model.app import App
from sandbox.webapi.call import Call, Json, method

CODE_LIFETIME = 600.0
TOKEN_LIFETIME = 12 * 3600


@method("oauth.v2.access", tier=0, kind="")
def access(call: Call) -> Json:
    """Exchange a code or a refresh token."""
    args, ws = call.args, call.ws
    app = next((a for a in ws.apps.values() if a.client_id == args.text("client_id")), None)
    if app is None:
        raise SlackError("invalid_client_id")
    if args.text("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    grant = args.text("grant_type", "authorization_code")
    if grant == "refresh_token":
        return _refresh(call, app)
    if grant != "authorization_code":
        raise SlackError("invalid_grant_type")
    app_id, redirect_uri, made, user_id = ws.oauth_codes.pop(args.text("code"), ("", "", 0.0, ""))
    if app_id != app.app_id or ws.now() - made > CODE_LIFETIME:
        raise SlackError("invalid_code")
    if args.text("redirect_uri", redirect_uri) != redirect_uri:
        raise SlackError("bad_redirect_uri")
    app.installed = True
    if app.bot_token in app.expired_tokens:
        app.bot_token = f"xoxb-{ws.ids.number()}-{secret()}"
    if app.token_rotation:
        _rotate(call, app)
    return _granted(call, app, user_id)


def _refresh(call: Call, app: App) -> Json:
    if app.refresh_token is None or call.args.text("refresh_token") != app.refresh_token:
        raise SlackError("invalid_refresh_token")
    _rotate(call, app)
    return _granted(call, app, "")


def _rotate(call: Call, app: App) -> None:
    app.expired_tokens[app.bot_token] = "token_expired"
    app.bot_token = f"xoxe.xoxb-1-{secret(48)}"
    app.refresh_token = f"xoxe-1-{secret(48)}"
    app.token_expires = call.ws.now() + TOKEN_LIFETIME


def _granted(call: Call, app: App, user_id: str) -> Json:
    answer: Json = {
        "app_id": app.app_id,
        "authed_user": {"id": user_id},
        "scope": ",".join(app.scopes),
        "token_type": "bot",
        "access_token": app.bot_token,
        "bot_user_id": app.bot_user_id,
        "team": {"id": call.ws.team.id, "name": call.ws.team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if app.token_rotation:
        answer |= {"refresh_token": app.refresh_token, "expires_in": TOKEN_LIFETIME}
    return answer

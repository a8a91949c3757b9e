"""Answers a call: token, faults, limits, scopes, then the method itself."""

from dataclasses import dataclass
from typing import Any

from sandbox.base.call_log import Call as Entry
from sandbox.base.errors import RateLimited, SlackError
from sandbox.base.fault import DONE, ODD, Fault
from sandbox.model.app import App
from sandbox.model.workspace import Workspace
from sandbox.webapi.call import METHODS, Args, Call, Method


@dataclass
class Answer:
    """An answer that goes back: a body, a status, or nothing at all."""

    body: dict[str, Any]
    status: int = 200
    retry_after: int | str | None = None
    silence: str | None = None
    odd: str | None = None
    app: App | None = None


def answer(ws: Workspace, name: str, given: dict[str, Any], token: str) -> Answer:
    """Answer one call, and write it down."""
    result = _answer(ws, name, Args(given), token)
    result.body.setdefault("ok", False)
    visible = {key: value for key, value in given.items() if key not in {"token", "client_secret"}}
    ws.calls.add(
        Entry(
            method=name,
            args=visible,
            ok=result.body["ok"] and result.status == 200,
            error=result.body.get("error"),
            time=ws.now(),
            actor=result.app.bot_user_id if result.app else None,
            status=result.status,
        )
    )
    return result


def _answer(ws: Workspace, name: str, args: Args, token: str) -> Answer:
    method = METHODS.get(name)
    app: App | None = None
    try:
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        app = _authenticate(ws, method, token)
        fault = ws.faults.take(name)
        if fault is not None and not fault.kind.startswith(DONE):
            return faulty(fault, app)
        call = Call(ws, args, app, token)
        _admit(ws, method, call)
        body = {"ok": True, **method.run(call)}
        return Answer(body, app=app) if fault is None else done(fault, body, app)
    except RateLimited as refusal:
        body = {"ok": False, "error": refusal.code}
        return Answer(body, status=429, retry_after=refusal.retry_after, app=app)
    except SlackError as refusal:
        return Answer({"ok": False, "error": refusal.code, **refusal.extra}, app=app)


def done(fault: Fault, body: dict[str, Any], app: App | None = None) -> Answer:
    """Return what goes back by a fault where Slack has done what was asked."""
    if (odd := fault.kind.removeprefix(DONE)) in ODD:
        return Answer(body, odd=odd, app=app)
    return Answer(body, silence="reset", app=app)


def faulty(fault: Fault, app: App | None = None) -> Answer:
    """Return what goes back by a fault where Slack does nothing."""
    kind = fault.kind
    if kind in {"ratelimited", "retry_after_garbage"}:
        body = {"ok": False, "error": "ratelimited"}
        after = fault.retry_after if kind == "ratelimited" else "in a while"
        return Answer(body, status=429, retry_after=after, app=app)
    if kind in ODD:
        return Answer({"ok": False, "error": kind}, odd=kind, app=app)
    if kind.startswith("http_"):
        error = "internal_error" if kind == "http_500" else "service_unavailable"
        return Answer({"ok": False, "error": error}, status=int(kind[5:]), app=app)
    if kind.startswith("error:"):
        return Answer({"ok": False, "error": kind.removeprefix("error:")}, app=app)
    return Answer({"ok": False, "error": kind}, silence=kind, app=app)


def _authenticate(ws: Workspace, method: Method, token: str) -> App | None:
    if not method.kind:
        return None
    if not token:
        raise SlackError("not_authed")
    for app in ws.apps.values():
        if token in app.expired_tokens:
            raise SlackError(app.expired_tokens[token])
        if token not in {app.bot_token, app.app_token}:
            continue
        if not app.installed and token == app.bot_token:
            raise SlackError("account_inactive")
        if method.kind != ("bot" if token == app.bot_token else "app"):
            raise SlackError("not_allowed_token_type")
        expires = app.token_expires if token == app.bot_token else None
        if expires is not None and ws.now() >= expires:
            raise SlackError("token_expired")
        return app
    raise SlackError("invalid_auth")


def _admit(ws: Workspace, method: Method, call: Call) -> None:
    if ws.rate_limits_enabled:
        app_id = call.app.app_id if call.app else ""
        wait = None
        if method.name != "chat.postMessage":
            wait = ws.rate_limits.check(app_id, method.name, method.tier, ws.now())
        elif call.args.text("channel"):
            wait = ws.rate_limits.check_post(app_id, call.args.text("channel"), ws.now())
        if wait is not None:
            raise RateLimited(wait)
    if method.scopes:
        call.scope(*method.scopes)

"""Slack's addresses: /api/…, the Socket Mode link, response URLs, files, OAuth."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import BasicAuth, BodyPartReader, web

from sandbox.base.errors import SlackError
from sandbox.base.fault import DONE, RESPONSE_URL, UPLOAD
from sandbox.base.ids import secret
from sandbox.changes import responses
from sandbox.delivery import SocketHub
from sandbox.model.workspace import Workspace
from sandbox.routes.files import FileRoutes
from sandbox.routes.odd import answer_oddly
from sandbox.webapi import answer
from sandbox.webapi.dispatch import Answer, done, faulty

SILENCE = 600.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add(app: web.Application, workspace: Workspace, hub: SocketHub) -> None:
    """Add the addresses to the application."""
    routes = SlackRoutes(workspace, hub)
    files = FileRoutes(workspace)
    app.router.add_route("*", "/api/{method}", routes.api)
    app.router.add_get("/link/", routes.link)
    app.router.add_post(
        "/{kind:actions|commands}/{path:.+}", routes.struck(RESPONSE_URL, routes.respond)
    )
    app.router.add_get("/oauth/v2/authorize", routes.authorize)
    app.router.add_post("/oauth/v2/authorize", routes.allow)
    app.router.add_route("*", "/upload/v1/{ticket}", routes.struck(UPLOAD, files.upload))
    app.router.add_get("/files-pri/{file}/{rest:.+}", files.download)


async def read_args(request: web.Request) -> dict[str, Any]:
    """Read arguments from the query string and from any kind of body."""
    args: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind == "application/json":
        body = await request.text()
        if body.strip():
            parsed = json.loads(body)
            if isinstance(parsed, dict):
                args |= parsed
    elif kind == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                args[part.name] = await part.text()
    elif kind == "application/x-www-form-urlencoded":
        args |= {key: str(value) for key, value in (await request.post()).items()}
    return args


def _token(request: web.Request, args: dict[str, Any]) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return str(args.get("token", ""))


class SlackRoutes:
    """Answers the addresses apps know."""

    def __init__(self, workspace: Workspace, hub: SocketHub) -> None:
        self._ws = workspace
        self._hub = hub

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Answer a Web API call."""
        method = request.match_info["method"]
        try:
            args = await read_args(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        if method == "oauth.v2.access":
            self._basic_auth(request, args)
        token = _token(request, args)
        if method == "apps.connections.open":
            token = _token(request, {})
            if request.method != "POST":
                return web.json_response({"ok": False, "error": "insecure_request"})
        return await self._say(request, answer(self._ws, method, args, token))

    def struck(self, address: str, handler: Handler) -> Handler:
        """Answer at an address as the handler does, unless a fault strikes it."""

        async def there(request: web.Request) -> web.StreamResponse:
            fault = self._ws.faults.take(address)
            if fault is None:
                return await handler(request)
            if not fault.kind.startswith(DONE):
                return await self._say(request, faulty(fault))
            await handler(request)
            return await self._say(request, done(fault, {"ok": True}))

        return there

    async def _say(self, request: web.Request, result: Answer) -> web.StreamResponse:
        if result.silence is not None:
            return await self._silent(request, result.silence)
        if result.odd is not None:
            return await answer_oddly(request, result.odd)
        headers = {"X-Slack-Req-Id": secret(32)}
        if result.retry_after is not None:
            headers["Retry-After"] = str(result.retry_after)
        if result.app is not None:
            headers["X-OAuth-Scopes"] = ",".join(result.app.scopes)
        return web.json_response(result.body, status=result.status, headers=headers)

    async def _silent(self, request: web.Request, kind: str) -> web.Response:
        """Give no answer: at once, after a long while, or once the faults are cleared."""
        if kind == "timeout":
            await asyncio.sleep(SILENCE)
        elif kind == "hang":
            await self._ws.faults.cleared.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    @staticmethod
    def _basic_auth(request: web.Request, args: dict[str, Any]) -> None:
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            given = BasicAuth.decode(header)
            args.setdefault("client_id", given.login)
            args.setdefault("client_secret", given.password)

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Open a socket for a ticket that was not used before."""
        app_id = self._ws.tickets.pop(request.query.get("ticket", ""), None)
        app = self._ws.apps.get(app_id or "")
        if app is None:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=408)
        return await self._hub.serve(request, app)

    async def respond(self, request: web.Request) -> web.Response:
        """Take an app's answer to what somebody did."""
        path = f"{request.match_info['kind']}/{request.match_info['path']}"
        try:
            url = self._ws.response_urls.use(path, self._ws.now())
        except SlackError as refusal:
            return web.json_response({"ok": False, "error": refusal.code}, status=404)
        try:
            args = await read_args(request)
            if "payload" in args:
                args = json.loads(str(args["payload"]))
            responses.take(self._ws, url, args)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except SlackError as refusal:
            body = {"ok": False, "error": refusal.code, **refusal.extra}
            return web.json_response(body, status=404)
        return web.json_response({"ok": True})

    async def authorize(self, request: web.Request) -> web.Response:
        """Ask somebody whether the app may be installed."""
        query = request.query
        app = next(
            (a for a in self._ws.apps.values() if a.client_id == query.get("client_id")), None
        )
        if app is None:
            return web.Response(text="Invalid client_id parameter", status=400)
        redirect = query.get("redirect_uri", "") or next(iter(app.redirect_urls), "")
        if not redirect or (app.redirect_urls and not _allowed(redirect, app.redirect_urls)):
            return web.Response(text="redirect_uri did not match any configured URIs", status=400)
        return web.Response(text=_CONSENT % {"name": _html(app.name)}, content_type="text/html")

    async def allow(self, request: web.Request) -> web.Response:
        """Install the app, and send the browser back with a code."""
        query = request.query
        form = await request.post()
        app = next(a for a in self._ws.apps.values() if a.client_id == query.get("client_id"))
        redirect = query.get("redirect_uri", "") or next(iter(app.redirect_urls), "")
        back = {"state": query.get("state", "")}
        if form.get("deny"):
            back["error"] = "access_denied"
        else:
            code = f"{self._ws.ids.number()}.{secret(32)}"
            person = str(form.get("as") or next(u.id for u in self._ws.users.values()))
            stated = query.get("redirect_uri", "")
            self._ws.oauth_codes[code] = (app.app_id, stated, self._ws.now(), person)
            back["code"] = code
        separator = "&" if "?" in redirect else "?"
        raise web.HTTPFound(f"{redirect}{separator}{urlencode(back)}")


def _allowed(redirect: str, allowed: list[str]) -> bool:
    return any(redirect.startswith(url) for url in allowed)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_CONSENT = """<!doctype html><meta charset="utf-8"><title>Install</title>
<form method="post"><p><b>%(name)s</b> asks for permission to enter the workspace.</p>
<button name="allow" value="1">Allow</button> <button name="deny" value="1">Cancel</button></form>
"""

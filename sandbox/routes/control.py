"""The sandbox's own addresses: the page, and the control API behind it."""

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.base.clock import ManualClock
from sandbox.base.errors import SlackError
from sandbox.delivery import Dispatcher
from sandbox.model.workspace import Workspace
from sandbox.people.acts import act
from sandbox.people.person import Person
from sandbox.people.result import Impossible
from sandbox.people.screen import Screen

PAGE = Path(__file__).parent.parent / "page"


def add(app: web.Application, workspace: Workspace, dispatcher: Dispatcher) -> None:
    """Add the addresses to the application."""
    routes = ControlRoutes(workspace, dispatcher)
    app.router.add_get("/", routes.page)
    app.router.add_static("/page/", PAGE)
    app.router.add_post("/control/act", routes.act)
    app.router.add_get("/control/view", routes.view)
    app.router.add_get("/control/state", routes.state)
    app.router.add_get("/control/calls", routes.calls)
    app.router.add_get("/control/events", routes.events)
    app.router.add_post("/control/faults", routes.faults)
    app.router.add_get("/control/clock", routes.clock)
    app.router.add_post("/control/clock", routes.move_clock)


class ControlRoutes:
    """Answers the page, and whoever drives the sandbox from another process."""

    def __init__(self, workspace: Workspace, dispatcher: Dispatcher) -> None:
        self._ws = workspace
        self._dispatcher = dispatcher

    async def page(self, _: web.Request) -> web.FileResponse:
        """Give the page."""
        return web.FileResponse(PAGE / "index.html")

    async def act(self, request: web.Request) -> web.Response:
        """Do something as somebody."""
        body = await _body(request)
        user_id = str(body.get("as", ""))
        if user_id not in self._ws.users:
            return _refused("user_not_found", 404)
        try:
            person = Person(self._ws, self._dispatcher, user_id)
            return web.json_response(await act(person, body))
        except Impossible as fault:
            return _refused(str(fault), 409)
        except SlackError as refusal:
            return _refused(refusal.code, 409)
        except KeyError as missing:
            return _refused(f"missing {missing}", 400)

    async def view(self, request: web.Request) -> web.Response:
        """Describe everything somebody sees."""
        user = self._ws.users.get(request.query.get("as", ""))
        if user is None:
            people = [u for u in self._ws.users.values() if not u.is_bot and not u.deleted]
            if not people:
                return _refused("user_not_found", 404)
            user = people[0]
        return web.json_response(Screen(self._ws, user).everything())

    async def state(self, _: web.Request) -> web.Response:
        """Describe the workspace as it is, tokens included: the sandbox has no secrets."""
        ws = self._ws
        return web.json_response(
            {
                "revision": ws.revision,
                "now": ws.now(),
                "team": ws.team.to_api(),
                "users": [u.to_api(ws.now(), include_locale=True) for u in ws.users.values()],
                "channels": [dataclasses.asdict(c) | {"by_ts": None} for c in ws.channels.values()],
                "apps": [dataclasses.asdict(a) for a in ws.apps.values()],
                "sockets": {a: len(self._dispatcher.hub.sockets(a)) for a in ws.apps},
                "files": [f.to_api(ws.base_url) for f in ws.files.values()],
                "usergroups": [g.to_api() for g in ws.usergroups.values()],
                "faults": [dataclasses.asdict(f) for f in ws.faults.pending()],
            }
        )

    async def calls(self, request: web.Request) -> web.Response:
        """List the calls of the Web API, all or those of one method."""
        wanted = request.query.get("method")
        calls = [dataclasses.asdict(c) for c in self._ws.calls if wanted in {None, c.method}]
        return web.json_response({"calls": calls})

    async def faults(self, request: web.Request) -> web.Response:
        """Let something go wrong."""
        body = await _body(request)
        hub, faults = self._dispatcher.hub, self._ws.faults
        kind = str(body.get("kind", ""))
        times = int(body.get("times", 1))
        if body.get("clear"):
            faults.clear()
        elif kind == "drop_sockets":
            await hub.drop()
        elif kind == "refresh_sockets":
            await hub.refresh()
        elif kind in {"socket_mode_off", "socket_mode_on"}:
            await self._dispatcher.switch_socket_mode(on=kind == "socket_mode_on")
        elif kind == "duplicate_envelopes":
            hub.duplicate_next(times)
        elif kind == "dead_tickets":
            faults.dead_tickets(times)
        else:
            try:
                faults.add(str(body.get("method", "*")), kind, times, body.get("retry_after", 3))
            except ValueError as fault:
                return _refused(str(fault), 400)
        return web.json_response({"ok": True})

    async def clock(self, _: web.Request) -> web.Response:
        """Say what time it is."""
        manual = isinstance(self._ws.clock, ManualClock)
        return web.json_response({"ok": True, "now": self._ws.now(), "manual": manual})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move the clock, when it is one that is moved by hand."""
        clock = self._ws.clock
        if not isinstance(clock, ManualClock):
            return _refused("the clock moves by itself", 409)
        body = await _body(request)
        if "set" in body:
            clock.set(float(body["set"]))
        else:
            clock.advance(float(body.get("advance", 0)))
        self._ws.changed()
        return web.json_response({"ok": True, "now": clock.time(), "manual": True})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Say, as long as somebody listens, that something is different now."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        changed = asyncio.Event()
        changed.set()
        self._ws.watchers.add(changed.set)
        try:
            while True:
                await changed.wait()
                changed.clear()
                data = json.dumps({"revision": self._ws.revision})
                await response.write(f"id: {self._ws.revision}\ndata: {data}\n\n".encode())
        except ConnectionError:
            return response
        finally:
            self._ws.watchers.discard(changed.set)


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="not an object")
    return body


def _refused(error: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)

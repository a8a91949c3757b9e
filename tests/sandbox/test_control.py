import json
from typing import Any

import aiohttp
import pytest

from sandbox import SandboxServer, Workspace
from sandbox.model.manifest import read_manifest
from tests.sandbox.conftest import Connect, World, until

MANIFEST = {
    "display_information": {"name": "Escalade"},
    "features": {
        "bot_user": {"display_name": "escalade"},
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [
            {"command": "/incident", "description": "d", "should_escape": True, "url": "http://x"}
        ],
        "shortcuts": [{"name": "S", "type": "message", "callback_id": "c", "description": "d"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}, "redirect_urls": ["http://b.example/"]},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention"]},
        "interactivity": {"is_enabled": True, "request_url": "http://b.example/i"},
        "socket_mode_enabled": True,
        "token_rotation_enabled": True,
    },
}


async def call(world: World, path: str, body: Any = None) -> tuple[int, Any]:
    url = world.server.url + path
    async with aiohttp.ClientSession() as session:
        if body is None:
            async with session.get(url) as response:
                return response.status, await response.json()
        async with session.post(url, json=body) as response:
            return response.status, await response.json()


def test_a_manifest_is_read() -> None:
    given = read_manifest(MANIFEST)
    assert given["socket_mode"]
    assert given["bot_events"] == ["app_mention"]
    app = Workspace().install_manifest(MANIFEST)
    assert app.slash_commands[0].should_escape
    assert app.shortcuts[0].callback_id == "c"
    assert app.interactivity_url == "http://b.example/i"


async def test_another_process_acts_and_looks(world: World, connect: Connect) -> None:
    def set_up(app: Any) -> None:
        @app.command("/incident")
        async def on_command(ack: Any) -> None:
            await ack("here")

    await connect(set_up)
    body = {"as": world.alice, "do": "command", "command": "/incident", "channel": world.room}
    assert await call(world, "control/act", body) == (
        200,
        {"ok": True, "error": None, "ack": {"text": "here"}, "errors": {}},
    )
    said = {"as": world.bob, "do": "message", "channel": world.room, "text": "hi"}
    assert (await call(world, "control/act", said))[1]["ok"]
    _, seen = await call(world, f"control/view?as={world.alice}")
    (room,) = [c for c in seen["conversations"] if c["id"] == world.room]
    assert [m["text"] for m in room["messages"]] == ["here", "hi"]
    assert seen["apps"][0]["commands"][0]["usage_hint"] == "[open]"
    _, other = await call(world, f"control/view?as={world.bob}")
    (room,) = [c for c in other["conversations"] if c["id"] == world.room]
    assert [m["text"] for m in room["messages"]] == ["hi"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"as": "U0NO", "do": "home"}, 404),
        ({"do": "command", "command": "/none"}, 409),
        ({"do": "click", "action_id": "none"}, 409),
        ({"do": "submit"}, 409),
        ({"do": "message"}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused(
    world: World, body: dict[str, Any], status: int
) -> None:
    got, answer = await call(world, "control/act", {"as": world.alice, **body})
    assert (got, answer["ok"]) == (status, False)


async def test_clock_state_faults_and_calls(world: World) -> None:
    before = world.clock.time()
    assert (await call(world, "control/clock", {"advance": 60}))[1]["now"] == before + 60
    assert (await call(world, "control/clock"))[1]["manual"] is True
    fault = {"method": "auth.test", "kind": "http_500"}
    assert (await call(world, "control/faults", fault))[0] == 200
    assert (await call(world, "control/faults", {"kind": "meteor"}))[0] == 400
    for kind, on in (("socket_mode_off", False), ("socket_mode_on", True)):
        assert (await call(world, "control/faults", {"kind": kind}))[0] == 200
        assert world.app.socket_mode is on
    _, state = await call(world, "control/state")
    assert state["faults"][0]["method"] == "auth.test"
    assert state["apps"][0]["bot_token"] == world.app.bot_token
    assert (await call(world, "control/faults", {"clear": True}))[0] == 200
    await world.client.auth_test()
    assert [c["method"] for c in (await call(world, "control/calls"))[1]["calls"]] == ["auth.test"]


async def test_listeners_hear_that_something_changed(world: World) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(world.server.url + f"control/events?as={world.alice}") as response,
    ):

        async def revision() -> int:
            while not (line := (await response.content.readline()).decode()).startswith("data:"):
                pass
            return int(json.loads(line[5:])["revision"])

        first = await revision()
        await world.server.person(world.bob).message(world.room, "hi")
        assert await revision() > first
    await until(lambda: True)


async def test_the_page_is_served(world: World) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("", "page/app.js", "page/blocks.js", "page/style.css"):
            async with session.get(world.server.url + path) as response:
                assert response.status == 200


async def test_an_app_is_installed_and_its_token_renewed() -> None:
    ws = Workspace()
    user = ws.add_user(name="alice")
    app = ws.install_manifest(MANIFEST)
    async with SandboxServer(ws) as server, aiohttp.ClientSession() as session:
        redirect = "http://b.example/oauth"
        address = f"{server.url}oauth/v2/authorize"
        query = {"client_id": app.client_id, "state": "s", "redirect_uri": redirect}
        async with session.get(address, params=query) as response:
            assert "Escalade" in await response.text()
        form = {"allow": "1", "as": user.id}
        async with session.post(
            address, params=query, data=form, allow_redirects=False
        ) as response:
            back = response.headers["Location"]
        assert back.startswith(redirect + "?state=s&code=")
        access = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "code": back.partition("code=")[2],
            "redirect_uri": redirect,
        }

        async def exchange(data: dict[str, str]) -> Any:
            async with session.post(f"{server.api_url}oauth.v2.access", data=data) as response:
                return await response.json()

        granted = await exchange(access)
        assert granted["access_token"] == app.bot_token
        assert granted["authed_user"] == {"id": user.id}
        assert (await exchange(access))["error"] == "invalid_code"
        renewal = {**access, "grant_type": "refresh_token"}
        renewal["refresh_token"] = granted["refresh_token"]
        renewed = await exchange(renewal)
        assert renewed["access_token"] != granted["access_token"]
        assert (await exchange(renewal))["error"] == "invalid_refresh_token"
        old = {"Authorization": f"Bearer {granted['access_token']}"}
        async with session.post(f"{server.api_url}auth.test", headers=old) as response:
            assert (await response.json())["error"] == "token_expired"

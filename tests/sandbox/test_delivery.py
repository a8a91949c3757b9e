import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import App, ManualClock, SandboxServer, Workspace
from tests.sandbox.conftest import Connect, World, until


async def open_socket(world: World, session: aiohttp.ClientSession) -> Any:
    answer = await world.client.apps_connections_open(app_token=world.app.app_token)
    return await session.ws_connect(answer["url"])


async def test_a_socket_says_hello_and_its_ticket_works_once(world: World) -> None:
    answer = await world.client.apps_connections_open(app_token=world.app.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(answer["url"]) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert hello["connection_info"] == {"app_id": world.app.app_id}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(answer["url"])


async def test_a_dead_ticket_leads_nowhere(world: World) -> None:
    world.ws.faults.dead_tickets(1)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await open_socket(world, session)
        socket = await open_socket(world, session)
        await socket.close()


async def test_an_eleventh_socket_is_turned_away(world: World) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(world, session) for _ in range(11)]
        message = await sockets[-1].receive_json()
        assert (message["type"], message["reason"]) == ("disconnect", "too_many_websockets")
        for socket in sockets:
            await socket.close()


async def test_socket_mode_switched_off_ends_the_sockets_and_gives_no_new_one(world: World) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(world, session)
        await socket.receive_json()
        await world.server.dispatcher.switch_socket_mode(on=False)
        message = await socket.receive_json()
        assert (message["type"], message["reason"]) == ("disconnect", "link_disabled")
        with pytest.raises(SlackApiError, match="socket_mode_not_enabled"):
            await open_socket(world, session)
        await world.server.dispatcher.switch_socket_mode(on=True)
        await (await open_socket(world, session)).close()


async def test_each_envelope_goes_to_one_socket(world: World) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(world, session) for _ in range(2)]
        for socket in sockets:
            await socket.receive_json()
        alice = world.server.person(world.alice)
        for _ in range(2):
            await alice.message(world.room, "hi")
        for socket in sockets:
            envelope = await socket.receive_json()
            assert envelope["type"] == "events_api"
            assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await world.server.idle()
        for socket in sockets:
            await socket.close()


async def test_an_event_not_acked_comes_again_with_the_same_event_id(world: World) -> None:
    world.server.dispatcher.ack_timeout = 0.03
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(world, session)
        await socket.receive_json()
        await world.server.person(world.alice).message(world.room, "hi")
        first, again = await socket.receive_json(), await socket.receive_json()
        assert first["payload"]["event_id"] == again["payload"]["event_id"]
        assert first["envelope_id"] != again["envelope_id"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        await asyncio.sleep(0.05)
        world.clock.advance(60)
        third = await socket.receive_json()
        assert third["retry_attempt"] == 2
        await socket.send_json({"envelope_id": third["envelope_id"]})
        await world.server.idle()
        await socket.close()


async def test_sockets_are_refreshed_and_dropped_and_bolt_comes_back(
    world: World, connect: Connect
) -> None:
    def set_up(app: Any) -> None:
        @app.command("/incident")
        async def on_command(ack: Any) -> None:
            await ack("here")

    await connect(set_up)
    alice = world.server.person(world.alice)

    async def answers() -> None:
        for _ in range(300):
            if (await alice.command("/incident", "", world.room)).ok:
                return
            await asyncio.sleep(0.02)
        pytest.fail("the app did not come back")

    first = world.server.hub.sockets(world.app.app_id)
    assert await world.server.hub.refresh() == 1
    await answers()
    assert first[0] not in world.server.hub.sockets(world.app.app_id)
    assert await world.server.hub.drop() > 0
    await answers()
    assert len(world.ws.calls.of("apps.connections.open")) > 2


async def test_an_envelope_may_come_twice(world: World, connect: Connect) -> None:
    seen: list[Any] = []

    def set_up(app: Any) -> None:
        @app.command("/incident")
        async def on_command(ack: Any, body: Any) -> None:
            await ack()
            seen.append(body["trigger_id"])

    await connect(set_up)
    world.server.hub.duplicate_next(1)
    await world.server.person(world.alice).command("/incident", "", world.room)
    await until(lambda: len(seen) == 2)
    assert seen[0] == seen[1]


class Hook:
    """An app that listens over signed HTTP."""

    def __init__(self, handle: Callable[[web.Request], Any]) -> None:
        self.handle = handle
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        self.bodies.append(await request.read())
        answer: web.Response = await self.handle(request)
        return answer


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


def http_app(ws: Workspace, url: str) -> App:
    return ws.install_app(
        name="Signed",
        bot_name="signed",
        scopes=["chat:write", "commands"],
        slash_commands=[{"command": "/signed"}],
        bot_events=["message.channels"],
        socket_mode=False,
        request_url=url,
    )


async def test_http_requests_are_signed_and_bolt_takes_them(clock: ManualClock) -> None:
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

    from sandbox.base.clock import RealClock

    ws = Workspace(clock=RealClock())
    user = ws.add_user(name="alice")
    bolt_of: dict[str, AsyncApp] = {}

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await bolt_of["app"].async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    site = web.Application()
    site.router.add_post("/slack/events", handle)
    runner, url = await serve(site)
    app = http_app(ws, url)
    room = ws.add_channel(name="r", members=[user.id, app.bot_user_id])
    heard: list[str] = []
    async with SandboxServer(ws) as server, aiohttp.ClientSession() as session:
        client = AsyncWebClient(app.bot_token, base_url=server.api_url, session=session)
        bolt = bolt_of["app"] = AsyncApp(client=client, signing_secret=app.signing_secret)

        @bolt.command("/signed")
        async def on_command(ack: Any) -> None:
            await ack("taken")

        @bolt.event("message")
        async def on_message(event: Any) -> None:
            heard.append(event["text"])

        assert await server.dispatcher.verify_url(app)
        result = await server.person(user.id).command("/signed", "x", room.id)
        assert (result.ok, result.ack) == (True, "taken")
        await server.person(user.id).message(room.id, "hello")
        await until(lambda: heard == ["hello"])
        app.signing_secret = "another"
        result = await server.person(user.id).command("/signed", "x", room.id)
        assert result.error == "dispatch_failed"
        await server.idle()
    await runner.cleanup()


@pytest.mark.parametrize(("no_retry", "expected"), [(False, 4), (True, 1)])
async def test_a_failing_url_is_tried_again_unless_it_says_no(
    clock: ManualClock, no_retry: bool, expected: int
) -> None:
    async def handle(_: web.Request) -> web.Response:
        headers = {"X-Slack-No-Retry": "1"} if no_retry else {}
        return web.Response(status=500, headers=headers)

    hook = Hook(handle)
    site = web.Application()
    site.router.add_post("/slack/events", hook.take)
    runner, url = await serve(site)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    ws = Workspace(clock=clock)
    user = ws.add_user(name="alice")
    app = http_app(ws, url)
    room = ws.add_channel(name="r", members=[user.id, app.bot_user_id])
    async with SandboxServer(ws, sleep=sleep) as server:
        await server.person(user.id).message(room.id, "hello")
        await server.idle()
    await runner.cleanup()
    assert len(hook.requests) == expected
    if not no_retry:
        assert waits == [0.0, 60.0, 300.0]
        assert hook.requests[3].headers["X-Slack-Retry-Num"] == "3"
        assert hook.requests[3].headers["X-Slack-Retry-Reason"] == "http_error"
        assert len(set(hook.bodies)) == 1


async def test_events_reach_members_only(world: World) -> None:
    elsewhere = world.ws.add_channel(name="elsewhere", members=[world.alice])
    alice = world.server.person(world.alice)
    await alice.message(elsewhere.id, "quiet")
    assert world.ws.events == []
    await alice.invite(elsewhere.id, world.app.bot_user_id)
    kinds = [body["event"]["type"] for _, body in world.ws.events]
    assert kinds == ["member_joined_channel", "message"]
    ids = [body["event_id"] for _, body in world.ws.events]
    assert len(set(ids)) == 2
    authorization = world.ws.events[0][1]["authorizations"][0]
    assert authorization["user_id"] == world.app.bot_user_id


async def test_what_happens_to_rooms_and_messages_is_told(world: World) -> None:
    world.ws.event_sink = None
    alice = world.server.person(world.alice)
    ts = await alice.message(world.room, "one")
    await alice.edit("two", ts, world.room)
    await alice.react("eyes", ts, world.room)
    await world.client.pins_add(channel=world.room, timestamp=ts)
    await world.client.conversations_setTopic(channel=world.room, topic="t")
    await alice.open_home()
    await alice.leave(world.room)
    await world.client.conversations_archive(channel=world.room)
    told = [(b["event"]["type"], b["event"].get("subtype")) for _, b in world.ws.events]
    assert told == [
        ("message", None),
        ("message", "message_changed"),
        ("reaction_added", None),
        ("pin_added", None),
        ("message", "channel_topic"),
        ("app_home_opened", None),
        ("member_left_channel", None),
        ("message", "channel_leave"),
        ("message", "channel_archive"),
        ("channel_archive", None),
    ]


async def test_bolt_survives_ten_commands_at_once(world: World, connect: Connect) -> None:
    def set_up(app: Any) -> None:
        @app.command("/incident")
        async def on_command(ack: Any, command: Any) -> None:
            await ack(command["text"])

    handler: AsyncSocketModeHandler = await connect(set_up)
    people = [world.server.person(u) for u in (world.alice, world.bob)] * 5
    results = await asyncio.gather(
        *(p.command("/incident", str(n), world.room) for n, p in enumerate(people))
    )
    assert [r.ack["text"] for r in results] == [str(n) for n in range(10)]
    assert handler.client is not None

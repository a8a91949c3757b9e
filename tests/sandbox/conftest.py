"""A workspace, its server, and a real Slack app over Socket Mode."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import App, ManualClock, SandboxServer, Workspace

SCOPES = [
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "canvases:read",
    "canvases:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "commands",
    "conversations.connect:write",
    "dnd:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "usergroups:write",
    "users:read",
    "users:read.email",
]
EVENTS = [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_created",
    "channel_rename",
    "dnd_updated_user",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "pin_added",
    "reaction_added",
    "subteam_members_changed",
    "tokens_revoked",
    "user_change",
]


@dataclass
class World:
    """Everything a test needs."""

    ws: Workspace
    clock: ManualClock
    server: SandboxServer
    app: App
    client: AsyncWebClient
    alice: str
    bob: str
    room: str
    extra: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_790_000_000.0)


@pytest.fixture
async def world(clock: ManualClock) -> AsyncIterator[World]:
    ws = Workspace(clock=clock)
    alice = ws.add_user(name="alice", real_name="Alice Martin", email="alice@acme.example")
    bob = ws.add_user(name="bob", email="bob@acme.example", locale="en-US", tz="Asia/Tokyo")
    app = ws.install_app(
        scopes=SCOPES,
        bot_events=EVENTS,
        slash_commands=[{"command": "/incident", "description": "d", "usage_hint": "[open]"}],
        shortcuts=[
            {"name": "Escalate", "callback_id": "escalate", "type": "message", "description": "d"},
            {"name": "Open", "callback_id": "open", "type": "global", "description": "d"},
        ],
    )
    room = ws.add_channel(name="incidents", members=[alice.id, bob.id, app.bot_user_id])
    async with SandboxServer(ws, ack_timeout=1.0) as server, aiohttp.ClientSession() as session:
        client = AsyncWebClient(app.bot_token, base_url=server.api_url, session=session)
        yield World(ws, clock, server, app, client, alice.id, bob.id, room.id)


Connect = Callable[[Callable[[AsyncApp], None]], Awaitable[AsyncSocketModeHandler]]


@pytest.fixture
async def connect(world: World) -> AsyncIterator[Connect]:
    """Connect a slack-bolt app, set up by the test, over Socket Mode."""
    handlers: list[AsyncSocketModeHandler] = []

    async def start(set_up: Callable[[AsyncApp], None]) -> AsyncSocketModeHandler:
        bolt = AsyncApp(
            client=world.client,
            ignoring_self_events_enabled=True,
            raise_error_for_unhandled_request=False,
        )
        set_up(bolt)
        handler = AsyncSocketModeHandler(
            bolt, world.app.app_token, web_client=world.client, ping_interval=1
        )
        await handler.connect_async()
        handlers.append(handler)
        return handler

    yield start
    await world.server.idle(0.5)
    for handler in handlers:
        await handler.close_async()
    await asyncio.sleep(0)


async def until(condition: Callable[[], Any], bound: float = 3.0) -> Any:
    """Wait until something holds, looking every few milliseconds."""
    async with asyncio.timeout(bound):
        while not (value := condition()):  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.005)
    return value

"""A local workspace in a process of its own, so that its work is not counted as the bot's."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bench.process import result, running, say, told_to_go
from bench.seed import contract, contract_text
from bot.app.setup import Setup, SlackConnection
from bot.clock import FlowingClock
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import ContractText
from sandbox import SandboxServer, Workspace
from sandbox.base.fault import RESPONSE_URL


async def job() -> None:
    """In a process of its own: serve until the parent closes the pipe."""
    workspace = Workspace(clock=FlowingClock.starting())
    app = await furnish(workspace, [contract()], manifest(names()))
    users = {}
    for person in contract().people:
        user = workspace.user_by_email(person.email)
        if user is not None:
            users[person.id] = user.id
    room = workspace.channel_by_name(contract().rooms.provider)
    workspace.faults.add(RESPONSE_URL, "bare_ok", times=sys.maxsize)  # it takes them, unread
    async with SandboxServer(workspace) as server:
        say(
            {
                "api_url": server.api_url,
                "bot_token": app.bot_token,
                "app_token": app.app_token,
                "users": users,
                "room": room.id if room else "",
                "answers": f"{workspace.base_url}/commands/bench",
            }
        )
        await told_to_go()


@asynccontextmanager
async def workspace() -> AsyncIterator[dict[str, Any]]:
    """A workspace to plug bots into."""
    async with running("workspace") as process:
        yield await result(process)


def setup(url: str, place: dict[str, Any], *, socket: bool) -> Setup:
    """The whole bot on that database and workspace."""
    return Setup(
        connection=SlackConnection(
            api_url=place["api_url"],
            bot_token=place["bot_token"],
            app_token=place["app_token"] if socket else "",
        ),
        database_url=url,
        contracts=(ContractText(text=contract_text(), source="example"),),
        names=names(),
        clock=FlowingClock.starting(),
    )

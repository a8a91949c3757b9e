"""A local workspace in a process of its own, so that its work is not counted as the bot's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bench.process import result, running, say, told_to_go
from bench.seed import contract, contract_text
from bot.clock import FlowingClock
from bot.command_names import names
from bot.local_workspace import furnish
from bot.manifest import manifest
from bot.wiring import Bot, Plug
from config.contract_file import ContractText
from sandbox import SandboxServer, Workspace


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
    async with SandboxServer(workspace) as server, _sink() as answers:
        say(
            {
                "api_url": server.api_url,
                "bot_token": app.bot_token,
                "app_token": app.app_token,
                "users": users,
                "room": room.id if room else "",
                "answers": answers,
            }
        )
        await told_to_go()


@asynccontextmanager
async def _sink() -> AsyncIterator[str]:
    """Takes the answers to commands, and says nothing of them."""

    async def taken(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/{path:.*}", taken)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/answer"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def workspace() -> AsyncIterator[dict[str, Any]]:
    """A workspace to plug bots into."""
    async with running("workspace") as process:
        yield await result(process)


def bot(url: str, place: dict[str, Any], *, socket: bool) -> Bot:
    """The whole bot on that database and workspace."""
    return Bot(
        plug=Plug(
            api_url=place["api_url"],
            bot_token=place["bot_token"],
            app_token=place["app_token"] if socket else "",
        ),
        database_url=url,
        contracts=(ContractText(text=contract_text(), source="example"),),
        names=names(),
        clock=FlowingClock.starting(),
    )

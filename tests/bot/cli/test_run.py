"""`escalade run` as an operator starts and stops it, over the real protocol."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import read_contract
from config.defaults import EXAMPLE
from sandbox import SandboxServer, Workspace
from store.engine.engine import migrate
from tests.databases import made_sqlite

PATIENCE = 120  # seconds: a process of its own may get little of a busy machine
LONGEST_LINE = 2**20  # bytes: a trace is one line of the log


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Office:
    """A workspace, and the environment of a bot on it."""

    ws: Workspace
    server: SandboxServer
    environ: dict[str, str]
    user: str
    room: str
    begun: list[Process] = field(default_factory=list)

    async def start(self, *words: str, **environ: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from bot.cli import main; main()", *words,
            env={**os.environ, **self.environ, **environ}, stdout=PIPE, stderr=STDOUT,
            limit=LONGEST_LINE,
        )  # fmt: skip
        self.begun.append(process)
        return process

    async def end(self) -> None:
        """Leave no process behind, nor its pipe: a later test would be blamed for it."""
        for process in self.begun:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def output(self, *words: str, **environ: str) -> tuple[int | None, str]:
        return await ended(await self.start(*words, **environ))


async def ended(process: Process) -> tuple[int | None, str]:
    async with asyncio.timeout(PATIENCE):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def started(process: Process) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while b"action=started" not in (line := await process.stdout.readline()):
            assert line, "the bot ended before it had started"


async def office(folder: Path, port: int = 0) -> AsyncIterator[Office]:
    ws = Workspace()
    contract = read_contract(EXAMPLE.read_text(encoding="utf-8"))
    url = f"http://127.0.0.1:{port}/slack/events" if port else ""
    app = await furnish(ws, [contract], manifest(names(), request_url=url))
    user, room = ws.user_by_email("antoine.mercier@rivage.example"), contract.rooms.shared
    channel = ws.channel_by_name(room)
    assert user is not None
    assert channel is not None
    async with SandboxServer(ws) as server:
        environ = {
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'escalade.db'}",
            "ESCALADE_CONTRACTS": str(EXAMPLE),
            "ESCALADE_LANGUAGE": "en",
            "ESCALADE_MODE": "http" if port else "socket",
            "ESCALADE_PORT": str(port or 3000),
        }
        it = Office(ws, server, environ, user.id, channel.id)
        yield it
        await it.end()


@pytest.fixture
async def over_socket(tmp_path: Path) -> AsyncIterator[Office]:
    """On a database that has its tables; over HTTP, the bot makes them."""
    (tmp_path / "escalade.db").write_bytes(made_sqlite(migrate))
    async for one in office(tmp_path):
        yield one


@pytest.fixture
async def over_http(tmp_path: Path) -> AsyncIterator[Office]:
    async for one in office(tmp_path, free_port()):
        yield one


async def answers(office: Office) -> bool:
    """Whether somebody who types a command is answered."""
    await office.server.person(office.user).command("/incident", "help", channel=office.room)
    async with asyncio.timeout(PATIENCE):
        timeline = office.ws.channels[office.room].timeline
        while not any("/incident" in m.text for m in timeline):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_bot_answers_and_stops_cleanly(over_socket: Office, number: int) -> None:
    process = await over_socket.start("run")
    await started(process)
    assert await answers(over_socket)
    process.send_signal(number)
    code, output = await ended(process)
    assert code == 0
    assert "Traceback" not in output
    assert over_socket.environ["SLACK_BOT_TOKEN"] not in output


async def test_over_http_the_bot_answers_signed_requests_only(over_http: Office) -> None:
    process = await over_http.start("run")
    await started(process)
    assert await answers(over_http)
    (app,) = over_http.ws.apps.values()
    assert await over_http.server.dispatcher.verify_url(app)
    app.signing_secret = "somebody else's"
    assert not await over_http.server.dispatcher.verify_url(app)
    process.terminate()
    assert (await ended(process))[0] == 0


async def test_a_second_process_on_the_same_database_is_refused(over_socket: Office) -> None:
    process = await over_socket.start("run")
    await started(process)
    code, output = await over_socket.output("run")
    process.terminate()
    assert (await ended(process))[0] == 0
    assert code == 2
    assert output.startswith("Another process already runs on ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack does not accept SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack does not accept SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "", "ESCALADE_CONTRACTS": ""}, "ESCALADE_CONTRACTS is not set"),
        (
            {"DATABASE_URL": "postgresql+asyncpg://someone:hush@127.0.0.1:9/db"},
            "the database is out of reach",
        ),
        ({"DATABASE_URL": "postgresql+asyncpg://someone:hush@host"}, "names no database"),
    ],
)
async def test_what_stops_the_start_is_said_in_a_sentence(
    over_socket: Office, changes: dict[str, str], said: str
) -> None:
    code, output = await over_socket.output("run", **changes)
    assert code == 2
    assert said in output
    assert "Traceback" not in output
    assert "hush" not in output


async def test_a_port_in_use_is_said_in_a_sentence(over_http: Office) -> None:
    code, output = await over_http.output("run", ESCALADE_PORT=str(over_http.server.port))
    assert code == 2
    assert "The port is in use already" in output

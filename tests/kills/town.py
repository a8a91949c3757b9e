"""A town: the workspace, a database, and bots as processes that are killed and come back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from bot.clock import FlowingClock
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import read_contract, recall_contract
from sandbox import SandboxServer, Workspace
from sandbox.changes import responses
from sandbox.delivery import Ack, Delivery
from sandbox.model.response_url import ResponseUrl
from sandbox.people.person import Person
from store.database import Store
from store.engine.engine import migrate
from tests.kills.board import Board
from tests.kills.wire import Wire
from tests.postgres import Postgres, free_port
from tests.scenarios.scene import RIVAGE

ROOT = Path(__file__).parents[2]
SPEED = 120  # two minutes take a second
LEASE_SECONDS = 3.0
CALL_SECONDS = 1.5
ACK_SECONDS = 1.0
SLOW_SECONDS = 90.0  # how long a machine may take that has much else to do
SEPARATOR = "\x1e\n"  # between complaints
LONG_COMPLAINT = 1500


class Again:
    """Delivers to the bot until it is acknowledged, always the same thing."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def request(self, app: Any, delivery: Delivery) -> Ack:
        """Deliver; give up only when the town is closed."""
        while True:
            ack = await self._town.server.dispatcher.request(app, delivery)
            if ack.ok or self._town.closed:
                return ack
            self._town.repeated_deliveries += 1
            await asyncio.sleep(0.05)


class Town:
    """`async with Town.built(...)`: replicas have numbers from 0."""

    def __init__(
        self, folder: Path, *, text: str = RIVAGE, speed: float = SPEED, pace: bool = True
    ) -> None:
        self.folder = folder
        self._pace = pace
        start = datetime.fromisoformat("2026-07-15T10:00:00+02:00")
        self.clock = FlowingClock.starting(start, speed)
        self.workspace = Workspace(clock=self.clock)
        self.server = SandboxServer(self.workspace, ack_timeout=ACK_SECONDS)
        self.contract = read_contract(text)
        self.contracts = (self.contract,)
        self.file = folder / "contract.toml"
        self.file.write_text(text, encoding="utf-8")
        self.board = Board(folder / "board")
        self._errors = folder / "errors"
        self.pids: dict[int, int] = {}
        self.ports: dict[int, int] = {}  # where each replica takes events
        self.postgres: Postgres | None = None
        self.closed = False
        self.repeated_deliveries = 0
        self.answers: dict[str, list[str]] = {}  # by the address that each was given to

    @classmethod
    @asynccontextmanager
    async def built(
        cls,
        folder: Path,
        database: str,
        *,
        text: str = RIVAGE,
        speed: float = SPEED,
        pace: bool = True,
    ) -> AsyncIterator[Town]:
        """A town whose workspace runs; no process outlives it. No `pace`: Slack sets no limits."""
        town = cls(folder, text=text, speed=speed, pace=pace)
        town.app = await furnish(town.workspace, town.contracts, manifest(names()))
        async with AsyncExitStack() as stack:
            stack.enter_context(mock.patch.object(responses, "take", town.taking(responses.take)))
            await stack.enter_async_context(town.server)
            town.slack = await stack.enter_async_context(Wire(town.server.port))
            town.workspace.base_url = f"http://127.0.0.1:{town.slack.port}"
            town.workspace.response_urls.base = town.workspace.base_url
            if database == "postgresql":
                postgres = town.postgres = Postgres(durable=True)
                stack.callback(postgres.remove)
                await asyncio.to_thread(postgres.start)
                name = postgres.create()
                town.way = await stack.enter_async_context(Wire(postgres.port))
                town.database = postgres.url(name).replace(
                    f":{postgres.port}/", f":{town.way.port}/"
                )
                town.direct = postgres.url(name)
            else:
                town.database = town.direct = f"sqlite+aiosqlite:///{folder / 'escalade.db'}"
            await migrate(town.direct)
            await stack.enter_async_context(town.nursery())
            town.reading = Store(town.direct, read_contract=recall_contract)
            await town.reading.start_reading()
            stack.push_async_callback(town.close)
            yield town

    def taking(self, take: Callable[..., None]) -> Callable[..., None]:
        """Take an answer, and remember to what it was one."""

        def taking(workspace: Workspace, url: ResponseUrl, body: dict[str, Any]) -> None:
            take(workspace, url, body)
            given = workspace.response_urls.given()
            path = next(path for path, known in given.items() if known is url)
            self.answers.setdefault(path, []).append(str(body.get("text")))

        return taking

    def held_up(self) -> float:
        """The most that a bot has been ready to run, and was not, in seconds."""
        held_up = [0.0]
        for pid in self.pids.values():
            with contextlib.suppress(OSError):  # it died, or the kernel does not say
                said = Path(f"/proc/{pid}/schedstat").read_text()
                held_up.append(int(said.split()[1]) / 1e9)
        return max(held_up)

    def answered(self, words: str) -> list[str]:
        """What was answered to whoever typed these words, by the address they came with."""
        urls = {
            str(envelope["payload"]["response_url"])
            for _, envelope in self.server.hub.delivered
            if words in str(envelope["payload"].get("text"))
        }
        return [
            text for path, texts in self.answers.items() for text in texts
            if any(url.endswith(f"/{path}") for url in urls)
        ]  # fmt: skip

    async def close(self) -> None:
        self.closed = True
        for slot in list(self.pids):
            await self.kill(slot)
        await self.reading.stop()

    @asynccontextmanager
    async def nursery(self) -> AsyncIterator[None]:
        nursery = self._born = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kills.nursery",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield
        finally:
            assert nursery.stdin is not None
            nursery.stdin.close()
            await nursery.wait()

    # ── replicas ─────────────────────────────────────────────────────────────────────────────

    async def start(self, slot: int) -> None:
        """Start a replica; what it is doing stands on the board from here on."""
        given = {
            "slot": slot,
            "api_url": f"{self.workspace.base_url}/api/",
            "bot_token": self.app.bot_token,
            "app_token": self.app.app_token,
            "database": self.database,
            "contract": str(self.file),
            "clock": str(self.clock),
            "board": str(self.folder / "board"),
            "errors": str(self._errors),
            "call_timeout": CALL_SECONDS,
            "lease": LEASE_SECONDS,
            "pace": self._pace,
            "port": self.ports.setdefault(slot, free_port()),
        }
        self.board.clear(slot)
        assert self._born.stdin is not None
        assert self._born.stdout is not None
        self._born.stdin.write(json.dumps(given).encode() + b"\n")
        await self._born.stdin.drain()
        self.pids[slot] = int(await self._born.stdout.readline())

    async def up(self, within: float = SLOW_SECONDS) -> None:
        """Wait until some replica can be talked to."""
        if not await self.server.hub.connected(self.app, within):
            raise AssertionError(f"no bot came up: {self.complaints()}")

    async def kill(self, slot: int) -> set[str]:
        """Kill a replica as a power cut would; what it was in the middle of."""
        pid = self.pids.pop(slot)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await _gone(pid)
        return self.board.row(slot)

    async def pause(self, slot: int, seconds: float) -> set[str]:
        """Put a replica to sleep, and wake it; what it was in the middle of."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pids[slot], signal.SIGSTOP)
            during = self.board.row(slot)
            await asyncio.sleep(seconds)
            os.kill(self.pids[slot], signal.SIGCONT)
            return during
        return set()

    async def stop(self) -> None:
        """Ask all replicas to stop, and wait for them."""
        for pid in self.pids.values():
            with contextlib.suppress(ProcessLookupError):  # it complained of what ended it
                os.kill(pid, signal.SIGTERM)
        for pid in self.pids.values():
            await _gone(pid)
        self.pids.clear()

    def complaints(self) -> list[str]:
        """What the bots could not explain by the troubles: what it was, and where."""
        if not self._errors.exists():
            return []
        said = [one.strip() for one in self._errors.read_text().split(SEPARATOR) if one.strip()]
        return [
            one if len(one) < LONG_COMPLAINT else f"{one[:300]} … {one[300 - LONG_COMPLAINT :]}"
            for one in said
        ]

    # ── people ───────────────────────────────────────────────────────────────────────────────

    def person(self, person_id: str) -> Person:
        """Somebody of the contract, whom Slack serves until the bot has acknowledged."""
        user = self.workspace.user_by_email(self.contract.person(person_id).email)
        assert user is not None
        return Person(self.workspace, Again(self), user.id)


async def _gone(pid: int, within: float = SLOW_SECONDS) -> None:
    async with asyncio.timeout(within):
        while _alive(pid):  # noqa: ASYNC110  a process apart tells nobody
            await asyncio.sleep(0.005)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()

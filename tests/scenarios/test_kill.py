"""`kill -9` at any instant: the bot comes back, and nothing is lost or repeated (Rule ESC-7).

Real processes: the workspace here, the bot in a process of its own, on one clock that runs fast.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import FlowingClock
from bot.command_names import names
from bot.local_workspace import furnish
from bot.manifest import manifest
from bot.slack_posts import METADATA_TYPE
from config.contract_file import read_contract, recall_contract
from escalation.effects import Topic
from escalation.plan import plan
from sandbox import SandboxServer, Workspace
from store.database import Store
from store.tables import outbox, timers
from tests.scenarios.scene import RIVAGE

ROOT = Path(__file__).parents[2]
SPEED = 300  # five minutes take a second
LENGTH = timedelta(minutes=32)
MARGIN = timedelta(minutes=2)  # well over the time a due timer takes to be answered
CONTRACT = read_contract(RIVAGE)
REQUESTER, ASKER = "antoine-mercier", "claire-vasseur"


class Town:
    """The workspace, and the bot as a process that may be killed."""

    def __init__(self, folder: Path) -> None:
        start = datetime.fromisoformat("2026-07-15T10:00:00+02:00")
        self.clock = FlowingClock.starting(start, SPEED)
        self.workspace = Workspace(clock=self.clock)
        self.server = SandboxServer(self.workspace)
        self.database = f"sqlite+aiosqlite:///{folder / 'escalade.db'}"
        self.contract = folder / "contract.toml"
        self.contract.write_text(RIVAGE, encoding="utf-8")
        self.process: asyncio.subprocess.Process | None = None
        self.errors: list[str] = []

    @classmethod
    @asynccontextmanager
    async def built(cls, folder: Path) -> AsyncIterator[Town]:
        """A town whose server runs; no process outlives it."""
        town = cls(folder)
        town.app = await furnish(town.workspace, [CONTRACT], manifest(names()))
        async with town.server:
            try:
                yield town
            finally:
                await town.kill()

    async def start(self) -> None:
        """Start the bot, and wait until it can be talked to."""
        given = {
            "API_URL": self.server.api_url,
            "BOT_TOKEN": self.app.bot_token,
            "APP_TOKEN": self.app.app_token,
            "DATABASE_URL": self.database,
            "CONTRACT": str(self.contract),
            "CLOCK": str(self.clock),
        }
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.scenarios.bot_process",
            cwd=ROOT,
            env=os.environ | given,
            stderr=asyncio.subprocess.PIPE,
        )
        if not await self.server.hub.connected(self.app, 15):
            await self.kill()
            raise AssertionError(f"the bot did not come up: {self.errors}")

    async def kill(self) -> None:
        """Kill it as a power cut would."""
        await self._end("kill")

    async def stop(self) -> int:
        """Ask it to stop, and wait; its exit status."""
        return await self._end("terminate")

    async def _end(self, how: str) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.returncode is None:
            getattr(process, how)()
        async with asyncio.timeout(15):
            _, errors = await process.communicate()
        self.errors += [errors.decode()] if errors else []
        for socket in self.server.hub.sockets(self.app.app_id):
            socket.leaving = True  # the dead process's, whose end has not been heard of yet
        return process.returncode or 0

    def person(self, person_id: str) -> Any:
        """Somebody of the contract, to act as."""
        user = self.workspace.user_by_email(CONTRACT.person(person_id).email)
        assert user is not None
        return self.server.person(user.id)

    async def types(self, person_id: str, command: str, line: str) -> None:
        """Type a slash command that must be received."""
        result = await self.person(person_id).command(command, line, channel=CONTRACT.rooms.shared)
        assert result.ok, result.error

    def letters(self) -> Counter[str]:
        """How often each letter stands in Slack."""
        return Counter(
            message.metadata["event_payload"]["letter"]
            for channel in self.workspace.channels.values()
            for message in channel.by_ts.values()
            if message.metadata and message.metadata["event_type"] == METADATA_TYPE
        )


async def until(happened: Callable[[], Any], within: float = 10.0) -> Any:
    """Look until it has happened; what was found."""
    async with asyncio.timeout(within):
        while not (found := happened()):  # noqa: ASYNC110  a process apart tells nobody
            await asyncio.sleep(0.02)
    return found


def button(town: Town, action: str) -> tuple[str, str, str] | None:
    """Whoever finds a button of that action: person, action id, message."""
    for person in CONTRACT.people:
        for message in town.person(person.id).inbox():
            for block in message.get("blocks") or []:
                for element in block.get("elements") or []:
                    if str(element.get("action_id", "")).startswith(f"do/{action}"):
                        return person.id, element["action_id"], message["ts"]
    return None


@pytest.mark.parametrize("seed", [1, 2])
async def test_esc_7_killed_at_any_instant_nothing_is_lost_or_repeated(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  the same instants each time
    async with Town.built(tmp_path) as town:
        await town.start()
        await town.types(REQUESTER, "/incident", 'open "Plus de VPN" component=vpn severity=1')
        await town.types(ASKER, "/crisis", 'ask INC-0001 "tout est coupé"')
        person, action_id, ts = await until(lambda: button(town, "crisis/accept"))
        clicked = await town.person(person).click(action_id, message_ts=ts)
        assert clicked.ok
        kills = 0
        end = town.clock.now() + LENGTH
        while town.clock.now() < end - timedelta(minutes=8):
            # the first kills strike while the room is being opened, the others where they will
            await asyncio.sleep(chance.uniform(0.0, 0.08 if not kills else 1.2))
            await town.kill()
            kills += 1
            await town.start()
            # what was not answered is clicked again; where it had been heard, nothing changes
            await town.person(person).click(action_id, message_ts=ts)
        end = max(end, town.clock.now() + 2 * MARGIN)
        await until(lambda: town.clock.now() >= end, within=20)
        assert await town.stop() == 0
        await check(town, kills, end - MARGIN)


async def check(town: Town, kills: int, end: datetime) -> None:
    """What must be true after all that."""
    assert kills >= 2
    assert not town.errors
    crisis_rooms = [c for c in town.workspace.channels.values() if c.name.startswith("rivage-cris")]
    async with Store(town.database, read_contract=recall_contract) as store:
        assert all(verdict.whole for verdict in await store.verify_journal())
        incident, crisis, lines, rows, armed = await store.read(
            lambda tx: (
                tx.incident(CONTRACT.id, "INC-0001"),
                tx.crisis(CONTRACT.id, "CRI-0001"),
                tx.timeline(CONTRACT.id, "INC-0001"),
                tx.connection.execute(select(outbox)).all(),
                tx.connection.execute(select(timers)).all(),
            )
        )
    assert [channel.id for channel in crisis_rooms] == [crisis.room]
    # at each level the calls are the plan's, in its order, from the first on, and never early;
    # a level may end sooner, for its time to settle ran while nobody could be called
    owed = [
        (step.who, step.level, step.number, step.at)
        for step in plan(CONTRACT, priority=1, at=incident.opened_at, component="vpn")
        if step.how is Topic.PING
    ]
    made = [
        (line.facts["person"], line.facts["level"], line.facts["number"], line.at)
        for line in lines
        if line.action == "ladder.pinged"
    ]
    levels = sorted({call[1] for call in made})
    assert len(levels) >= 2
    assert levels == sorted({call[1] for call in owed})[: len(levels)]
    for level in levels:
        did = [call for call in made if call[1] == level]
        due = [call for call in owed if call[1] == level][: len(did)]
        assert [call[:3] for call in did] == [call[:3] for call in due]
    assert all(call[3] >= incident.opened_at for call in made)
    coming = [alarm.due for alarm in incident.alarms.armed if alarm.name.startswith("ladder/")]
    assert coming, "the ladder walks on"
    assert min(coming) > end, "nothing that was due is left"
    # every letter was delivered once, unless it was no longer true
    in_slack = town.letters()
    assert sum(in_slack.values()) - len(in_slack) <= kills
    rungs = {walk.ladder: walk.rung for walk in incident.walks}
    calls = [row for row in rows if row.topic == Topic.PING]
    assert len(calls) == len(made)
    for row in rows:
        if row.state == "sent" and row.ts and not row.collapse:
            assert in_slack[row.metadata_id]
        assert row.state != "failed", row.error
    for row in calls:
        if row.state == "dropped":
            facts = json.loads(row.facts)
            assert facts["rung"] < rungs[facts["ladder"]]
    # every armed alarm is a timer, and every timer an armed alarm
    alarms = {
        (record.id, alarm.name, alarm.due)
        for record in (incident, crisis)
        for alarm in record.alarms.armed
    }
    assert {(row.subject, row.name, row.due) for row in armed} == alarms

"""What strikes the bots, when, and what it hit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from dataclasses import dataclass, field

import asyncpg

from tests.kills.board import IDLE, PHASES
from tests.kills.town import LEASE_SECONDS, SLOW_SECONDS, Town

KILL, PAUSE, SLACK, WAY, BACKEND, POSTMASTER = (
    "kill -9 of a bot",
    "SIGSTOP longer than the lease",
    "Slack hangs",
    "the way to PostgreSQL hangs",
    "kill -9 of a PostgreSQL backend",
    "kill -9 of PostgreSQL",
)
BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
HUNT_SECONDS = 1.0
LOOK_SECONDS = 0.0003


@dataclass
class Struck:
    """How often what struck, and what the bots were in the middle of."""

    strikes: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)


def plan(kills: int, database: str, chance: random.Random) -> list[str]:
    """So many kills of bots, with other troubles among them."""
    others = [PAUSE, SLACK]
    if database == "postgresql":
        others += [WAY, BACKEND, POSTMASTER, BACKEND, POSTMASTER]
    some = max(1, kills // 40)
    strikes = [KILL] * kills + others * some
    chance.shuffle(strikes)
    return strikes


class Striker:
    """Strikes again and again; every replica that was killed is started again."""

    def __init__(self, town: Town, replicas: int, chance: random.Random) -> None:
        self._town = town
        self._replicas = replicas
        self._chance = chance
        self.struck = Struck()

    async def run(self, strikes: list[str]) -> None:
        """Strike in that order."""
        for what in strikes:
            await self._town.up()
            await self._strike(what)
            self.struck.strikes[what] += 1

    async def _strike(self, what: str) -> None:
        town, chance = self._town, self._chance
        if what == KILL:
            slot = await self._moment()
            during = await town.kill(slot)
            self.struck.phases.update(during or {IDLE})
            await town.start(slot)
        elif what == PAUSE:
            slot = await self._moment()
            await town.pause(slot, LEASE_SECONDS * 1.6)
        elif what == SLACK:
            await town.slack.hang(chance.uniform(0.5, 3.0))
        elif what == WAY:
            await town.way.hang(chance.uniform(0.5, 3.0))
        elif what == BACKEND:
            await self._moment()
            listing = await self._backends()
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(listing)["pid"], signal.SIGKILL)
            await self._answers()
        elif what == POSTMASTER:
            await self._moment()
            assert town.postgres is not None
            await asyncio.to_thread(town.postgres.kill)
            await asyncio.to_thread(town.postgres.start)

    async def _answers(self) -> None:
        """Wait until PostgreSQL has recovered from the death of a backend."""
        await self._backends(least=0)

    async def _backends(self, least: int = 1) -> list[asyncpg.Record]:
        """Who is connected, as soon as that many are."""
        postgres = self._town.postgres
        assert postgres is not None
        async with asyncio.timeout(SLOW_SECONDS):
            while True:
                with contextlib.suppress(Exception):  # it is recovering
                    found = await postgres.query(BACKENDS)
                    if len(found) >= least:
                        return found
                await asyncio.sleep(0.05)

    async def _moment(self) -> int:
        """Wait for an instant: any, or one in the middle of what was hit least; the replica."""
        chance = self._chance
        slots = list(range(self._replicas))
        if chance.random() < 0.4:
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            return chance.choice(slots)
        rare = sorted(PHASES, key=lambda phase: (self.struck.phases[phase], chance.random()))
        wanted = set(rare[:4])
        loop = asyncio.get_running_loop()
        end = loop.time() + HUNT_SECONDS
        while loop.time() < end:
            for slot in slots:
                if self._town.board.row(slot) & wanted:
                    return slot
            await asyncio.sleep(LOOK_SECONDS)
        return chance.choice(slots)

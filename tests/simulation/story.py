"""A story without chance or trouble: the whole tour, and an incident of another contract beside it.

It is what the simulator's own tests spoil, to see that the invariants notice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

from sqlalchemy import create_engine, text

from bot.stage.stage import Stage as BotStage
from bot.stage.tour import NIGHT, Tour
from escalation.contract import Contract
from sandbox.people.person import Person
from tests.scenarios.scene import LITTORAL, RIVAGE
from tests.simulation.facts import Facts, gather, kept, minutes
from tests.simulation.machine import Machine
from tests.simulation.memories import InFile, memory_for
from tests.simulation.seen import monitoring
from tests.simulation.sources import Alert, Sources
from tests.simulation.wires import play
from tests.simulation.world import World

SEED = 1
WEDNESDAY = datetime.fromisoformat("2026-06-10T10:00:00+02:00")


@dataclass
class Stage:
    """A world, for those who play on the stage of a rehearsal."""

    world: World

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)

    @property
    def contract(self) -> Contract:
        """The first contract."""
        return self.world.contracts[0]

    @property
    def running(self) -> Any:
        """The bot."""
        return self.world.bots["one"]

    def person(self, person_id: str) -> Person:
        """Somebody of the first contract, to act as."""
        user = self.world.workspace.user_by_email(self.contract.person(person_id).email)
        assert user is not None
        return self.world.server.person(user.id)

    async def settle(self) -> None:
        """Let everything come to rest at this instant."""
        await self.world.rest()

    async def after(self, **length: float) -> None:
        """Let that much time pass."""
        await self.world.pass_time(timedelta(**length))


Act = Callable[[Stage], Any]


async def whole_tour(stage: Stage) -> None:
    """All that the tour shows, and an incident of the other contract."""
    other = replace(stage.world.contracts[1])
    user = stage.world.workspace.user_by_email(other.person("antoine-mercier").email)
    assert user is not None
    await stage.world.server.person(user.id).command(
        "/incident", 'open "Panne MARK1Z" component=vpn severity=2', channel=other.rooms.shared
    )
    await Tour(cast("BotStage", stage), lambda _line: None).play()
    await stage.after(minutes=25)


def _before_a_board(change: str) -> tuple[tuple[str, str], ...]:
    """A change that is not standard, up to its advisory board."""
    return (
        ("antoine-mercier", "/change request Liaison component=wan"),
        ("sophie-arnaud", f"/change classify {change} category=other"),
        ("sophie-arnaud", f"/change assign {change} ines-moreau"),
        ("ines-moreau", f"/change study {change} Etude impact=Coupure fallback=Retour test=Essai"),
        ("sophie-arnaud", f"/change board {change} Merci"),
    )


PROCESSES = (
    ("julien-perrin", "/problem open Coupures incident=INC-0001"),
    ("julien-perrin", "/problem open Lenteurs component=vpn"),
    ("julien-perrin", "/problem assess PRB-0001 client_impact=high provider_impact=low"),
    ("claire-vasseur", "/problem propose PRB-0001 priority=medium"),
    ("claire-vasseur", "/problem decide PRB-0001 priority=medium"),
    ("isabelle-fontaine", "/problem decide PRB-0001 priority=medium"),
    ("julien-perrin", "/problem analyse PRB-0001 Fibre"),
    ("julien-perrin", "/problem fix PRB-0001 C-7"),
    ("sophie-arnaud", "/change request Certificat standard=portal-certificate"),
    ("sophie-arnaud", "/change plan CHG-0001 2026-06-10T10:02 despite=sur"),
    ("ines-moreau", "/change start CHG-0001 despite=sur"),
    ("sarah-dubois", "/incident open Certificat component=portail severity=3"),
    ("ines-moreau", "/change link CHG-0001 INC-0002"),
    *_before_a_board("CHG-0002"),
    ("francois-delmas", "/change represent CHG-0002 claire-vasseur"),
    ("claire-vasseur", "/change yes CHG-0002"),
    ("antoine-mercier", "/change yes CHG-0002"),
    ("isabelle-fontaine", "/change abstain CHG-0002 absente"),
    ("sophie-arnaud", "/change no CHG-0002 risque"),
    *_before_a_board("CHG-0003"),
    ("sophie-arnaud", "/change yes CHG-0003"),
)


async def supervised(stage: Stage) -> Sources:
    """Monitoring sees trouble; a problem comes to its end, a board decides; others are overdue."""
    contract, sources = stage.contract, Sources(stage.world, Random(SEED))
    began = stage.world.clock.now().isoformat()
    down = Alert("fw-01", "wan", "error", began)
    await sources.post(contract, down)
    await sources.post(contract, Alert("srv-ad-01", "unheard-of", "error", began))
    await stage.settle()
    for who, line in PROCESSES:
        if line.startswith("/change start"):
            await stage.after(minutes=3)
        command, _, words = line.partition(" ")
        result = await stage.person(who).command(command, words, channel=contract.rooms.shared)
        assert result.ok, result.error
        await stage.settle()
    await sources.post(contract, down)
    await sources.post(contract, replace(down, firing=False))
    await stage.after(hours=5)
    line = 'close PRB-0001 note="MARK1Z"'
    await stage.person("julien-perrin").command("/problem", line, channel=contract.rooms.shared)
    await stage.settle()
    return sources


def facts_of(
    act: Act,
    *,
    at: datetime = NIGHT,
    replicas: int = 0,
    contracts: Sequence[str] = (RIVAGE, LITTORAL),
) -> tuple[Facts, bytes]:
    """What is there after an act, and the file of the database, where it is one."""

    memory = memory_for(replicas)

    async def whole(machine: Machine, _rng: Random) -> tuple[Facts, bytes]:
        world = World(machine, contracts=contracts, at=at, memory=memory)
        with monitoring(machine) as seen, minutes(world.clock.now) as seen_minutes:
            async with world:
                await world.start_all()
                await world.rest()  # it gets to know people and rooms
                sources = await act(Stage(world))
                image = _image(memory.file) if isinstance(memory, InFile) else b""
                return await gather(world, seen, seen_minutes, sources=sources), image

    return cast("tuple[Facts, bytes]", play(SEED, whole))


def _image(database: Path) -> bytes:
    """A file of the database as it is, with what is not in its own file yet."""
    connection = sqlite3.connect(database)
    try:
        return connection.serialize()
    finally:
        connection.close()


@dataclass
class Left:
    """What an act has left, to be spoilt; each has its own."""

    facts: Facts
    file: Path

    @staticmethod
    def of(facts: Facts, database: bytes, folder: Path) -> Left:
        """A copy to spoil."""
        file = folder / "left.db"
        file.write_bytes(database)
        own = replace(
            facts,
            slack=deepcopy(facts.slack),
            errors=list(facts.errors),
            seen=deepcopy(facts.seen),
            minutes=deepcopy(facts.minutes),
            records=list(facts.records),
            lines=list(facts.lines),
        )
        return Left(own, file)

    @contextmanager
    def database(self) -> Iterator[Any]:
        """A connection; what it did is kept, and the rows are read again."""
        engine = create_engine(f"sqlite:///{self.file}")
        try:
            with engine.begin() as connection:
                yield connection
            with engine.begin() as connection:
                self.facts = replace(self.facts, **kept(connection))
        finally:
            engine.dispose()

    def sql(self, statement: str, **values: Any) -> None:
        """Change rows, at least one."""
        with self.database() as connection:
            assert connection.execute(text(statement), values).rowcount > 0, statement

    def messages(
        self, topic: str = "", destination: str = "", contract: str = "rivage"
    ) -> list[Any]:
        """The messages that were sent, of a kind."""
        return [
            row
            for row in self.facts.outgoing_messages
            if row.contract == contract and row.state == "sent" and not row.collapse
            if topic in {"", row.topic} and row.destination.startswith(destination)
        ]

    def stands(self, row: Any) -> tuple[Any, Any]:
        """The channel of a message, and its message there."""
        return self.facts.places[row.metadata_id][0]

    def direct(self, person_id: str, contract: str = "rivage") -> Any:
        """Somebody's conversation with the bot."""
        user = self.user(person_id, contract)
        return next(
            channel
            for channel in self.facts.slack.channels.values()
            if channel.is_direct and {user, self.facts.slack.bot} <= set(channel.members)
        )

    def user(self, person_id: str, contract: str = "rivage") -> str:
        """Somebody's account."""
        mine = next(c for c in self.facts.contracts if c.id == contract)
        return self.facts.slack.accounts[mine.person(person_id).email.casefold()]

"""A burst: ladder steps all due at one instant, drained by bots that are killed again and again.

Then they are counted: each step of each incident happened once. Slack sets no limits here, so that
as many messages as possible are on their way when a bot dies.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, func, select

from bench.seed import STEP, contract, contract_text, incident, seed
from config.contract.file import recall_contract
from escalation.plan.memory import Memory
from escalation.records.kinds import INCIDENT
from store.database import Store
from store.errors import DatabaseTrouble
from store.schema.tables import UNSENT, outbox, timers
from tests.kills.board import IDLE, PHASES
from tests.kills.checks import Verdict, facts_of, rest, verdict
from tests.kills.run import REPLICAS
from tests.kills.strikes import KILL, POSTMASTER
from tests.kills.town import SLOW_SECONDS, Town
from tests.simulation.invariants import Facts

HUNT_SECONDS = 5.0
REST_SECONDS = 900.0
EACH_POSTMASTER = 5  # of so many kills on PostgreSQL one is of the server itself
LADDER = "ladder."
TIMERS = "timers"
LETTERS = (
    "letter: taken",
    "letter: on its way",
    "letter: sent, not recorded",
    "letter: in the commit",
)


@dataclass
class Outcome:
    """What one burst came to."""

    database: str
    seed: int
    count: int
    seconds: float
    drained: float  # seconds until the last step was made
    strikes: Counter[str]
    phases: Counter[str]
    once: int
    twice: int
    never: int
    messages: int
    verdict: Verdict

    @property
    def broken(self) -> bool:
        """Whether anything was lost, or done twice."""
        return bool(self.verdict.broken or self.verdict.lost or self.twice or self.never)

    def as_data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "database": self.database,
            "replicas": REPLICAS[self.database],
            "seed": self.seed,
            "burst": self.count,
            "seconds": round(self.seconds, 1),
            "drained_seconds": round(self.drained, 1),
            "strikes": dict(self.strikes),
            "phases": {phase: self.phases[phase] for phase in (*PHASES, IDLE)},
            "once": self.once,
            "twice": self.twice,
            "never": self.never,
            "messages": self.messages,
            **asdict(self.verdict),
        }

    def table(self) -> str:
        """For people."""
        found = self.verdict
        where = f"{self.database}, {REPLICAS[self.database]} replica(s)"
        lines = [
            f"burst of {self.count:,}, {where}, seed {self.seed}, {self.seconds:.0f} s",
            f"  all steps made within {self.drained:.1f} s",
            *(f"  {count:5}  {what}" for what, count in self.strikes.most_common()),
            "  kills that hit (one kill may hit several):",
            *(f"  {self.phases[p]:5}  {p}" for p in (*PHASES, IDLE) if self.phases[p]),
            f"  steps made once: {self.once}, twice: {self.twice}, never: {self.never}",
            f"  {found.outgoing_messages} in the outbox, {self.messages} at Slack",
            f"  lost: {found.lost}, repeated: {found.repeated}, broken: {len(found.broken)}",
            *(f"    {each}" for each in found.broken[:20]),
        ]
        return "\n".join(lines)


async def burst(database: str, *, count: int, kills: int, seed: int) -> Outcome:
    """Play one burst in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="escalade-burst-") as folder:
        return await _burst(Path(folder), database, count, kills, seed)


async def _burst(folder: Path, database: str, count: int, kills: int, number: int) -> Outcome:
    began = perf_counter()
    async with Town.built(folder, database, text=contract_text(), speed=1, pace=False) as town:
        due = town.clock.now()
        async with Store(town.direct, read_contract=recall_contract) as store:
            await seed(store, count, lambda _: due)
        slots = range(REPLICAS[database])
        killer = _Killer(town, kills, random.Random(number))  # noqa: S311  the same each time
        started = perf_counter()
        for slot in slots:
            await town.start(slot)
        drained = await killer.run(list(slots), due) - started
        late = ""
        try:
            await rest(town, REST_SECONDS)
        except TimeoutError:
            late = "the bots did not come to rest"
        town.stopped_at = town.clock.now()
        await town.stop()
        found = await verdict(town, None)
        found.broken += [late] if late else []
        facts = await facts_of(town)
        made, wrong = _steps(facts, due, count)
        found.broken += wrong
        return Outcome(
            database=database,
            seed=number,
            count=count,
            seconds=perf_counter() - began,
            drained=drained,
            strikes=killer.strikes,
            phases=killer.phases,
            once=made[1],
            twice=sum(times for times in made if times > 1 and made[times]),
            never=made[0],
            messages=len(facts.messages),
            verdict=found,
        )


class _Killer:
    """Kills whoever has timers in hand while any are due, then whoever has messages in hand."""

    def __init__(self, town: Town, kills: int, chance: random.Random) -> None:
        self._town = town
        self._kills = kills
        self._chance = chance
        self.strikes: Counter[str] = Counter()
        self.phases: Counter[str] = Counter()

    async def run(self, slots: list[int], due: datetime) -> float:
        """Kill until the kills are spent or all is done; when the last step was made."""
        drained = 0.0
        while True:
            steps, outgoing_messages = await self._left(due)
            if not steps:
                drained = drained or perf_counter()
            struck = self.strikes.total()
            # two thirds of the kills for the steps, or what of it their time was enough for
            if struck >= self._kills or not steps + outgoing_messages:
                if drained:
                    return drained
                await asyncio.sleep(0.02)
            elif steps and struck >= self._kills * 2 // 3:
                await asyncio.sleep(0.02)
            else:
                await self._strike(slots, TIMERS if steps else self._chance.choice(LETTERS))

    async def _left(self, due: datetime) -> tuple[int, int]:
        """How many steps are still to be made, and how many messages to be sent."""
        step = (timers.c.name == STEP) & (timers.c.due <= due)

        def left(c: Connection) -> tuple[int, int]:
            outgoing_messages = (
                select(func.count()).select_from(outbox).where(outbox.c.state.in_(UNSENT))
            )
            steps = select(func.count()).select_from(timers).where(step)
            return int(c.execute(steps).scalar_one()), int(
                c.execute(outgoing_messages).scalar_one()
            )

        async with asyncio.timeout(SLOW_SECONDS):
            while True:
                with suppress(DatabaseTrouble):  # PostgreSQL may be killed, and slow to come back
                    return await self._town.reading.read(lambda tx: left(tx.connection))

    async def _strike(self, slots: list[int], kind: str) -> None:
        town, chance = self._town, self._chance
        slot = await self._busy(slots, kind)
        if kind == TIMERS:  # or no batch would ever end
            await asyncio.sleep(chance.uniform(0.0, 0.12))
        if town.postgres is not None and (self.strikes.total() + 1) % EACH_POSTMASTER == 0:
            await asyncio.to_thread(town.postgres.kill)
            await asyncio.to_thread(town.postgres.start)
            self.strikes[POSTMASTER] += 1
            return
        self.phases.update(await town.kill(slot) or {IDLE})
        await town.start(slot)
        self.strikes[KILL] += 1

    async def _busy(self, slots: list[int], kind: str) -> int:
        """Wait for a replica that has such a thing in hand."""
        loop = asyncio.get_running_loop()
        end = loop.time() + HUNT_SECONDS
        while loop.time() < end:
            for slot in self._chance.sample(slots, len(slots)):
                if any(phase.startswith(kind) for phase in self._town.board.row(slot)):
                    return slot
            await asyncio.sleep(0.0005)
        return self._chance.choice(slots)


def _steps(facts: Facts, due: datetime, count: int) -> tuple[Counter[int], list[str]]:
    """How often the step of each incident was made, and what is not as one step leaves it."""
    one = _one_step(due)
    lines: dict[str, Counter[str]] = defaultdict(Counter)
    outgoing_messages: dict[str, Counter[str]] = defaultdict(Counter)
    for line in facts.lines:
        if line.action.startswith(LADDER):
            lines[line.subject][line.action] += 1
    for row in facts.outgoing_messages:
        outgoing_messages[row.subject][f"{row.topic} to {row.destination}"] += 1
    first = next(iter(one.lines))
    made: Counter[int] = Counter()
    wrong = []
    for record in facts.records:
        made[lines[record.id][first] // one.lines[first]] += 1
        if lines[record.id] != one.lines:
            wrong.append(f"{record.id} has the lines {dict(lines[record.id])}")
        if outgoing_messages[record.id] != one.outgoing_messages:
            wrong.append(f"{record.id} has the letters {dict(outgoing_messages[record.id])}")
        if record.alarms != one.alarms:
            wrong.append(f"{record.id} is not as its step leaves it: {record.alarms}")
    if len(facts.records) != count:
        wrong.append(f"{len(facts.records)} incidents of {count}")
    return made, wrong


@dataclass
class _Step:
    """What one step leaves behind."""

    lines: Counter[str]
    outgoing_messages: Counter[str]
    alarms: Any


def _one_step(due: datetime) -> _Step:
    """The same step, made alone, in memory."""
    memory = Memory(contract())
    memory.put(incident(1, due))
    timer = memory.due()
    assert timer is not None
    memory.fire(timer, due)
    return _Step(
        lines=Counter(
            sealed.line.action for sealed in memory.chain if sealed.line.action.startswith(LADDER)
        ),
        outgoing_messages=Counter(f"{e.topic} to {e.to}" for _, e in memory.outbox),
        alarms=memory.get(INCIDENT, contract().id, "INC-0001").alarms,
    )

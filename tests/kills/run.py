"""One run: a town at work, so many strikes, then what must be true."""

from __future__ import annotations

import asyncio
import random
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.kills.board import IDLE, PHASES
from tests.kills.checks import Verdict, rest, verdict
from tests.kills.load import Load
from tests.kills.strikes import Striker, Struck, plan
from tests.kills.town import Town
from tests.simulation.contracts import CONTRACTS

REPLICAS = {"sqlite": 1, "postgresql": 3}


@dataclass
class Outcome:
    """What one run came to."""

    database: str
    seed: int
    seconds: float
    struck: Struck
    verdict: Verdict
    repeated_deliveries: int

    @property
    def broken(self) -> bool:
        """Whether a promise was broken, or anything lost."""
        return bool(self.verdict.broken or self.verdict.lost)

    def as_data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "database": self.database,
            "replicas": REPLICAS[self.database],
            "seed": self.seed,
            "seconds": round(self.seconds, 1),
            "strikes": dict(self.struck.strikes),
            "phases": {phase: self.struck.phases[phase] for phase in (*PHASES, IDLE)},
            "deliveries_repeated_by_slack": self.repeated_deliveries,
            **asdict(self.verdict),
        }

    def table(self) -> str:
        """For people."""
        found = self.verdict
        where = f"{self.database}, {REPLICAS[self.database]} replica(s)"
        size = (
            f"{found.records} records, {found.lines} journal lines, "
            f"{found.outgoing_messages} messages"
        )
        lines = [
            f"{where}, seed {self.seed}, {self.seconds:.0f} s",
            *(f"  {count:5}  {what}" for what, count in self.struck.strikes.most_common()),
            "  kills that hit (one kill may hit several):",
            *(f"  {self.struck.phases[phase]:5}  {phase}" for phase in (*PHASES, IDLE)),
            f"  {size}, {found.pings} of them calls",
            f"  {self.repeated_deliveries} deliveries of Slack came again",
            f"  {found.events} events of monitoring were acknowledged",
            f"  lost: {found.lost}, repeated: {found.repeated}, broken: {len(found.broken)}",
            *(f"    {each}" for each in found.broken[:20]),
        ]
        return "\n".join(lines)


async def run(database: str, *, kills: int, seed: int) -> Outcome:
    """Play one run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="escalade-kills-") as folder:
        return await _run(Path(folder), database, kills, seed)


async def _run(folder: Path, database: str, kills: int, seed: int) -> Outcome:
    chance = random.Random(seed)  # noqa: S311  the same strikes each time
    began = perf_counter()
    replicas = REPLICAS[database]
    async with Town.built(folder, database, text=CONTRACTS[0]) as town:
        for slot in range(replicas):
            await town.start(slot)
        await town.up()
        load, striker = Load(town, chance), Striker(town, replicas, chance)
        playing = asyncio.create_task(load.run())
        try:
            striking = asyncio.create_task(striker.run(plan(kills, database, chance)))
            await asyncio.wait({playing, striking}, return_when=asyncio.FIRST_COMPLETED)
            load.over.set()
            await striking
            await playing
        finally:
            playing.cancel()
            striking.cancel()
            await asyncio.gather(playing, striking, return_exceptions=True)
        late = ""
        try:
            await rest(town)
        except TimeoutError:
            late = "the bots did not come to rest"
        town.stopped_at = town.clock.now()
        await town.stop()
        found = await verdict(town, load)
        found.broken += [late] if late else []
        return Outcome(
            database=database,
            seed=seed,
            seconds=perf_counter() - began,
            struck=striker.struck,
            verdict=found,
            repeated_deliveries=town.repeated_deliveries,
        )

"""One history: what happens in it follows from its seed."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from traceback import format_exc

from tests.simulation.contracts import CONTRACTS
from tests.simulation.facts import everything, gather, minutes
from tests.simulation.foreseen import plan_comes_true
from tests.simulation.invariants import broken
from tests.simulation.machine import Machine
from tests.simulation.memories import Memory, memory_for
from tests.simulation.people import Crowd
from tests.simulation.seen import Seen, monitoring
from tests.simulation.sources import Sources
from tests.simulation.troubles import Troubles
from tests.simulation.wires import play
from tests.simulation.world import Restless, World

BEGINNINGS = (
    "2026-06-10T10:00:00+02:00",  # a working day
    "2026-06-12T17:40:00+02:00",  # a Friday, coverage about to end
    "2026-06-30T23:57:00+02:00",  # midnight, the end of a month
    "2026-03-28T23:30:00+01:00",  # the night that loses an hour
    "2026-10-24T23:30:00+02:00",  # the night that gains one
    "2026-07-13T17:50:00+02:00",  # the eve of a holiday, somebody absent
    "2026-12-31T23:50:00+01:00",  # the end of a year
    "2026-05-14T09:00:00+02:00",  # a holiday, and a closed day behind it
    "2026-08-15T08:55:00+02:00",  # a swap on duty
    "2026-08-03T08:00:00+02:00",  # the first day of an absence
)
LONGEST_SECONDS = 180.0  # of work: however busy the machine is with other things
SETTLING = timedelta(minutes=25)  # longer than any lease and any pause


@dataclass
class Told:
    """What came of a history."""

    seed: int
    replicas: int = 0  # on PostgreSQL; 0 is one bot on SQLite
    lines: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    digest: str = ""

    def report(self) -> str:
        """What to read when it failed."""
        last = "\n".join(f"    {line}" for line in self.lines[-25:])
        faults = "\n".join(f"  ✗ {line}" for line in self.broken)
        again = f"to play it again: make simulate SEED={self.seed}"
        if self.replicas:  # the server serves in its own order
            again += (
                f" DATABASE=postgresql REPLICAS={self.replicas} (the same choices, not exactly)"
            )
        return f"seed {self.seed}\n{last}\n{faults}\n  {again}"


def tell(seed: int, replicas: int = 0) -> Told:
    """Play the history of a seed: with one bot on SQLite, or with replicas on PostgreSQL."""
    told = Told(seed, replicas)
    memory = memory_for(replicas)

    async def whole(machine: Machine, rng: Random) -> None:
        with monitoring(machine) as seen:
            await _History(machine, rng, seen, told, memory).run()

    try:
        with _bounded():
            play(seed, whole)
    except Endless:
        told.broken.append(f"it never ends:\n{format_exc(limit=-12)}")
    except Exception:  # noqa: BLE001  whatever it is, it is said of this history alone
        told.broken.append(f"it could not be told:\n{format_exc(limit=-12)}")
    return told


class Endless(KeyboardInterrupt):  # nothing may swallow it
    """A history took longer than any should."""


@contextmanager
def _bounded() -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class _History:
    def __init__(
        self, machine: Machine, rng: Random, seen: Seen, told: Told, memory: Memory
    ) -> None:
        self._machine = machine
        self._rng = rng
        self._seen = seen
        self._told = told
        self._quiet = rng.random() < 0.08
        weights = (60, 35, 4, 1) if memory.shared else (50, 30, 15, 5)
        self._acts = rng.choices((4, 10, 24, 60), weights=weights)[0]
        contracts: Sequence[str] = CONTRACTS[: rng.choice((1, 2))]
        start = datetime.fromisoformat(rng.choice(BEGINNINGS))
        self._world = World(machine, contracts=contracts, at=start, memory=memory)
        self._crowd = Crowd(self._world, rng)
        self._troubles = Troubles(self._world, rng)
        self._sources = Sources(self._world, rng)

    def _say(self, words: str) -> None:
        at = self._world.clock.now().strftime("%m-%d %H:%M:%S.%f")[:-3]
        self._told.lines.append(f"{at} {words}")

    async def run(self) -> None:
        """From the beginning to the invariants."""
        with minutes(self._world.clock.now) as seen_minutes:
            async with self._world as world:
                try:
                    await world.start_all()
                    if self._quiet:
                        await self._nobody_acts()
                    else:
                        await self._things_happen()
                    await self._settle()
                    found = broken(
                        await gather(
                            world,
                            self._seen,
                            seen_minutes,
                            late=self._troubles.late,
                            sources=self._sources,
                        )
                    )
                except Restless as restless:
                    found = [str(restless)]
                self._told.broken = [*found, *self._told.broken]
                self._told.digest = await self._digest()

    async def _things_happen(self) -> None:
        for number in range(self._acts):
            dice = self._rng.random()
            if not number and dice < 0.9:
                deed = self._crowd.opening()
                self._say(f"{deed.words} → {await deed.done()}")
                await self._world.rest()
            elif dice < 0.01:
                await self._storm()
            elif dice < 0.08:
                self._say(await self._sources.next())
                await self._world.rest()
            elif dice < 0.62:
                await self._act()
            elif dice < 0.8:
                await self._pass_time()
            else:
                self._say(await self._troubles.next())

    async def _act(self) -> None:
        several = self._rng.choice((2, 3, 8) if self._world.memory.shared else (1, 1, 1, 2, 3, 8))
        deeds = [self._crowd.next() for _ in range(several)]
        results = await asyncio.gather(*(deed.done() for deed in deeds))
        if not self._world.bots and self._rng.random() < 0.7:
            self._say(f"started again: {await self._world.start_all()}")
        for deed, result in zip(deeds, results, strict=True):
            self._say(f"{deed.words} → {result}")
        if self._rng.random() < 0.8:
            await self._world.rest()

    async def _storm(self) -> None:
        """Many incidents are opened at once."""
        deeds = [self._crowd.opening() for _ in range(self._rng.choice((10, 20, 30)))]
        results = await asyncio.gather(*(deed.done() for deed in deeds))
        self._say(f"a storm: {len(deeds)} incidents are opened → {Counter(results)}")
        await self._world.pass_time(timedelta(seconds=self._rng.choice((1, 20))))

    async def _pass_time(self) -> None:
        if self._world.memory.shared and self._rng.random() < 0.5:
            await asyncio.sleep(1.5)  # replicas look after one another meanwhile
        minutes = self._rng.choice((1, 4, 5, 14, 16, 31, 65, 130, 300))
        if self._rng.random() < 0.15:
            self._say(f"the clock jumps {minutes} minutes")
            self._world.clock.set_to(self._world.clock.now() + timedelta(minutes=minutes))
            await self._world.rest()
        else:
            self._say(f"{minutes} minutes pass")
            await self._world.pass_time(timedelta(minutes=minutes))

    async def _nobody_acts(self) -> None:
        """One incident is opened, and nobody does anything: the plan must come true."""
        self._told.broken += await plan_comes_true(self._world, self._rng, self._say)

    async def _settle(self) -> None:
        """All troubles end, and time enough passes."""
        self._say("all troubles end")
        await self._troubles.end()
        self._told.lines += await self._sources.all_again()
        await self._world.pass_time(SETTLING)

    async def _digest(self) -> str:
        """All that the database and Slack hold, in one number."""
        return sha256(
            "\n".join([*self._told.lines, *await everything(self._world)]).encode()
        ).hexdigest()

"""`make bench`: measure, print the table, write out/bench.json.

`make bench ONLY=burst` measures one part; SCALE=small makes everything small, to see that it runs.
A part that fails is said to have failed, and why; what the others measured stands, and the exit
status is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from functools import partial
from pathlib import Path

from bench.figures import Failure, Figure, show, write
from bench.ground import POSTGRESQL, SQLITE
from bench.parts.archive import archive
from bench.parts.burst import burst, curve, large, machine, replicas
from bench.parts.flood import flood
from bench.parts.growth import contracts, starts, years
from bench.parts.idle import idle
from bench.parts.latency import latency
from bench.parts.queue import queue
from bench.parts.recovery import recovery
from bench.parts.restart import restart
from bench.parts.start import start
from bench.parts.steady import steady
from bench.parts.storm import storm
from bench.parts.takeover import takeover, word
from bench.parts.vanished import vanished
from bot.clock import FlowingClock

BOTH = (SQLITE, POSTGRESQL)
PART_SECONDS = 3600.0  # after which a part is given up: it hangs
Part = Callable[[], Awaitable[list[Figure]]]


def parts(*, small: bool) -> dict[str, list[Part]]:
    """What can be measured, by name."""
    many, times = (300, 1) if small else (10_000, 3)
    sizes = (1_000, 3_000) if small else (1_000, 10_000, 100_000, 1_000_000)
    seconds = 1.0 if small else 8.0
    idle_seconds = 1.0 if small else 10.0
    closed = (50, 100) if small else (1_000, 10_000, 100_000)
    agreed = (1, 3) if small else (1, 100, 1_000)
    growth_times = 3 if small else 30
    rates = (50,) if small else (167, 1000)
    return {
        "machine": [partial(machine, each, many) for each in BOTH],
        "burst": [
            *(partial(burst, each, many, times) for each in BOTH),
            *(partial(large, each, 10 * many) for each in BOTH),
        ],
        "replicas": [partial(replicas, many, times)],
        "steady": [partial(steady, each, rate, seconds) for each in BOTH for rate in rates],
        "idle": [partial(idle, each, size, idle_seconds) for each in BOTH for size in sizes[-2:]],
        "curve": [partial(curve, each, (size,), many // 5) for each in BOTH for size in sizes],
        "queue": [partial(queue, each, sizes[1:]) for each in BOTH],
        "latency": [partial(latency, each, many, 32 if small else 400) for each in BOTH],
        "flood": [partial(flood, SQLITE, 10 if small else 100)],
        "recovery": [partial(recovery, each, many) for each in BOTH],
        "takeover": [partial(takeover, 1 if small else 5)],
        "vanished": [vanished],
        "growth": [
            *(partial(years, each, closed, growth_times) for each in BOTH),
            *(partial(contracts, each, agreed, growth_times) for each in BOTH),
            *(partial(starts, each, agreed) for each in BOTH),
        ],
        "storm": [partial(storm, each, many) for each in BOTH],
        "archive": [partial(archive, each, closed[::2], growth_times) for each in BOTH],
        "start": [partial(start, 1 if small else 15)],
        "restart": [partial(restart, 1 if small else 9)],
        "word": [partial(word, 0.3 if small else 3.0, times)],
    }


async def measure(
    names: Sequence[str],
    measurable: Mapping[str, Sequence[Part]],
    figures: list[Figure],
    failures: list[Failure],
) -> None:
    """Measure the machine, then these parts, one after another, saying which.

    What is found is added to `figures` at once, and what raised or took longer than PART_SECONDS
    to `failures`: whatever ends the measuring, what was found until then stands.
    """
    for name in dict.fromkeys(["machine", *names]):
        for part in measurable[name]:
            sys.stderr.write(f"{name} …\n")
            try:
                async with asyncio.timeout(PART_SECONDS) as bound:
                    found = await part()
            except Exception as error:  # noqa: BLE001  whatever it is, it is said of this part alone
                late = f"not done within {PART_SECONDS:g} seconds"
                why = late if bound.expired() else f"{type(error).__name__}: {error}"
                failure = Failure(part=name, given=_given(part), why=why)
                failures.append(failure)
                sys.stderr.write(f"  {failure}\n")
                continue
            figures += found
            for figure in found:
                sys.stderr.write(
                    f"  {figure.database} {figure.what}: {figure.value:.2f} {figure.unit}\n"
                )


def _given(part: Part) -> str:
    """What a part measures: its database, and how much."""
    return ", ".join(map(str, part.args)) if isinstance(part, partial) else "all of it"


def main() -> int:
    """Measure, print, write; 1 where a part failed."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", default="", help="parts, parted by commas")
    parser.add_argument("--scale", choices=("full", "small"), default="full")
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"))
    given = parser.parse_args()
    known = list(parts(small=True))
    names = [name for name in given.only.split(",") if name] or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    figures: list[Figure] = []
    failures: list[Failure] = []
    try:
        asyncio.run(measure(names, parts(small=given.scale == "small"), figures, failures))
    finally:
        _tell(figures, failures, given.out)
    return bool(failures)


def _tell(figures: list[Figure], failures: list[Failure], out: Path) -> None:
    now = FlowingClock.starting().now().astimezone(UTC)
    about = {
        "at": now.isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    heading = f"Escalade, {about['at']}, {about['cores']} cores, Python {about['python']}"
    show(figures, heading, failures)
    write(figures, out, about, failures)


if __name__ == "__main__":
    sys.exit(main())

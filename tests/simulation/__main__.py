"""`python -m tests.simulation`: play histories, and say which break a promise."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from tests.simulation.history import Told, tell
from tests.simulation.memories import prepare

MOST_SHOWN = 5


def main() -> int:
    """Play histories; 1 where one of them broke a promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=500, metavar="N")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first seed")
    parser.add_argument("--seed", type=int, help="play this one alone, and tell it")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument(
        "--replicas", type=int, choices=(1, 2, 3), help="on PostgreSQL; else 2 or 3"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets must follow from the seed
        os.execve(  # noqa: S606  ourselves again
            sys.executable,
            [sys.executable, "-m", "tests.simulation", *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    if given.seed is not None:
        prepare(given.database)
        told = tell(given.seed, _replicas(given, given.seed))
        print("\n".join(told.lines))
        print(told.report() if told.broken else f"seed {told.seed}: every promise was kept")
        return bool(told.broken)
    return _many(given)


def _replicas(given: argparse.Namespace, seed: int) -> int:
    if given.database == "sqlite":
        return 0
    return int(given.replicas or 2 + seed % 2)


def _many(given: argparse.Namespace) -> int:
    seeds = range(given.first, given.first + given.histories)
    replicas = [_replicas(given, seed) for seed in seeds]
    began = time.perf_counter()
    failed: list[Told] = []
    played = 0
    with ProcessPoolExecutor(
        given.jobs, get_context("spawn"), initializer=prepare, initargs=(given.database,)
    ) as pool:
        try:
            for told in pool.map(tell, seeds, replicas, chunksize=4):
                played += 1
                if told.broken:
                    failed.append(told)
                    if len(failed) <= MOST_SHOWN:
                        print(told.report(), end="\n\n", flush=True)
        except BrokenProcessPool as died:
            print(f"NOT PLAYED: from seed {given.first + played} on: {died}")
    seconds = time.perf_counter() - began
    where = "one bot on SQLite" if given.database == "sqlite" else "replicas on PostgreSQL"
    print(
        f"{played} histories ({where}) in {seconds:.0f} s, of which {len(failed)} broke a promise"
    )
    if failed:
        print("seeds:", *(told.seed for told in failed))
    return bool(failed) or played < len(seeds)


if __name__ == "__main__":
    sys.exit(main())

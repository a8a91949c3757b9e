"""`python -m tests.kills`: kill bots again and again, and say what was lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import traceback
from pathlib import Path

from tests.kills.burst import Outcome as Burst
from tests.kills.burst import burst
from tests.kills.run import REPLICAS, Outcome, run


def main() -> int:
    """Run on each database; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=tuple(REPLICAS), action="append")
    parser.add_argument("--burst", type=int, default=0, metavar="N", help="N timers at one instant")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    kills = given.kills or (max(given.burst // 75, 6) if given.burst else 200)
    file = given.out or Path("out") / ("burst.json" if given.burst else "kills.json")
    outcomes: list[Outcome | Burst] = []
    failed = False
    for database in given.database or REPLICAS:
        outcome: Outcome | Burst
        try:
            if given.burst:
                outcome = asyncio.run(
                    burst(database, count=given.burst, kills=kills, seed=given.seed)
                )
            else:
                outcome = asyncio.run(run(database, kills=kills, seed=given.seed))
        except Exception:  # noqa: BLE001  whatever it is, it is said of this database alone
            failed = True
            print(f"{database}: FAILED\n{traceback.format_exc()}", flush=True)
            continue
        print(outcome.table(), end="\n\n", flush=True)
        outcomes.append(outcome)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([outcome.as_data() for outcome in outcomes], indent=2) + "\n")
    return failed or any(outcome.broken for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.kills`: kill bots again and again, and say what was lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.kills.run import REPLICAS, run


def main() -> int:
    """Run on each database; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=tuple(REPLICAS), action="append")
    parser.add_argument("--out", type=Path, default=Path("out/kills.json"))
    given = parser.parse_args()
    outcomes = []
    for database in given.database or REPLICAS:
        outcome = asyncio.run(run(database, kills=given.kills, seed=given.seed))
        print(outcome.table(), end="\n\n", flush=True)
        outcomes.append(outcome)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps([outcome.as_data() for outcome in outcomes], indent=2) + "\n")
    return any(outcome.verdict.broken or outcome.verdict.lost for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())

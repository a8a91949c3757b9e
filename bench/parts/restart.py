"""How soon a restart fires what is overdue, against the import of the bot's libraries alone.

Both are processor time from the beginning of the process: `escalade run` up to the line of the log
that says that timers fired, and a process that imports each module of a library that the whole bot
imports, and nothing else.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import Figure, p50
from bench.ground import SQLITE, fresh, started
from bench.parts.burst import DUE
from bench.parts.start import MAIN, installed
from bench.seed import seed
from config.defaults import EXAMPLE

MOST = 1.5
LIBRARIES = """
import sys, bot.cli.app, bot.cli.work.running, bot.app.wiring
for name, module in list(sys.modules.items()):
    if "site-packages" in (getattr(module, "__file__", None) or ""):
        print(name)
"""
SPENT = """
import os, sys, time
def spent():
    os.write(1, str(time.process_time()).encode())
    os._exit(0)
"""
UNTIL_FIRED = f"""{SPENT}
write = sys.stderr.write
sys.stderr.write = lambda text: spent() if "timers_fired" in text else write(text)
{MAIN}
"""
ENVIRON = {  # nothing hears at that address: what is overdue fires before Slack answers
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "SLACK_BOT_TOKEN": "xoxb-bench",
    "SLACK_APP_TOKEN": "xapp-bench",
    "ESCALADE_CONTRACTS": str(EXAMPLE),
}


async def restart(times: int) -> list[Figure]:
    """Measure one after the other, `times` rounds; the medians count."""
    floors, fired = [], []
    with tempfile.TemporaryDirectory(prefix="escalade-bench-") as made:
        folder = Path(made)
        names = (await _printed(folder, LIBRARIES)).split()  # which leaves the byte code
        libraries = "\n".join(f"import {name}" for name in names)
        floor = folder / "floor.py"
        floor.write_text(f"{SPENT}\n{libraries}\nspent()\n")
        for _ in range(times):
            floors.append(float(await _printed(folder, f"exec(open({str(floor)!r}).read())")))
            with fresh(SQLITE) as url:
                async with started(url) as store:
                    await seed(store, 1, lambda _: DUE)
                fired.append(float(await _printed(folder, UNTIL_FIRED, "run", DATABASE_URL=url)))
    part = "restart with an overdue timer, processor time"
    return [
        Figure(part=part, database=SQLITE, what="libraries", value=1000 * p50(floors), unit="ms"),
        Figure(
            part=part,
            database=SQLITE,
            what="until it fired, against the libraries",
            value=p50(fired) / p50(floors),
            unit="×",
            most=MOST,
        ),
    ]


async def _printed(folder: Path, code: str, *words: str, **environ: str) -> str:
    """What a process prints; raises CalledProcessError where it fails."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, *words],
        env=installed(folder) | ENVIRON | environ,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout

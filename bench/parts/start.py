"""What a command costs to start, against a process that only imports typer and rich.

As where it is installed: with its byte code, which pip and the image make.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import Figure, p50
from config.defaults import EXAMPLE

ROOT = Path(__file__).parents[2]
FLOOR = "import typer, rich.console"
MAIN = "from bot.cli import main; main()"
COMMANDS: dict[str, tuple[list[str], float | None]] = {  # how it is typed, and its bound
    "--help": (["--help"], 2.5),
    "--version": (["--version"], 2.5),
    "check": (["check", str(EXAMPLE)], 6.0),
    "plan": (["plan"], 6.0),
    "schema": (["schema"], None),
    "journal --help": (["journal", "--help"], None),
    "rota --help": (["rota", "--help"], None),
}


async def start(times: int) -> list[Figure]:
    """Measure processor time, one process after the other, `times` rounds; the medians count."""
    with tempfile.TemporaryDirectory(prefix="escalade-bench-") as folder:
        floor, commands = await asyncio.to_thread(_medians, Path(folder), times)
    part = "start of a command, processor time"
    return [
        Figure(part=part, database="", what="typer, rich", value=1000 * floor, unit="ms"),
        *(
            Figure(
                part=part,
                database="",
                what=f"{command}, against typer, rich",
                value=seconds / floor,
                unit="×",
                most=COMMANDS[command][1],
            )
            for command, seconds in commands.items()
        ),
    ]


def _medians(folder: Path, times: int) -> tuple[float, dict[str, float]]:
    """The seconds of the floor, and of each command."""
    floors: list[float] = []
    taken: dict[str, list[float]] = {command: [] for command in COMMANDS}
    for words, _most in COMMANDS.values():
        _seconds(folder, MAIN, *words)  # leaves the byte code
    for _ in range(times):
        floors.append(_seconds(folder, FLOOR))
        for command, (words, _most) in COMMANDS.items():
            taken[command].append(_seconds(folder, MAIN, *words))
    return p50(floors), {command: p50(seconds) for command, seconds in taken.items()}


def installed(folder: Path) -> dict[str, str]:
    """The environment of a process that writes its byte code to that folder, and finds it there."""
    ours = ("ESCALADE_", "DATABASE_", "PYTHONDONTWRITEBYTECODE")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    code = str(folder / "bytecode")
    return environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": code}


def _seconds(folder: Path, code: str, *words: str) -> float:
    """The processor time of a process; raises CalledProcessError where it fails."""
    process = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env=installed(folder),
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return used.ru_utime + used.ru_stime

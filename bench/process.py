"""Jobs in processes of their own, so that time and memory are the job's alone.

`await run("steady", url=…)` in the parent is `python -m bench.process steady '{"url": …}'`, which
prints its result as one line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

JOBS = {
    "burst": "bench.burst",
    "steady": "bench.steady",
    "idle": "bench.idle",
    "workspace": "bench.workspace",
    "latency": "bench.latency",
    "recovery": "bench.recovery",
    "holder": "bench.takeover",
    "vanished": "bench.vanished",
    "vanishing": "bench.vanishing",
}


async def begin(job: str, inside: Sequence[str] = (), **given: Any) -> Process:
    """Start a job; it ends by itself, or when its standard input is closed.

    `inside` is the command that runs it elsewhere, such as in a namespace.
    """
    command = [*inside, sys.executable, "-m", "bench.process", job, json.dumps(given)]
    return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)


async def result(process: Process) -> dict[str, Any]:
    """The next line of a job, read as JSON; raises RuntimeError where it ends without."""
    if process.stdout is None:
        raise RuntimeError("the job's output is not read")
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"the job ended with {await process.wait()} and no result")
    found: dict[str, Any] = json.loads(line)
    return found


async def run(job: str, inside: Sequence[str] = (), **given: Any) -> dict[str, Any]:
    """Do a job, and give its result."""
    async with running(job, inside, **given) as process:
        return await result(process)


@asynccontextmanager
async def running(job: str, inside: Sequence[str] = (), **given: Any) -> AsyncIterator[Process]:
    """A job in the background; it is ended afterwards."""
    process = await begin(job, inside, **given)
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def told_to_go() -> None:
    """Wait until the parent writes a line, or closes the pipe."""
    await asyncio.to_thread(sys.stdin.readline)


def say(found: dict[str, Any]) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def quiet() -> None:
    """As in production: log lines below a warning cost nothing to speak of."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def main() -> None:
    """Do the job named on the command line."""
    job, given = sys.argv[1:]
    quiet()
    module = importlib.import_module(JOBS[job])
    gc.collect()
    asyncio.run(module.job(**json.loads(given)))


if __name__ == "__main__":
    main()

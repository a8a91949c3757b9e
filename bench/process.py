"""Jobs in processes of their own, so that time and memory are the job's alone.

`await run("steady", url=…)` in the parent is `python -m bench.process steady '{"url": …}'`, which
prints its result as one line of JSON; a job that raises says so in such a line.
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
    "burst": "bench.parts.burst",
    "steady": "bench.parts.steady",
    "idle": "bench.parts.idle",
    "workspace": "bench.workspace",
    "latency": "bench.parts.latency",
    "flooded": "bench.parts.flood",
    "flooding": "bench.flooding",
    "recovery": "bench.parts.recovery",
    "holder": "bench.parts.takeover",
    "vanished": "bench.parts.vanished",
    "vanishing": "bench.vanishing",
}


LONGEST_LINE = (
    64 * 2**20
)  # bytes; asyncio's own limit, 64 KiB, is less than a slow machine's samples
FAILED = "failed"  # the key under which a job says why it gives no result


class JobFailed(Exception):
    """A job gave no result; the text says why."""


async def begin(job: str, inside: Sequence[str] = (), **given: Any) -> Process:
    """Start a job; it ends by itself, or when its standard input is closed.

    `inside` is the command that runs it elsewhere, such as in a namespace.
    """
    command = [*inside, sys.executable, "-m", "bench.process", job, json.dumps(given)]
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )


async def result(process: Process) -> dict[str, Any]:
    """Read the next line of a job as JSON; raises JobFailed where there is none, or no result."""
    if process.stdout is None:
        raise RuntimeError("the job's output is not read")
    try:
        line = await process.stdout.readline()
    except ValueError:  # how StreamReader says it
        raise JobFailed(f"the job's line is longer than {LONGEST_LINE:,} bytes") from None
    if not line:
        raise JobFailed(f"the job ended with {await process.wait()} and no result")
    try:
        found = json.loads(line)
    except ValueError:
        raise JobFailed(f"the job said what is no result: {line[:80]!r}") from None
    if not isinstance(found, dict):
        raise JobFailed(f"the job said what is no result: {line[:80]!r}")
    if FAILED in found:
        raise JobFailed(found[FAILED])
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
    try:
        asyncio.run(module.job(**json.loads(given)))
    except Exception as error:
        say({FAILED: f"{type(error).__name__}: {error}"})
        raise


if __name__ == "__main__":
    main()

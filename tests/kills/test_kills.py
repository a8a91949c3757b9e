"""A few kills with every `make test`; `make kill` does many, on both databases."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.kills.board import IDLE, PHASES, Board, Step
from tests.kills.burst import burst
from tests.kills.run import run
from tests.kills.strikes import KILL
from tests.kills.wire import Wire


async def test_esc_7_killed_at_any_instant_nothing_is_lost_or_repeated() -> None:
    outcome = await run("sqlite", kills=8, seed=1)

    assert not outcome.verdict.broken, outcome.table()
    assert outcome.verdict.lost == 0, outcome.table()
    assert outcome.verdict.pings, "there was something to lose"
    assert outcome.verdict.processes, "of problems and changes too"
    assert outcome.verdict.events, "and of monitoring"
    assert sum(outcome.struck.phases[phase] for phase in (*PHASES, IDLE)) >= 8


async def test_esc_7_of_a_burst_under_kills_each_step_is_made_once() -> None:
    outcome = await burst("sqlite", count=300, kills=5, seed=1)

    assert not outcome.broken, outcome.table()
    assert outcome.once == 300
    assert outcome.strikes[KILL]
    assert outcome.messages >= 600, "each step is a call, and a card"


def test_the_board_says_what_a_killed_process_was_doing(tmp_path: Path) -> None:
    board = Board(tmp_path / "board")
    pid = os.fork()
    if not pid:
        Step.board, Step.slot = Board(tmp_path / "board"), 1
        done = Step("letter", PHASES[3])
        Step("letter", PHASES[4]).move(PHASES[5])
        done.move("")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)

    assert board.row(1) == {PHASES[5]}
    assert board.row(0) == set()
    board.clear(1)
    assert board.row(1) == set()


async def test_a_wire_that_hangs_passes_nothing_and_is_cut_then() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with Wire(server.sockets[0].getsockname()[1]) as wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
        writer.write(b"one")
        assert await reader.readexactly(3) == b"one"
        hanging = asyncio.create_task(wire.hang(0.2))
        await asyncio.sleep(0)
        writer.write(b"two")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(3)
        assert hanging.done()
        writer.close()
        again, out = await asyncio.open_connection("127.0.0.1", wire.port)
        out.write(b"three")
        assert await again.readexactly(5) == b"three"
        out.close()
    server.close()

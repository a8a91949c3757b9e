"""What each bot is doing right now, on a page of memory that outlives it.

A process writes what it is in the middle of; when it was killed, the page says what that was.
"""

from __future__ import annotations

import mmap
import struct
from contextvars import ContextVar
from pathlib import Path

PHASES = (
    "timers: being answered",
    "timers: in the commit",
    "letter: being taken",
    "letter: taken, not sent",
    "letter: on its way",
    "letter: sent, not recorded",
    "letter: in the commit of its record",
    "room: being made",
    "room: made, not marked",
    "room: marked, not recorded",
    "room: in the commit of its record",
    "report: its message stands, its file is on the way",
    "command: heard, not committed",
    "command: in the commit",
    "command: committed, not acknowledged",
    "event: heard, not answered",
)
IDLE = "nothing of these"
SLOTS = 8
WIDTH = 32


class Board:
    """A page with a row of counters for each replica."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(4 * SLOTS * WIDTH))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), 4 * SLOTS * WIDTH)

    def add(self, slot: int, phase: str, count: int) -> None:
        """One more, or one less, in that phase."""
        at = 4 * (slot * WIDTH + PHASES.index(phase))
        (now,) = struct.unpack_from("<i", self._page, at)
        struct.pack_into("<i", self._page, at, now + count)

    def row(self, slot: int) -> set[str]:
        """The phases a replica is in."""
        counts = struct.unpack_from(f"<{len(PHASES)}i", self._page, 4 * slot * WIDTH)
        return {phase for phase, count in zip(PHASES, counts, strict=True) if count > 0}

    def clear(self, slot: int) -> None:
        """A new process begins in that place."""
        struct.pack_into(f"<{WIDTH}i", self._page, 4 * slot * WIDTH, *([0] * WIDTH))


class Step:
    """One thing a process is doing, which moves from phase to phase."""

    board: Board
    slot: int

    def __init__(self, kind: str, phase: str) -> None:
        self.kind = kind
        self.phase = ""
        self.move(phase)

    def move(self, phase: str) -> None:
        """It is in that phase now; "" where it is done."""
        if self.phase:
            self.board.add(self.slot, self.phase, -1)
        self.phase = phase
        if phase:
            self.board.add(self.slot, phase, 1)


STEP: ContextVar[Step | None] = ContextVar("step", default=None)

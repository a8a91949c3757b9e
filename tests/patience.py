"""Patience that a busy machine cannot wear out: time counts only while the process gets to run.

A test waits for Slack's three seconds, for a socket, for a reply. On a machine that does something
else for five seconds in between, or gives this process every twentieth moment only, such a wait
ends although nothing is wrong. A bound that is merely larger is reached too, only more seldom, and
proves less. So the loop of the tests counts no step longer than a moment, however long it took:
three seconds are at least a hundred and fifty turns of the loop.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from typing import Any

MOMENT_SECONDS = 0.02  # the most that may pass from one look at the clock to the next
SLICE_SECONDS = 0.01  # an idle loop looks that often


class _Sliced(selectors.DefaultSelector):
    """Waits a slice at a time, so that a wait is not one long step."""

    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout if timeout is None else min(timeout, SLICE_SECONDS))


class PatientLoop(asyncio.SelectorEventLoop):
    """An event loop whose time stands still while the process does not run."""

    def __init__(self) -> None:
        self._counted = 0.0
        self._looked = time.monotonic()
        super().__init__(_Sliced())

    def time(self) -> float:
        """The seconds that this loop has had."""
        now = time.monotonic()
        self._counted += min(now - self._looked, MOMENT_SECONDS)
        self._looked = now
        return self._counted

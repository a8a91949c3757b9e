"""Messages under lease: nothing of one leaves where another dispatcher may hold it by then."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from bot.clock import Clock
from store.transaction.outbox_message import OutboxMessage


class Ends(NamedTuple):
    """The moment a lease is given up, a margin before it ends.

    By the clock that others hold it against, and on the loop, which ends what hangs.
    """

    at: datetime
    on_loop: float


class Hold:
    """A message in hand, from before it was claimed until it is done with."""

    def __init__(self, outgoing: OutboxMessage, ends: Ends, clock: Clock) -> None:
        self.outgoing = outgoing
        self.sending = False  # until then it is put into words, and has surely not left
        self.bound = asyncio.timeout_at(ends.on_loop)
        self._until = ends.at
        self._lost = False
        self._clock = clock

    def stands(self) -> bool:
        """Tell whether it is surely ours: asked right before each call, for a process may stop."""
        return not self._lost and self._clock.now() < self._until

    def renewed(self, still: Collection[int], ends: Ends) -> None:
        """Hold it longer, where it is still ours: all of it, once it is being sent.

        What cannot be put into words is given back before that.
        """
        ours = [each.number in still for each in self.outgoing.with_companions]
        self._lost = not (all(ours) if self.sending else any(ours))
        self._until = ends.at
        self.bound.reschedule(0.0 if self._lost else ends.on_loop)

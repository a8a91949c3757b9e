"""Waking whoever waits for a timer or for the outbox: in this process, and on other replicas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from store.engine.replicas import Replicas
from store.schema.tables import instant_of, microseconds
from store.transaction.transaction import Flushed

log = structlog.get_logger()

REPLICAS_LOOK = timedelta(seconds=1)  # every replica looks that often what is due


class Wakes:
    """Those to be called back: `armed` with a due time, `sent` where something is to be sent."""

    def __init__(self) -> None:
        self.armed: list[Callable[[datetime], object]] = []
        self.sent: list[Callable[[], object]] = []
        self.replicas: Replicas | None = None

    def hear_armed(self, due: int) -> None:
        """Tell that a timer was armed, here or elsewhere: due in microseconds since 1970."""
        if (instant := instant_of(due)) is not None:
            for armed in self.armed:
                armed(instant)

    def hear_sent(self) -> None:
        """Tell that something waits to be sent."""
        for sent in self.sent:
            sent()

    def committed(self, flushed: Flushed, now: datetime) -> None:
        """Wake whoever waits for this; it is committed, whatever befalls here."""
        try:
            if flushed.armed is not None:
                self.hear_armed(flushed.armed)
                if self.replicas is not None and flushed.armed <= microseconds(now + REPLICAS_LOOK):
                    self.replicas.tell_armed(flushed.armed)
            if flushed.sent:
                self.hear_sent()
                if self.replicas is not None:
                    self.replicas.tell_sent()
        except Exception:
            log.exception("whoever waits was not woken", action="not_woken")

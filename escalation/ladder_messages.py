"""Messages about escalations (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.effects import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Message):
    """To one person: you are called. `late` in seconds; `called` tells this call from others."""

    topic = "ping"
    urgent = True
    wakes = True
    ladder: str
    rung: int
    level: int
    level_name: str
    side: str
    number: int
    called: datetime | None  # None in what earlier versions wrote
    reason: str
    why: str
    note: str = ""
    by: str = ""
    peer: str = ""
    late: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerEscalated(Message):
    """To the peer of whoever escalated (ESC-2)."""

    topic = "peer_escalated"
    ladder: str
    level: int
    by: str
    reason: str
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Message):
    """Somebody gave their place to another."""

    topic = "handed_over"
    by: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStopped(Message):
    """The escalation is over, and why."""

    topic = "escalation_stopped"
    ladder: str
    why: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeOver(Message):
    """The pause is over."""

    topic = "snooze_over"
    ladder: str
    rung: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyReachable(Message):
    """A rung reaches nobody: to whom the contract names for that case."""

    topic = "nobody_reachable"
    urgent = True
    wakes = True
    ladder: str
    level: int
    level_name: str
    side: str
    late: int | None = None

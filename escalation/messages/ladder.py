"""Messages about escalations (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from datetime import datetime

from escalation.messages.effects import Message


class Ping(Message, topic="ping", urgent=True, wakes=True):
    """To one person: you are called. `late` in seconds; `called` tells this call from others.

    `why` is how the rung was reached, or why this person: "handed_over", "added", "called_anew";
    `silent` are the sides of which nobody had answered before.
    """

    ladder: str
    rung: int
    level: int
    level_name: str
    side: str
    number: int
    called: datetime | None  # None in what earlier versions wrote
    reason: str
    why: str
    silent: tuple[str, ...] = ()
    note: str = ""
    by: str = ""
    peer: str = ""
    late: int | None = None


class CountedAsTaken(Message, topic="counted_as_taken"):
    """To one person who is not called: the point is theirs already, and `why` (Rule ESC-5)."""

    ladder: str
    level: int
    level_name: str
    why: str


class Climbed(Message, topic="climbed"):
    """To whoever had it below the level that is called now, and why it is (Rule ESC-2)."""

    level: int
    level_name: str
    why: str
    silent: tuple[str, ...] = ()
    by: str = ""
    note: str = ""
    reached: tuple[str, ...]


class SettleAsked(Message, topic="settle_asked", urgent=True, asks=("ladder",)):
    """To the other side: somebody says that the point is settled; do you say so too (ESC-2)?"""

    ladder: str
    rung: int
    by: str
    note: str = ""


class PeerEscalated(Message, topic="peer_escalated"):
    """To the peer of whoever escalated (ESC-2)."""

    ladder: str
    level: int
    by: str
    reason: str
    reached: tuple[str, ...]


class HandedOver(Message, topic="handed_over"):
    """Somebody gave their place to another."""

    by: str
    person: str


class EscalationStopped(Message, topic="escalation_stopped"):
    """The escalation is over, and why."""

    ladder: str
    why: str
    by: str
    also: str = ""
    note: str = ""


class SnoozeOver(Message, topic="snooze_over"):
    """The pause is over."""

    ladder: str
    rung: int
    next_at: datetime | None


class NobodyReachable(Message, topic="nobody_reachable", urgent=True, wakes=True):
    """A rung reaches nobody: to whom the contract names for that case.

    With `opens`, a supplier's people are called from then on: to whoever asked (Rule ESC-3).
    """

    ladder: str
    level: int
    level_name: str
    side: str
    late: int | None = None
    opens: datetime | None = None

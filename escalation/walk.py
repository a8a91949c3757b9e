"""A walk up one ladder: where an escalation stands, side by side (Rules ESC-2, ESC-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """One call to one person. `due` is when the plan called for it."""

    person: str
    at: datetime
    number: int = 1  # the how-manieth call to this person at this rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursuit:
    """One side's people at the current rung, called in order until somebody acknowledges."""

    side: str  # "provider", "client" or a supplier's id
    queue: tuple[str, ...]
    pings: tuple[Ping, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    exhausted: bool = False

    @property
    def current(self) -> str | None:
        """Whoever answers for this side: the one who acknowledged, else the last one called."""
        if self.acknowledged_by:
            return self.acknowledged_by
        return self.pings[-1].person if self.pings else None

    def called(self, person: str) -> bool:
        """Whether this person was called at this rung."""
        return any(ping.person == person for ping in self.pings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk: `rung` indexes the ladder's rungs; each side has one pursuit."""

    ladder: str
    reason: str
    started_by: str
    started_at: datetime
    rung: int = 0
    rung_started_at: datetime
    sides: tuple[Pursuit, ...] = ()
    snoozed: bool = False
    ended_at: datetime | None = None
    ended_why: str = ""

    @property
    def active(self) -> bool:
        """Whether the walk goes on."""
        return self.ended_at is None

    def side(self, name: str) -> Pursuit:
        """The pursuit of that side; raises KeyError."""
        for pursuit in self.sides:
            if pursuit.side == name:
                return pursuit
        raise KeyError(name)

    def side_of(self, person: str) -> Pursuit | None:
        """The pursuit that called this person, or has them in its queue."""
        return next(
            (p for p in self.sides if p.called(person) or person in p.queue),
            None,
        )

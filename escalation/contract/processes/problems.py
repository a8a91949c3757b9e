"""Problem management (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value


class Rating(StrEnum):
    """An impact, or the priority of a problem (Rule PRB-2)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


_H, _M, _L = Rating.HIGH, Rating.MEDIUM, Rating.LOW
DEFAULT_TABLE: dict[Rating, dict[Rating, Rating]] = {
    _H: {_H: _H, _M: _H, _L: _M},
    _M: {_H: _H, _M: _M, _L: _L},
    _L: {_H: _M, _M: _L, _L: _L},
}


class Recurrence(Value):
    """The bound from which like incidents become a problem: so many of a component in that time.

    `like`: what per cent of the words of the shorter title the other one has too (Rule PRB-1).
    """

    incidents: int = 3
    within: Duration = Duration(seconds=30 * 86400)
    like: int = 80


class ProblemRules(Value):
    """Rules of the contract about problems.

    `priorities`: impact on the client → impact on the provider → priority (Rule PRB-2).
    """

    decided_at_level: int = 2
    analysis_within: Duration = Duration(days=10, clock=Clock.WORKING_DAYS)
    remind_every: Duration = Duration(days=2, clock=Clock.WORKING_DAYS)
    watched_for: Duration = Duration(seconds=30 * 86400)
    priorities: dict[Rating, dict[Rating, Rating]] = field(default_factory=lambda: DEFAULT_TABLE)
    recurrence: Recurrence = field(default_factory=Recurrence)

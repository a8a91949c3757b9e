"""On-call rotas: lists of people, changes from a day on, swaps (Rule CAL-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, kw_only=True)
class Override:
    """A swap in a rota: this person instead, from–to (aware, or in the contract's zone)."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class RotaChange:
    """From the hand-over of the day it `starts`, these take turns, the first of them first.

    Without `hand_over` or `turn_days`, those of before go on.
    """

    starts: date
    people: tuple[str, ...]
    hand_over: time | None = None
    turn_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rota:
    """On-call duty [astreinte]: people take turns from `starts`, handing over at `hand_over`.

    `changes` follow one another in time, each holding until the next.
    """

    id: str
    people: tuple[str, ...]
    starts: date
    hand_over: time = time(9, 0)
    turn_days: int = 7
    changes: tuple[RotaChange, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whom any of its lists names, each once."""
        lists = (self.people, *(change.people for change in self.changes))
        return tuple(dict.fromkeys(person for people in lists for person in people))

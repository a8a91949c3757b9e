"""On-call rotas: lists of people, changes from a day on, swaps (Rule CAL-1)."""

from __future__ import annotations

from datetime import date, datetime, time

from escalation.base.value import Value
from escalation.contract.hours import Hours


class Override(Value):
    """A swap in a rota: this person instead, from–to (aware, or in the contract's zone)."""

    person: str
    start: datetime
    end: datetime


class CoverOverride(Override):
    """The change that a cover in force makes to a rota: no field of the file (Rule CAL-6)."""

    instead_of: str
    cover: str


class RotaChange(Value):
    """From the hand-over of the day it `starts`, these take turns, the first of them first.

    Without `hand_over` or `turn_days`, those of before go on.
    """

    starts: date
    people: tuple[str, ...]
    hand_over: time | None = None
    turn_days: int | None = None


class Rota(Value):
    """On-call duty [astreinte]: people take turns from `starts`, handing over at `hand_over`.

    `changes` follow one another in time, each holding until the next. With `hours` the duty is only
    in these, of what lies outside coverage: nights, or week-ends; `days_off`: on public holidays
    and closed days too, before the others of its post (Rule CAL-6). Of those who keep it, one has
    to agree to each cover, where `keeper_agrees`.
    """

    id: str
    people: tuple[str, ...]
    starts: date
    hand_over: time = time(9, 0)
    turn_days: int = 7
    changes: tuple[RotaChange, ...] = ()
    overrides: tuple[Override, ...] = ()
    hours: Hours | None = None
    days_off: bool = False
    kept_by: tuple[str, ...] = ()
    keeper_agrees: bool = False
    name: str = ""  # as people read it; its id where it has none

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return whom any of its lists names, each once."""
        lists = (self.people, *(change.people for change in self.changes))
        return tuple(dict.fromkeys(person for people in lists for person in people))

"""Opening and coverage hours, days off and half-days (Rules CAL-1, CAL-2, CAL-5)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, time
from typing import NewType

from escalation.base.value import Value


class Window(Value):
    """One stretch of opening hours a day, on the days that it begins on; day 0 is Monday."""

    opens: time
    closes: time
    days: tuple[int, ...]


class Hours(Value):
    """Opening hours in the contract's time zone. Day 0 is Monday; `always` is round the clock.

    `also` are further windows: an afternoon, Friday until 17:00, Saturday morning (Rule CAL-5).
    """

    opens: time = time(7, 30)
    closes: time = time(18, 0)
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    always: bool = False
    also: tuple[Window, ...] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every window of a week."""
        return (Window(opens=self.opens, closes=self.closes, days=self.days), *self.also)


DayName = NewType("DayName", str)
"""A day as the file names it: "2026-12-24", "12-24" of each year, or a public holiday's name."""


class HalfDay(Value):
    """A day on which nothing is open before `opens`, or after `closes` (Rule CAL-5)."""

    day: DayName
    opens: time | None = None
    closes: time | None = None


class Coverage(Value):
    """Coverage hours, closed days and half-days (Rules CAL-1, CAL-2, CAL-5)."""

    hours: Hours = field(default_factory=Hours)
    country: str = "FR"
    region: str | None = None  # subdivision, e.g. "67" or "Alsace-Moselle"
    closed_days: tuple[date, ...] = ()
    public_holidays: bool = True
    worked_holidays: tuple[DayName, ...] = ()  # public holidays that are days like others
    half_days: tuple[HalfDay, ...] = ()

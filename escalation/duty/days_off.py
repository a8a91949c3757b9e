"""Days off, holidays that are worked, and half-days of a contract (Rules CAL-2, CAL-5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from escalation.contract import Coverage, DayName, HalfDay
from escalation.duty.public_holidays import holidays_named, public_holidays

_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")


def in_figures(name: DayName) -> bool:
    """Tell whether a day is written in figures, of one year or each; else it names a holiday."""
    return _DATE.fullmatch(name) is not None


def year_of(name: DayName) -> int | None:
    """The year that a day in figures says; None for a day of each year."""
    written = _DATE.fullmatch(name)
    return int(written[1]) if written and written[1] else None


def days_named(coverage: Coverage, names: Iterable[DayName], year: int) -> frozenset[date]:
    """The days of a year that these names mean: `2026-12-24`, `12-24` each year, or a holiday.

    A name that means nothing in that year gives no day. Raises ValueError for a country or region
    that is not known.
    """
    found: set[date] = set()
    for name in names:
        written = _DATE.fullmatch(name)
        if written is None:
            found |= holidays_named(coverage.country, coverage.region, name, year)
        elif int(written[1] or year) == year:
            found |= _day(year, int(written[2]), int(written[3]))
    return frozenset(found)


def _day(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:  # 29 February, in most years
        return set()


class DaysOff:
    """On which days a contract is closed, and on which for a part."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._years: dict[int, tuple[frozenset[date], dict[date, HalfDay]]] = {}

    def closed(self, day: date) -> bool:
        """Return whether `day` is a closed day, or a public holiday that is worked in no part."""
        return day in self._year(day.year)[0]

    def half(self, day: date) -> HalfDay | None:
        """The half-day that `day` is; None for a closed or a usual one."""
        return self._year(day.year)[1].get(day)

    def named(self, names: Iterable[DayName], day: date) -> bool:
        """Return whether one of the names means `day`."""
        return day in days_named(self._coverage, names, day.year)

    def _year(self, year: int) -> tuple[frozenset[date], dict[date, HalfDay]]:
        if year not in self._years:
            self._years[year] = self._look_up(year)
        return self._years[year]

    def _look_up(self, year: int) -> tuple[frozenset[date], dict[date, HalfDay]]:
        coverage = self._coverage
        halves = {
            day: half
            for half in coverage.half_days
            for day in days_named(coverage, (half.day,), year)
            if day not in coverage.closed_days
        }
        off = {day for day in coverage.closed_days if day.year == year}
        if coverage.public_holidays:
            worked = days_named(coverage, coverage.worked_holidays, year)
            off |= public_holidays(coverage.country, coverage.region, year) - worked - halves.keys()
        return frozenset(off), halves


@lru_cache(maxsize=1024)
def days_off(coverage: Coverage) -> DaysOff:
    """The days off of a contract, looked up once a year."""
    return DaysOff(coverage)

"""Public holidays, closed days, days that are worked, half-days (Rules CAL-2, CAL-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time

from config.checks.references import twice
from config.faults import Fault, Where, fault, resting
from config.fields import nearest
from config.meant import day
from escalation.contract import Contract, Coverage, DayName, HalfDay
from escalation.duty.days_off import DaysOff, days_named, in_figures, year_of
from escalation.duty.public_holidays import (
    SOME_YEARS,
    country_codes,
    holiday_names,
    knows_holiday,
    public_holidays,
    regions,
)

_ANY_YEAR = 2026
_DAYS_OFF: tuple[Where, ...] = (("coverage", "closed_days"), ("coverage", "half_days"))

Place = tuple[Where, DayName]


def holidays(contract: Contract) -> Iterator[Fault]:
    """The country and its region have known public holidays (Rule CAL-2)."""
    coverage = contract.coverage
    if not _known(coverage.country, None):
        codes = country_codes()
        suggestion = codes.get(nearest(coverage.country, codes), "")
        where: Where = ("coverage", "country")
        yield fault("unknown_country", where, value=coverage.country, suggestion=suggestion)
    elif not _known(coverage.country, coverage.region):
        known = regions(coverage.country)
        yield fault(
            "unknown_region",
            ("coverage", "region"),
            value=coverage.region,
            country=coverage.country,
            suggestion=nearest(coverage.region, known),
            known=known,
        )
    yield from twice("named_twice", _closed(coverage))


def special_days(contract: Contract) -> Iterator[Fault]:
    """Days that are named exist, and are what is said of them, once (Rules CAL-2, CAL-5)."""
    coverage = contract.coverage
    if not _known(coverage.country, coverage.region):
        return
    worked = _places(("coverage", "worked_holidays"), coverage.worked_holidays)
    halves: list[Place] = [
        (("coverage", "half_days", i, "day"), half.day) for i, half in enumerate(coverage.half_days)
    ]
    yield from _unknown(contract, (*worked, *halves))
    for where, name in worked:
        if _exists(coverage, name) and not _is_holiday(coverage, name):
            yield fault("not_a_holiday", where, value=name, country=coverage.country)
    closed = {name: where for where, name in reversed(_closed(coverage))}
    yield from twice("day_said_twice", [*((w, n) for n, w in closed.items()), *worked, *halves])
    for i, half in enumerate(coverage.half_days):
        yield from _half_day(coverage, ("coverage", "half_days", i), half)
    for i, group in enumerate(contract.groups):
        works = _places(("groups", i, "worked_days"), group.worked_days)
        yield from _unknown(contract, works)
        for where, name in works:
            if _exists(coverage, name) and not _is_off(coverage, name):
                found = fault("not_a_day_off", where, value=name, name=group.name)
                yield resting(found, _DAYS_OFF)
        yield from twice("named_twice", works)


def _places(where: Where, names: Iterable[DayName]) -> list[Place]:
    return [((*where, i), name) for i, name in enumerate(names)]


def _closed(coverage: Coverage) -> list[Place]:
    return _places(
        ("coverage", "closed_days"), (DayName(day.isoformat()) for day in coverage.closed_days)
    )


def _unknown(contract: Contract, places: Iterable[Place]) -> Iterator[Fault]:
    """A fault for each name that means no day in any year, with the holidays that there are."""
    coverage = contract.coverage
    for where, name in places:
        if _exists(coverage, name):
            continue
        if written := day(name):
            yield fault("day_as_on_paper", where, value=name, suggestion=written)
            continue
        known = holiday_names(coverage.country, coverage.region, contract.language)
        yield fault(
            "unknown_day",
            where,
            value=name,
            country=coverage.country,
            suggestion="" if in_figures(name) else nearest(name, known),
            known=known,
        )


def _half_day(coverage: Coverage, where: Where, half: HalfDay) -> Iterator[Fault]:
    """It says when it opens or closes, and leaves some of the coverage hours."""
    if half.opens is None and half.closes is None:
        yield fault("half_day_without_hours", where, value=half.day)
        return
    hours = coverage.hours
    opens, closes = half.opens or time.min, half.closes
    if not hours.always:
        opens = max(opens, min(window.opens for window in hours.windows))
        if closes is None and all(window.opens < window.closes for window in hours.windows):
            closes = max(window.closes for window in hours.windows)
    if closes is not None and closes <= opens:
        yield fault("half_day_never_open", where, value=half.day)


def _exists(coverage: Coverage, name: DayName) -> bool:
    if in_figures(name):
        return any(days_named(coverage, (name,), year) for year in _years(name))
    return knows_holiday(coverage.country, coverage.region, name)


def _is_holiday(coverage: Coverage, name: DayName) -> bool:
    country, region = coverage.country, coverage.region
    return coverage.public_holidays and any(
        days_named(coverage, (name,), year) & public_holidays(country, region, year)
        for year in _years(name)
    )


def _is_off(coverage: Coverage, name: DayName) -> bool:
    """Tell whether the contract is closed on that day, or on a part of it, in some year."""
    off = DaysOff(coverage)
    return any(
        off.closed(day) or off.half(day) is not None
        for year in {*_years(name), *(day.year for day in coverage.closed_days)}
        for day in days_named(coverage, (name,), year)
    )


def _years(name: DayName) -> Iterable[int]:
    """The year of a day that says its own; else some that have all there may be."""
    year = year_of(name)
    return SOME_YEARS if year is None else (year,)


def _known(country: str, region: str | None) -> bool:
    try:
        public_holidays(country, region, _ANY_YEAR)
    except ValueError:
        return False
    return True


CHECKS = (holidays, special_days)

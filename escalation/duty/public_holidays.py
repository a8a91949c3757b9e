"""Public holidays of a country or one of its regions (Rule CAL-2)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec

import holidays
from holidays.registry import COUNTRIES, EntityLoader

from escalation.contract import Coverage
from escalation.contract.names import folded, words

SOON = timedelta(days=183)  # the next year is published by then, and there is time to list it

# The library keeps the local law of Alsace-Moselle under "Alsace" and "Moselle".
_OTHER_NAMES: Mapping[str, Mapping[str, str]] = {
    "FR": {"alsace-moselle": "6AE", "67": "6AE", "68": "6AE", "bas-rhin": "6AE", "haut-rhin": "6AE"}
}
_OUR_NAMES = {"FR": ("Alsace-Moselle",)}

SOME_YEARS = range(2020, 2036)  # in which every holiday that a contract may name is kept
_SAME_DAY = {"whit monday": "pentecost monday"}  # what English calls otherwise than the library


def _spare_other_countries() -> None:
    """Let one country be imported alone: the library's package of them imports all 250.

    The library asks for the modules in that package by name, and never for the package's names.
    """
    package = "holidays.countries"
    spec = find_spec(package)
    if spec is not None and package not in sys.modules:
        sys.modules[package] = module_from_spec(spec)


_spare_other_countries()


@lru_cache(maxsize=1024)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The public holidays of one year.

    `country` is an ISO code ("FR"). `region` is a subdivision's code ("57") or name
    ("Moselle", "Alsace-Moselle", "Bayern"), whatever the case and accents. Raises ValueError
    for a country or region that is not known.
    """
    code = country.upper()
    known = holidays.country_holidays(code, subdiv=_subdivision(code, region), years=year)
    return frozenset(day for day in known if day.year == year)


def holidays_named(country: str, region: str | None, name: str, year: int) -> frozenset[date]:
    """The days of a year on which a public holiday of that name falls; none where it is unknown.

    The name is one of any language that the library has for the country, whatever the case and
    accents. A day observed in the place of a holiday has that holiday's name too. Raises
    ValueError as `public_holidays`.
    """
    return frozenset().union(
        *(
            _days_by_name(country, region, language, year, year).get(_key(name), ())
            for language in _languages(country)
        )
    )


def knows_holiday(country: str, region: str | None, name: str) -> bool:
    """Return whether a public holiday has that name in some year; raises ValueError as before."""
    first, last = SOME_YEARS[0], SOME_YEARS[-1]
    return any(
        _key(name) in _days_by_name(country, region, language, first, last)
        for language in _languages(country)
    )


def holiday_names(country: str, region: str | None, language: str) -> tuple[str, ...]:
    """The names of the public holidays in a language, else in the country's own, in date order."""
    spoken = holidays.country_holidays(country.upper()).supported_languages
    chosen = next((each for each in spoken if each.startswith(language)), None)
    named = _library(country, region, chosen or _own_language(country), SOME_YEARS)
    days = sorted((day.month, day.day, name) for day, name in named)
    return tuple(dict.fromkeys(_whole(name) for *_, name in days))


def regions(country: str) -> tuple[str, ...]:
    """The regions of a country that may be named, by name where the library has one, else by code.

    Raises ValueError for a country that is not known.
    """
    library = holidays.country_holidays(country.upper())
    names = [name for name in library.subdivisions_aliases if len(name) > 3]
    codes = [code for code in library.subdivisions if not names]
    return tuple(sorted({*names, *codes, *_OUR_NAMES.get(country.upper(), ())}))


def country_codes() -> Mapping[str, str]:
    """The codes of all countries that are known, by their English names and by their codes."""
    return {
        name: codes[0]
        for module, (_, *codes) in COUNTRIES.items()
        for name in (module.replace("_", " "), *codes[:2])
    }


@lru_cache(maxsize=4096)
def _days_by_name(
    country: str, region: str | None, language: str | None, first: int, last: int
) -> Mapping[str, frozenset[date]]:
    """The days of some years by the keys of their names in a language."""
    found: dict[str, set[date]] = {}
    for day, name in _library(country, region, language, range(first, last + 1)):
        for key in (_key(name), _key(_whole(name))):
            found.setdefault(key, set()).add(day)
    return {key: frozenset(days) for key, days in found.items()}


@cache
def _languages(country: str) -> tuple[str | None, ...]:
    """The languages of the names of a country's holidays, its own first: most are named in it."""
    own = _own_language(country)
    spoken = holidays.country_holidays(country.upper()).supported_languages
    return (own, *(each for each in spoken if each != own))


def _library(
    country: str, region: str | None, language: str | None, years: range
) -> Iterator[tuple[date, str]]:
    code = country.upper()
    known = holidays.country_holidays(
        code, subdiv=_subdivision(code, region), years=years, language=language
    )
    for day in known:
        if day.year in years:
            yield from ((day, name) for name in known.get_list(day))


def _own_language(country: str) -> str | None:
    return holidays.country_holidays(country.upper()).default_language


def _whole(name: str) -> str:
    """A holiday's name without what is put in brackets for one year: "(observed)"."""
    return re.sub(r"\s*\([^)]*\)$", "", name) or name


def _key(name: str) -> str:
    key = " ".join(words(name)) or folded(name)
    return _SAME_DAY.get(key, key)


def last_known_year(country: str) -> int:
    """The last year of which the public holidays of a country are known to the library."""
    return int(holidays.country_holidays(country.upper()).end_year)


def holidays_end(coverage: Coverage, today: date) -> int | None:
    """The last year with known holidays, where it ends within SOON or ended already (Rule CAL-2).

    None too where the contract lists closed days for each year that follows, up to then.
    """
    last, until = last_known_year(coverage.country), (today + SOON).year
    if not coverage.public_holidays or until <= last:
        return None
    listed = {day.year for day in coverage.closed_days}
    unknown = set(range(max(last + 1, today.year), until + 1))
    return last if unknown - listed else None


def _subdivision(country: str, region: str | None) -> str | None:
    """The library's code of a region."""
    countries = _countries()
    if country not in countries:
        raise ValueError(f"no public holidays are known for country {country!r}")
    if not region:
        return None
    library = holidays.country_holidays(country)
    names = {code: code for code in library.subdivisions} | dict(library.subdivisions_aliases)
    codes = {folded(name): code for name, code in names.items()}
    codes |= {folded(name): code for name, code in _OTHER_NAMES.get(country, {}).items()}
    try:
        return codes[folded(region)]
    except KeyError:
        raise ValueError(
            f"no public holidays are known for region {region!r} of {country}"
        ) from None


@cache
def _countries() -> frozenset[str]:
    """The codes of the countries that the library knows, by its registry: each is a module."""
    return frozenset(EntityLoader.get_country_codes())

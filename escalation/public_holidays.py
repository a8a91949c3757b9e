"""Public holidays of a country or one of its regions (Rule CAL-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache

import holidays

from escalation.contract import Coverage
from escalation.names import folded

SOON = timedelta(days=183)  # the next year is published by then, and there is time to list it

# The library keeps the local law of Alsace-Moselle under "Alsace" and "Moselle".
_OTHER_NAMES: Mapping[str, Mapping[str, str]] = {
    "FR": {"alsace-moselle": "6AE", "67": "6AE", "68": "6AE", "bas-rhin": "6AE", "haut-rhin": "6AE"}
}


@lru_cache(maxsize=1024)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The public holidays of one year.

    `country` is an ISO code ("FR"). `region` is a subdivision's code ("57") or name
    ("Moselle", "Alsace-Moselle", "Bayern"), whatever the case and accents. Raises ValueError,
    naming the nearest known ones, for a country or region that is not known.
    """
    code = country.upper()
    known = holidays.country_holidays(code, subdiv=_subdivision(code, region), years=year)
    return frozenset(day for day in known if day.year == year)


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
    supported = holidays.list_supported_countries()
    if country not in supported:
        raise ValueError(
            f"no public holidays are known for country {country!r}{_near(country, supported)}"
        )
    if not region:
        return None
    aliases: Mapping[str, str] = getattr(
        holidays.country_holidays(country), "subdivisions_aliases", {}
    )
    names = {code: code for code in supported[country]} | dict(aliases)
    codes = {folded(name): code for name, code in names.items()}
    codes |= {folded(name): code for name, code in _OTHER_NAMES.get(country, {}).items()}
    try:
        return codes[folded(region)]
    except KeyError:
        raise ValueError(
            f"no public holidays are known for region {region!r} of {country}"
            f"{_near(folded(region), codes)}"
        ) from None


def _near(word: str, known: Mapping[str, object]) -> str:
    """A hint at what may have been meant."""
    close = get_close_matches(word, known, n=3, cutoff=0.5) or sorted(known)[:8]
    return f": try {', '.join(close)}" if close else ""

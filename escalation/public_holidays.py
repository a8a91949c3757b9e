"""Public holidays of a country or one of its regions (Rule CAL-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

import holidays

from escalation.names import folded

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

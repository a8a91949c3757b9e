"""The times of a rule of recurrence, found in bounded time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import FunctionType, SimpleNamespace

from dateutil import rrule as library
from dateutil.rrule import rrule


def until_year(rule: rrule, year: int) -> Iterator[dt.datetime]:
    """The times of a rule, looked for no further than a year.

    A rule that never falls (30 February) is looked for up to the library's MAXYEAR, for seconds.
    """
    near = SimpleNamespace(**{**vars(dt), "MAXYEAR": year})
    code = rrule._iter.__code__  # noqa: SLF001  the library gives no other way to stop it
    steps = FunctionType(code, {**vars(library), "datetime": near})
    found: Iterator[dt.datetime] = steps(rule)
    return found

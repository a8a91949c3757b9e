"""Periods in which nothing, or as little as can be, is changed (Rule CHG-4)."""

from __future__ import annotations

from datetime import date

from escalation.base.durations import Duration
from escalation.base.value import Value


class ChangePeriod(Value):
    """Days on which a change clashes: from `first` to `last`, both included, or in each month.

    In each month: on `month_days`, and on so many `last_working_days`. Of some `components` and
    what they need, or of all where none is named.
    """

    name: str
    first: date | None = None
    last: date | None = None
    month_days: tuple[int, ...] = ()
    last_working_days: int = 0
    components: tuple[str, ...] = ()


class ChangeCalendar(Value):
    """Rules of the contract about the calendar of changes (Rule CHG-4).

    An open priority 1 clashes with what would begin within `priority_1_ahead`; an incident within
    `caused_within` of a change on what it touched is proposed as caused by it.
    """

    freezes: tuple[ChangePeriod, ...] = ()
    critical: tuple[ChangePeriod, ...] = ()
    priority_1_ahead: Duration = Duration(seconds=24 * 3600)
    caused_within: Duration = Duration(seconds=48 * 3600)

"""Faults of the calendar of changes of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "period_without_days": (
        msg("The period “%(value)s” has no days."),
        msg("Give it a first day, as first = 2026-12-24, or “month_days” or “last_working_days”."),
    ),
    "period_ends_first": (
        msg("The period ends on %(value)s, before it begins."),
        msg("Give a first day, and a last day that is not before it."),
    ),
    "not_a_month_day": (
        msg("No month has a day %(value)s."),
        msg("Give days from 1 to 31."),
    ),
    "not_working_days": (
        msg("%(value)s is not a number of working days of a month."),
        msg("Give a number from 0 to 23."),
    ),
}

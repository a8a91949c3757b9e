"""Meanings of a contract's fields: the calendar of changes."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "ChangeCalendar": {
        "": msg("When changes clash, and with what."),
        "freezes": msg("Periods in which nothing is changed."),
        "critical": msg("Periods in which a change would do the most harm."),
        "priority_1_ahead": msg(
            "An open priority 1 clashes with what would begin within this time."
        ),
        "caused_within": msg(
            "How long after a change an incident on what it touched is proposed as caused by it."
        ),
    },
    "ChangePeriod": {
        "": msg("Days that changes clash with: given once, or of each month."),
        "name": msg("What it is called, as people read it."),
        "first": msg("Its first day."),
        "last": msg("Its last day, included; the first day alone without it."),
        "month_days": msg("Days of each month, from 1 to 31."),
        "last_working_days": msg("How many working days before the end of each month."),
        "components": msg(
            "The ids of the components that it holds for, and for what they need; none: for all."
        ),
    },
}

"""A calendar of changes that makes no sense is told (Rule CHG-4)."""

from __future__ import annotations

import pytest

from tests.config.broken import faults_of, variant

AGAIN = """[[changes.calendar.freezes]]
name = "Fin d'année"
month_days = [1]

"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("first = 2026-12-18\nlast = 2027-01-03\n", "", "period_without_days"),
        ("last = 2027-01-03", "last = 2026-12-03", "period_ends_first"),
        ("first = 2026-12-18\n", "month_days = [1]\n", "period_ends_first"),
        ("last_working_days = 3", "month_days = [32]", "not_a_month_day"),
        ("last_working_days = 3", "last_working_days = 40", "not_working_days"),
        ('components = ["paie"]', 'components = ["paye"]', "unknown_component"),
        ('caused_within = "48h"', 'caused_within = "0s"', "duration_zero"),
        (
            "[[changes.calendar.critical]]",
            f"{AGAIN}[[changes.calendar.critical]]",
            "named_twice",
        ),
    ],
)
def test_chg_4_what_makes_no_sense_is_told(old: str, new: str, code: str) -> None:
    assert [fault.code for fault in faults_of(variant((old, new)))] == [code]

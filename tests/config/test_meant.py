"""What people write for a date, a time, a duration is understood, or left alone."""

from __future__ import annotations

import pytest

from config.meant import day, duration, moment, time_of_day
from escalation.base.durations import Duration


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("15/05/2026", "2026-05-15"), ("15-05-2026", "2026-05-15"), ("15.05.2026", "2026-05-15"),
        ("15\u201305\u20132026", "2026-05-15"), ("2026/5/15", "2026-05-15"),
        ("20260515", "2026-05-15"), ("15/05/26", "2026-05-15"), ("26-05-15", "2026-05-15"),
        ("05/15/2026", "2026-05-15"), ("15 mai 2026", "2026-05-15"),
        ("vendredi 15 mai 2026", "2026-05-15"), ("May 15th, 2026", "2026-05-15"),
        ("le 1er août 2026", "2026-08-01"), ("24-12", "12-24"), ("24/12", "12-24"),
        ("24 décembre", "12-24"), ("Dec 24", "12-24"), ("29/02", "02-29"),
        ("31/02/2026", ""), ("2 jui 2026", ""), ("27-11-28", ""), ("Noël", ""), ("", ""),
    ],
)  # fmt: skip
def test_cal_5_days_as_people_write_them(written: str, means: str) -> None:
    assert day(written) == means


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("7h30", "07:30"), ("7:30", "07:30"), ("18h", "18:00"), ("18.00", "18:00"),
        ("0730", "07:30"), ("7.30 pm", "19:30"), ("12 am", "00:00"), ("midi", "12:00"),
        ("24:00", "00:00"), ("25:00", ""), ("7h75", ""), ("soon", ""),
    ],
)  # fmt: skip
def test_cal_1_times_of_day_as_people_write_them(written: str, means: str) -> None:
    assert time_of_day(written) == means


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("15/08/2026 09:00", "2026-08-15T09:00:00"), ("2026-08-15 9:00", "2026-08-15T09:00:00"),
        ("15 août 2026 à 9h30", "2026-08-15T09:30:00"), ("15/08 09:00", ""), ("2026-08-15", ""),
    ],
)  # fmt: skip
def test_cal_6_instants_as_people_write_them(written: str, means: str) -> None:
    assert moment(written) == means


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("10 min", "10m"), ("10 mn", "10m"), ("10 minutes.", "10m"), ("30\u2019", "30m"),
        ("1h30", "1h30m"), ("01:30", "1h30m"), ("1 heure et 30 minutes", "1h30m"),
        ("0,5h", "30m"), ("1.5 hours", "1h30m"), ("une heure", "1h"), ("PT15M", "15m"),
        ("P1DT2H", "1d2h"), ("90 s", "1m30s"), ("3 j", "3d"), ("1 semaine", "7d"),
        ("4h 24h/24", "4h"), ("2 jours calendaires", "2d"),
        ("4 h ouvrées", "4h coverage"), ("4h couverture", "4h coverage"),
        ("4 coverage hours", "4h coverage"), ("2 heures de service", "2h coverage"),
        ("2 jours ouvrés", "2 working days"), ("J+7", "7 working days"),
        ("1 business day", "1 working day"), ("2 semaines ouvrées", "10 working days"),
        ("7wd", "7 working days"), ("10", ""), ("soon", ""), ("24h/24", ""), ("-5m", ""),
        ("1/2 h", ""), ("4h 2 jours ouvrés 3h", ""), ("0 min", ""),
    ],
)  # fmt: skip
def test_cal_3_durations_as_people_write_them(written: str, means: str) -> None:
    assert duration(written) == means
    if means:
        assert str(Duration.parse(means)) == means

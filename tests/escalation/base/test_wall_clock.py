"""From times of a wall clock to instants."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from escalation.base.wall_clock import instant, occurrences

PARIS, LORD_HOWE = ZoneInfo("Europe/Paris"), ZoneInfo("Australia/Lord_Howe")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "found"),
    [
        ("2026-07-15 02:30", PARIS, ["2026-07-15 00:30"]),
        ("2026-10-25 02:00", PARIS, ["2026-10-25 00:00", "2026-10-25 01:00"]),
        ("2026-10-25 02:59", PARIS, ["2026-10-25 00:59", "2026-10-25 01:59"]),
        ("2026-10-25 03:00", PARIS, ["2026-10-25 02:00"]),
        ("2026-03-29 01:59", PARIS, ["2026-03-29 00:59"]),
        ("2026-03-29 02:30", PARIS, ["2026-03-29 01:30"]),
        ("2026-03-29 03:00", PARIS, ["2026-03-29 01:00"]),
        # half an hour is repeated
        ("2026-04-05 01:45", LORD_HOWE, ["2026-04-04 14:45", "2026-04-04 15:15"]),
        ("2026-04-05 01:15", LORD_HOWE, ["2026-04-04 14:15"]),
    ],
)
def test_cal_1_a_time_is_shown_once_or_twice(at: str, zone: ZoneInfo, found: list[str]) -> None:
    time = datetime.fromisoformat(at)
    assert occurrences(time, zone) == tuple(utc(each) for each in found)
    assert instant(time, zone) == utc(found[0])


def test_cal_1_a_time_that_says_its_zone_keeps_it() -> None:
    assert instant(utc("2026-07-15 02:30"), PARIS) == utc("2026-07-15 02:30")
    given = datetime.fromisoformat("2026-10-25T02:30:00+01:00")
    assert instant(given, PARIS) == utc("2026-10-25 01:30")

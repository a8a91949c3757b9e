"""Public holidays, closed days, half-days, and who works on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from escalation.base.durations import Clock
from escalation.contract import CLIENT, Coverage, DayName, HalfDay, Hours, SupportGroup
from escalation.duty.availability import queue
from escalation.duty.calendars import Calendar
from escalation.duty.on_call import on_call
from escalation.duty.public_holidays import (
    holidays_end,
    holidays_named,
    last_known_year,
    public_holidays,
)
from tests.agreement import agreement, paris
from tests.escalation.duty.coverage import EVE, WHIT_MONDAY, after, calendar, elapsed

# -- CAL-2: public holidays and closed days ----------------------------------------------------


def test_cal_2_fourteenth_of_july_is_no_working_day() -> None:
    assert not calendar().is_working_day(date(2026, 7, 14))
    assert calendar().is_working_day(date(2026, 7, 15))


@pytest.mark.parametrize(
    "region",
    [
        "Alsace-Moselle",
        "alsace-moselle",
        "ÀLSACE-Moselle",
        "Alsace",
        "Moselle",
        "57",
        "67",
        "68",
        "6AE",
    ],
)
def test_cal_2_alsace_moselle_has_two_days_more(region: str) -> None:
    good_friday, boxing_day = date(2026, 4, 3), date(2025, 12, 26)
    there = calendar(region=region)
    assert not there.is_working_day(good_friday)
    assert not there.is_working_day(boxing_day)
    assert calendar().is_working_day(good_friday)
    assert calendar().is_working_day(boxing_day)
    assert public_holidays("FR", region, 2026) - public_holidays("FR", None, 2026) == {
        good_friday,
        date(2026, 12, 26),
    }


def test_cal_2_closed_days_of_the_contract_count_like_holidays() -> None:
    bridge = date(2026, 7, 13)
    closed = calendar(closed_days=(bridge,))
    assert not closed.is_working_day(bridge)
    assert not closed.covered(paris("2026-07-13 10:00"))
    assert calendar().is_working_day(bridge)


@pytest.mark.parametrize(
    ("today", "listed", "end"),
    [
        ("2026-06-30", (), None),  # 30 December is the last day it looks at
        ("2026-07-02", (), 2026),
        ("2026-07-02", ("2027-01-14",), None),
        ("2026-07-02", ("2026-08-01",), 2026),
        ("2027-09-01", ("2027-01-14",), 2026),  # 2028 begins soon
        ("2027-09-01", ("2027-01-14", "2028-01-14"), None),
        ("2030-03-01", ("2030-01-14",), None),  # nobody lists years that are over
    ],
)
def test_cal_2_where_known_holidays_end_is_known_in_time(
    monkeypatch: pytest.MonkeyPatch, today: str, listed: tuple[str, ...], end: int | None
) -> None:
    known = "escalation.duty.public_holidays.last_known_year"
    monkeypatch.setattr(known, lambda _country: 2026)
    days = tuple(map(date.fromisoformat, listed))
    coverage = Coverage(country="LK", closed_days=days)
    assert holidays_end(coverage, date.fromisoformat(today)) == end
    worked = Coverage(country="LK", closed_days=days, public_holidays=False)
    assert holidays_end(worked, date.fromisoformat(today)) is None


@pytest.mark.parametrize("country", ["LK", "FR", "DE"])
def test_cal_2_the_last_known_year_is_the_librarys(country: str) -> None:
    last = last_known_year(country)
    assert public_holidays(country, None, last)
    assert not public_holidays(country, None, last + 1)


def test_cal_2_public_holidays_can_be_worked() -> None:
    assert calendar(public_holidays=False).covered(paris("2026-07-14 10:00"))


def test_cal_2_other_countries_have_their_own() -> None:
    corpus_christi = date(2026, 6, 4)
    assert not calendar(country="DE", region="Bayern").is_working_day(corpus_christi)
    assert calendar(country="de", region="BE").is_working_day(corpus_christi)
    assert calendar(country="DE").is_working_day(date(2026, 7, 14))


@pytest.mark.parametrize(
    ("country", "region", "said"),
    [("FR", "Alsace-Mosele", "'Alsace-Mosele' of FR"), ("FX", None, "'FX'")],
)
def test_cal_2_an_unknown_region_is_refused(country: str, region: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        public_holidays(country, region, 2026)


# -- CAL-5: holidays that are worked, half-days, who works on days off --------------------------


@pytest.mark.parametrize("day", ["2026-05-25 10:00", "2027-05-17 10:00", "2040-05-21 10:00"])
def test_cal_5_a_holiday_is_worked_each_year_by_its_name(day: str) -> None:
    assert not calendar().covered(paris(day))
    assert calendar(worked_holidays=(WHIT_MONDAY,)).covered(paris(day))


def test_cal_5_only_the_holiday_named_is_worked_and_closed_days_hold_before_it() -> None:
    worked = calendar(worked_holidays=(WHIT_MONDAY,), closed_days=(date(2027, 5, 17),))
    assert worked.is_working_day(date(2026, 5, 25))
    assert not worked.is_working_day(date(2027, 5, 17))
    assert not worked.is_working_day(date(2026, 5, 14))  # Ascension
    one_year = calendar(worked_holidays=(DayName("2026-05-25"),))
    assert one_year.is_working_day(date(2026, 5, 25))
    assert not one_year.is_working_day(date(2027, 5, 17))


def test_cal_5_a_day_observed_in_place_of_a_holiday_is_worked_with_it() -> None:
    usa = {"country": "US", "worked_holidays": (DayName("Independence Day"),)}
    observed = date(2026, 7, 3)
    assert not calendar(country="US").is_working_day(observed)
    assert calendar(**usa).is_working_day(observed)


def test_cal_5_two_holidays_on_one_day_are_named_by_either() -> None:
    both = date(2008, 5, 1)
    for name in ("Ascension", "Fête du Travail"):
        assert holidays_named("FR", None, name, 2008) == {both}


def test_cal_5_j_plus_n_counts_a_holiday_that_is_worked() -> None:
    friday = "2026-05-22 10:00"
    assert after(friday, "1 working day") == "2026-05-26 18:00"
    worked = {"worked_holidays": (WHIT_MONDAY,)}
    assert after(friday, "1 working day", **worked) == "2026-05-25 18:00"
    assert after(friday, "9h coverage", **worked) == "2026-05-25 08:30"


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        ("2026-12-24 07:29", False),
        ("2026-12-24 11:59:59", True),
        ("2026-12-24 12:00", False),
        ("2026-12-23 17:59", True),
        ("2027-12-24 11:00", True),  # a Friday
        ("2027-12-24 12:00", False),
        ("2028-12-24 11:00", False),  # a Sunday
    ],
)
def test_cal_5_a_half_day_ends_coverage_at_noon_each_year(at: str, covered: bool) -> None:
    assert calendar(half_days=(EVE,)).covered(paris(at)) is covered


def test_cal_5_a_half_day_counts_for_what_it_has() -> None:
    half = {"half_days": (EVE,)}  # 24 December 2026 is a Thursday, and Christmas a holiday
    assert after("2026-12-24 10:00", "3h coverage", **half) == "2026-12-28 08:30"
    assert after("2026-12-24 10:00", "2h coverage", **half) == "2026-12-24 12:00"
    assert after("2026-12-23 10:00", "1 working day", **half) == "2026-12-24 12:00"
    assert after("2026-12-24 10:00", "1 working day", **half) == "2026-12-28 18:00"
    whole = elapsed("2026-12-24 00:00", "2026-12-29 00:00", Clock.COVERAGE, **half)
    assert whole == timedelta(hours=4.5 + 10.5)
    days = elapsed("2026-12-23 20:00", "2026-12-24 12:00", Clock.WORKING_DAYS, **half)
    assert days == timedelta(days=1)
    assert after("2026-12-24 12:00", "4h", **half) == "2026-12-24 16:00"


def test_cal_5_a_closed_morning_and_a_day_of_one_year() -> None:
    morning = calendar(half_days=(HalfDay(day=DayName("2026-07-15"), opens=time(13)),))
    assert not morning.covered(paris("2026-07-15 12:59"))
    assert morning.covered(paris("2026-07-15 13:00"))
    assert morning.covered(paris("2027-07-15 08:00"))


def test_cal_5_a_holiday_may_be_worked_for_half_a_day() -> None:
    good_friday = HalfDay(day=DayName("vendredi saint"), opens=time(13))
    half = calendar(region="57", half_days=(good_friday,))
    assert not half.covered(paris("2026-04-03 12:00"))
    assert half.covered(paris("2026-04-03 14:00"))
    assert half.is_working_day(date(2026, 4, 3))


def test_cal_5_a_closed_day_holds_before_a_half_day_and_the_later_half_day_wins() -> None:
    early = HalfDay(day=DayName("2026-12-24"), closes=time(10))
    twice = calendar(half_days=(EVE, early), closed_days=(date(2027, 12, 24),))
    assert not twice.covered(paris("2026-12-24 10:00"))
    assert not twice.covered(paris("2027-12-24 09:00"))


def test_cal_5_a_half_day_shuts_the_night_that_begins_on_it_not_the_one_that_ends() -> None:
    nights = calendar(hours=Hours(opens=time(22), closes=time(6)), half_days=(EVE,))
    assert nights.covered(paris("2026-12-24 05:00"))
    assert not nights.covered(paris("2026-12-24 23:00"))
    assert not nights.covered(paris("2026-12-25 05:00"))


def test_cal_5_round_the_clock_knows_no_half_days() -> None:
    always = calendar(hours=Hours(always=True), half_days=(EVE,))
    assert always.covered(paris("2026-12-24 15:00"))


def test_cal_5_on_the_closed_afternoon_whoever_is_on_call_comes_first() -> None:
    contract = agreement(coverage=Coverage(half_days=(EVE,)))
    post = contract.echelon(1).provider
    called = [
        queue(contract, Calendar.of(contract), post, paris(f"2026-12-24 {hour}"))[0]
        for hour in ("11:59", "12:00")
    ]
    assert called == ["tom", on_call(contract, "nights", paris("2026-12-24 12:00"))]


def test_cal_5_a_group_may_work_where_the_contract_is_closed() -> None:
    bridge = date(2026, 5, 15)
    clocks_of = calendar(closed_days=(bridge,), half_days=(EVE,))
    works = (DayName("2026-05-15"), DayName("12-24"), DayName("Fête nationale"))
    desk = SupportGroup(id="desk", name="Desk", organisation=CLIENT, members=())
    keen = replace(desk, worked_days=works)
    for at in ("2026-05-15 10:00", "2026-12-24 15:00", "2026-07-14 10:00"):
        assert not clocks_of.active(desk, paris(at))
        assert clocks_of.active(keen, paris(at))
        assert not clocks_of.covered(paris(at))
    for at in ("2026-05-14 10:00", "2026-05-15 19:00", "2029-07-14 10:00"):  # a Saturday
        assert not clocks_of.active(keen, paris(at))

"""Coverage hours, and the three clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.base.durations import Clock, Duration
from escalation.contract import Coverage, DayName, HalfDay, Hours
from escalation.duty.calendars import Calendar
from tests.agreement import PARIS, agreement, paris
from tests.escalation.duty.coverage import EVE, WHIT_MONDAY, after, calendar, elapsed

# -- CAL-1: coverage hours -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        ("2026-07-15 07:29:59", False),
        ("2026-07-15 07:30", True),
        ("2026-07-15 12:30", True),  # no lunch break
        ("2026-07-15 17:59:59", True),
        ("2026-07-15 18:00", False),
        ("2026-07-15 03:00", False),
        ("2026-07-17 12:00", True),  # Friday
        ("2026-07-18 12:00", False),  # Saturday
        ("2026-07-19 12:00", False),  # Sunday
        ("2026-07-14 12:00", False),  # public holiday
    ],
)
def test_cal_1_coverage_is_half_past_seven_to_six_on_working_days(at: str, covered: bool) -> None:
    assert calendar().covered(paris(at)) is covered


def test_cal_1_coverage_follows_the_contracts_own_zone() -> None:
    reunion = Calendar.of(agreement(timezone="Indian/Reunion"))
    assert reunion.covered(datetime(2026, 7, 15, 4, 0, tzinfo=UTC))  # 08:00 there
    assert not calendar().covered(datetime(2026, 7, 15, 4, 0, tzinfo=UTC))  # 06:00 in Paris


def test_cal_1_coverage_keeps_its_wall_clock_hours_in_summer_and_winter() -> None:
    assert calendar().covered(datetime(2026, 7, 15, 5, 30, tzinfo=UTC))
    assert not calendar().covered(datetime(2026, 1, 15, 5, 30, tzinfo=UTC))
    assert calendar().covered(datetime(2026, 1, 15, 6, 30, tzinfo=UTC))


def test_cal_1_coverage_round_the_clock_never_closes() -> None:
    always = calendar(hours=Hours(always=True), closed_days=(date(2026, 7, 15),))
    for at in ("2026-07-14 03:00", "2026-07-15 03:00", "2026-07-19 03:00"):
        assert always.covered(paris(at))
    assert after("2026-07-18 22:00", "4h coverage", hours=Hours(always=True)) == "2026-07-19 02:00"


def test_cal_1_coverage_past_midnight_belongs_to_the_day_it_opens() -> None:
    nights = calendar(hours=Hours(opens=time(22), closes=time(6)))
    assert nights.covered(paris("2026-07-16 02:00"))
    assert nights.covered(paris("2026-07-18 05:59"))  # Friday's night
    assert not nights.covered(paris("2026-07-19 02:00"))  # Saturday's
    assert not nights.covered(paris("2026-07-15 02:00"))  # the night of 14 July
    assert not nights.covered(paris("2026-07-16 06:00"))
    due = nights.after(paris("2026-07-16 23:00"), Duration.parse("8h coverage"))
    assert due == paris("2026-07-17 23:00")


def test_cal_1_other_hours_are_shut_on_days_off_but_not_round_the_clock() -> None:
    saturdays = Hours(opens=time(9), closes=time(12), days=(5,))
    assert calendar().open(saturdays, paris("2026-07-18 09:00"))
    assert not calendar().open(saturdays, paris("2026-07-18 12:00"))
    assert not calendar().open(saturdays, paris("2026-07-17 10:00"))
    assert not calendar().open(saturdays, paris("2026-08-15 10:00"))  # Assumption
    assert calendar().open(Hours(always=True), paris("2026-08-15 10:00"))


# -- CAL-3: the three clocks -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        # round the clock
        ("2026-07-13 17:50", "15m", "2026-07-13 18:05"),
        ("2026-07-18 03:00", "4h", "2026-07-18 07:00"),
        # coverage: inside, over closing, over a week-end, over a holiday
        ("2026-07-15 10:00", "4h coverage", "2026-07-15 14:00"),
        ("2026-07-15 17:50", "15m coverage", "2026-07-16 07:35"),
        ("2026-07-17 17:50", "15m coverage", "2026-07-20 07:35"),
        ("2026-07-13 17:50", "15m coverage", "2026-07-15 07:35"),
        ("2026-07-15 10:00", "20h coverage", "2026-07-17 09:00"),
        # starts outside coverage, exactly at opening, exactly at closing
        ("2026-07-15 03:00", "1h coverage", "2026-07-15 08:30"),
        ("2026-07-18 12:00", "1h coverage", "2026-07-20 08:30"),
        ("2026-07-15 07:30", "1h coverage", "2026-07-15 08:30"),
        ("2026-07-15 18:00", "1h coverage", "2026-07-16 08:30"),
        # ends exactly at closing: that evening, not the next morning
        ("2026-07-15 17:00", "1h coverage", "2026-07-15 18:00"),
        ("2026-07-15 07:30", "21h coverage", "2026-07-16 18:00"),
        # working days: closing time of the n-th
        ("2026-07-15 10:00", "1 working day", "2026-07-16 18:00"),
        ("2026-07-15 23:00", "1 working day", "2026-07-16 18:00"),
        ("2026-07-17 17:50", "1 working day", "2026-07-20 18:00"),
        ("2026-07-18 12:00", "1 working day", "2026-07-20 18:00"),
        ("2026-07-13 09:00", "7 working days", "2026-07-23 18:00"),  # J+7, over 14 July
        # nothing to wait for
        ("2026-07-18 12:00", "0s", "2026-07-18 12:00"),
        ("2026-07-18 12:00", "0s coverage", "2026-07-18 12:00"),
        ("2026-07-18 12:00", "0 working days", "2026-07-18 12:00"),
    ],
)
def test_cal_3_every_clock_runs_its_own_way(start: str, duration: str, due: str) -> None:
    assert after(start, duration) == due


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        # 29 March 2026: 02:00 becomes 03:00 (a Sunday)
        ("2026-03-29 01:30", "1h", "2026-03-29 03:30"),
        ("2026-03-28 12:00", "24h", "2026-03-29 13:00"),
        ("2026-03-27 17:00", "2h coverage", "2026-03-30 08:30"),
        ("2026-03-27 17:00", "1 working day", "2026-03-30 18:00"),
        # 25 October 2026: 03:00 becomes 02:00 (a Sunday)
        ("2026-10-24 12:00", "24h", "2026-10-25 11:00"),
        ("2026-10-25 01:30", "2h", "2026-10-25 02:30"),
        ("2026-10-23 17:00", "2h coverage", "2026-10-26 08:30"),
        ("2026-10-23 17:00", "1 working day", "2026-10-26 18:00"),
    ],
)
def test_cal_3_clocks_are_right_across_daylight_saving(start: str, duration: str, due: str) -> None:
    assert after(start, duration) == due


def test_cal_3_coverage_counts_real_hours_on_the_nights_when_clocks_change() -> None:
    nights = {"hours": Hours(opens=time(0), closes=time(6), days=(0, 1, 2, 3, 4, 5, 6))}
    spring = elapsed("2026-03-29 00:00", "2026-03-29 06:00", Clock.COVERAGE, **nights)
    autumn = elapsed("2026-10-25 00:00", "2026-10-25 06:00", Clock.COVERAGE, **nights)
    assert (spring, autumn) == (timedelta(hours=5), timedelta(hours=7))
    assert after("2026-03-29 00:00", "5h coverage", **nights) == "2026-03-29 06:00"
    assert after("2026-10-25 00:00", "7h coverage", **nights) == "2026-10-25 06:00"


def test_cal_3_hours_that_the_night_swallows_do_not_run() -> None:
    swallowed = {"hours": Hours(opens=time(2, 15), closes=time(2, 45), days=(6,))}
    spring = ("2026-03-29 00:00", "2026-03-29 12:00")
    real = calendar(**swallowed).elapsed(*(paris(at) for at in spring), Clock.COVERAGE)
    assert real == timedelta(minutes=30)  # 02:15–02:45 does not exist: it runs as 03:15–03:45
    half = {"hours": Hours(opens=time(2, 30), closes=time(3), days=(6,))}
    assert elapsed(*spring, Clock.COVERAGE, **half) == timedelta(0)
    assert after("2026-03-29 00:00", "10m coverage", **half) == "2026-04-05 02:40"


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2028-02-28 17:00", "2h coverage", "2028-02-29 08:30"),
        ("2028-02-28 17:00", "1 working day", "2028-02-29 18:00"),
        ("2028-02-28 17:00", "2 working days", "2028-03-01 18:00"),
        ("2028-02-28 17:00", "24h", "2028-02-29 17:00"),
        ("2027-02-26 17:00", "1 working day", "2027-03-01 18:00"),  # no leap year
    ],
)
def test_cal_3_leap_day_is_a_day_like_any_other(start: str, duration: str, due: str) -> None:
    assert after(start, duration) == due


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-12-31 17:00", "2h coverage", "2027-01-04 08:30"),  # holiday, then a week-end
        ("2026-12-31 17:00", "1 working day", "2027-01-04 18:00"),
        ("2026-12-31 23:30", "1h", "2027-01-01 00:30"),
        ("2026-12-24 17:00", "3 working days", "2026-12-30 18:00"),
    ],
)
def test_cal_3_year_end(start: str, duration: str, due: str) -> None:
    assert after(start, duration) == due


@pytest.mark.parametrize(
    ("start", "end", "ran"),
    [
        ("2026-07-15 10:00", "2026-07-15 12:00", timedelta(hours=2)),
        ("2026-07-15 17:00", "2026-07-16 08:30", timedelta(hours=2)),
        ("2026-07-17 17:00", "2026-07-20 08:30", timedelta(hours=2)),
        ("2026-07-13 17:00", "2026-07-15 08:30", timedelta(hours=2)),
        ("2026-07-18 10:00", "2026-07-19 20:00", timedelta(0)),
        ("2026-07-15 12:00", "2026-07-15 10:00", timedelta(0)),
    ],
)
def test_cal_3_coverage_elapsed(start: str, end: str, ran: timedelta) -> None:
    assert elapsed(start, end, Clock.COVERAGE) == ran


def test_cal_3_whole_working_days_elapse_at_closing_time() -> None:
    def passed(end: str) -> int:
        return elapsed("2026-07-13 09:00", end, Clock.WORKING_DAYS).days

    assert passed("2026-07-13 20:00") == 0
    assert passed("2026-07-15 17:59") == 0
    assert passed("2026-07-15 18:00") == 1
    assert passed("2026-07-20 07:30") == 3


def test_cal_3_working_days_under_coverage_round_the_clock_end_at_midnight() -> None:
    always = Hours(always=True)
    assert after("2026-07-17 10:00", "1 working day", hours=always) == "2026-07-21 00:00"


def test_cal_3_hours_that_never_open_are_a_fault_and_no_endless_wait() -> None:
    never = calendar(hours=Hours(days=()))
    with pytest.raises(ValueError, match="no opening hours"):
        never.after(paris("2026-07-15 10:00"), Duration.parse("1h coverage"))
    with pytest.raises(ValueError, match="no working day"):
        never.after(paris("2026-07-15 10:00"), Duration.parse("1 working day"))


# -- CAL-3: what holds for any start and duration ------------------------------------------------


def within(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Any instant between two wall-clock times, to the microsecond."""
    span = (paris(last) - paris(first)) // timedelta(microseconds=1)
    return st.integers(0, span).map(lambda n: paris(first) + timedelta(microseconds=n))


starts = st.one_of(
    within("2025-12-01", "2028-03-31"),
    within("2026-03-28", "2026-03-30"),  # the nights when the clocks change
    within("2026-10-24", "2026-10-26"),
)
clocks = st.sampled_from(Clock)
coverages = st.sampled_from(
    [
        Coverage(),
        Coverage(region="Alsace-Moselle", closed_days=(date(2026, 7, 13),)),
        Coverage(hours=Hours(always=True)),
        Coverage(hours=Hours(opens=time(0), closes=time(0), days=(0, 1, 2, 3, 4, 5, 6))),
        Coverage(hours=Hours(opens=time(1), closes=time(2, 30), days=(5, 6))),
        Coverage(hours=Hours(opens=time(22), closes=time(6))),
        Coverage(
            worked_holidays=(WHIT_MONDAY,),
            closed_days=(date(2026, 12, 31),),
            half_days=(EVE, HalfDay(day=DayName("Fête nationale"), opens=time(13))),
        ),
        Coverage(hours=Hours(opens=time(22), closes=time(6)), half_days=(EVE,)),
    ]
)


def lasting(clock: Clock, amount: int) -> Duration:
    """0 to about two weeks on any clock."""
    if clock is Clock.WORKING_DAYS:
        return Duration(days=amount % 12, clock=clock)
    return Duration(seconds=amount, clock=clock)


amounts = st.integers(0, 100 * 3600)


@given(starts, amounts, clocks, coverages)
def test_cal_3_after_and_elapsed_are_inverse(
    start: datetime, amount: int, clock: Clock, coverage: Coverage
) -> None:
    clocks_of = Calendar(coverage, PARIS)
    duration = lasting(clock, amount)
    due = clocks_of.after(start, duration)
    whole = timedelta(seconds=duration.seconds, days=duration.days)
    assert due >= start
    assert clocks_of.elapsed(start, due, clock) == whole


@given(starts, amounts, clocks, coverages, st.integers(1, 10**12))
def test_cal_3_a_clock_is_never_early(
    start: datetime, amount: int, clock: Clock, coverage: Coverage, sooner: int
) -> None:
    """At any instant before the due time, less than the duration has run."""
    clocks_of = Calendar(coverage, PARIS)
    duration = lasting(clock, amount)
    before = clocks_of.after(start, duration) - timedelta(microseconds=sooner)
    if before >= start:
        whole = timedelta(seconds=duration.seconds, days=duration.days)
        assert clocks_of.elapsed(start, before, clock) < whole


@given(starts, starts, amounts, amounts, clocks, coverages)
def test_cal_3_later_starts_and_longer_durations_end_no_sooner(
    one: datetime, other: datetime, short: int, long: int, clock: Clock, coverage: Coverage
) -> None:
    clocks_of = Calendar(coverage, PARIS)
    early, late = sorted((one, other))
    less, more = sorted(
        (lasting(clock, short), lasting(clock, long)), key=lambda d: (d.days, d.seconds)
    )
    assert clocks_of.after(early, less) <= clocks_of.after(late, less)
    assert clocks_of.after(early, less) <= clocks_of.after(early, more)
    assert clocks_of.elapsed(early, late, clock) >= timedelta(0)

"""Hours of several windows, and rotas with hours of their own (Rules CAL-5, CAL-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from escalation.base.durations import Clock, Duration
from escalation.contract import Contract, Coverage, HalfDay, Hours, Post, Role, Rota, Window
from escalation.contract.hours import DayName
from escalation.decision.context import Context
from escalation.duty.availability import level_at, on_duty, with_stand_ins
from escalation.duty.calendars import Calendar
from escalation.people.audience import duty_manager
from tests.agreement import PARIS, agreement, paris
from tests.escalation.ladder.climbing import absent, with_people
from tests.story import Story

MON_THU, FRI, SAT = (0, 1, 2, 3), (4,), (5,)
WEEK = Hours(
    opens=time(7, 30),
    closes=time(12),
    also=(
        Window(opens=time(13, 30), closes=time(18), days=MON_THU),
        Window(opens=time(13, 30), closes=time(17), days=FRI),
        Window(opens=time(8), closes=time(12), days=SAT),
    ),
)


def calendar(hours: Hours = WEEK, **fields: Any) -> Calendar:
    return Calendar(Coverage(hours=hours, **fields), PARIS)


def after(start: str, duration: str, **fields: Any) -> str:
    end = calendar(**fields).after(paris(start), Duration.parse(duration))
    return f"{end.astimezone(PARIS):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-07-15 11:59", True),
        ("2026-07-15 12:00", False),  # lunch
        ("2026-07-15 13:30", True),
        ("2026-07-16 17:30", True),
        ("2026-07-17 17:00", False),  # Friday
        ("2026-07-18 08:00", True),  # Saturday morning
        ("2026-07-18 12:00", False),
        ("2026-07-19 10:00", False),
    ],
)
def test_cal_5_windows_differ_by_day_of_the_week(at: str, open_: bool) -> None:
    assert calendar().covered(paris(at)) is open_


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-07-15 11:00", "2h coverage", "2026-07-15 14:30"),  # over lunch
        ("2026-07-17 16:00", "2h coverage", "2026-07-18 09:00"),  # Friday into Saturday
        ("2026-07-18 11:00", "2h coverage", "2026-07-20 08:30"),  # Saturday into Monday
        ("2026-07-15 16:00", "2 working days", "2026-07-17 17:00"),  # Friday's own closing
        ("2026-07-17 16:00", "1 working day", "2026-07-20 18:00"),  # Saturday is no working day
    ],
)
def test_cal_5_durations_run_in_all_windows(start: str, duration: str, end: str) -> None:
    assert after(start, duration) == end


def test_cal_5_a_half_day_narrows_every_window() -> None:
    half = (HalfDay(day=DayName("2026-07-15"), closes=time(13)),)
    assert after("2026-07-15 11:00", "2h coverage", half_days=half) == "2026-07-16 08:30"
    assert after("2026-07-14 11:00", "1 working day", half_days=half) == "2026-07-15 12:00"


# ── several rotas (CAL-6) ────────────────────────────────────────────────────────────────────

ALL_DAY = time(7, 30)
NIGHTS = Rota(
    id="nights", people=("ned",), starts=date(2026, 1, 5),
    hours=Hours(opens=ALL_DAY, closes=ALL_DAY, days=MON_THU),
)  # fmt: skip
WEEK_ENDS = Rota(
    id="week-ends", people=("nia",), starts=date(2026, 1, 5), days_off=True,
    hours=Hours(opens=ALL_DAY, closes=ALL_DAY, days=(4, 5, 6)),
)  # fmt: skip
POST = Post(people=("tom",), on_call=("nights", "week-ends"))


def duty(at: str, post: Post = POST, contract: Contract | None = None) -> tuple[str, ...]:
    contract = contract or agreement(rotas=(NIGHTS, WEEK_ENDS))
    return on_duty(contract, Calendar.of(contract), post, paris(at))


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-07-15 10:00", ()),  # covered
        ("2026-07-15 18:00", ("ned",)),
        ("2026-07-17 07:29", ("ned",)),  # Thursday's night
        ("2026-07-17 18:00", ("nia",)),
        ("2026-07-20 07:29", ("nia",)),  # until Monday morning
        ("2026-07-13 23:00", ("ned",)),
        ("2026-07-14 10:00", ("nia", "ned")),  # a public holiday: the week-ends' first
        ("2026-07-15 07:00", ("nia", "ned")),  # until coverage opens after it
    ],
)
def test_cal_6_nights_and_week_ends_have_turns_of_their_own(at: str, who: tuple[str, ...]) -> None:
    assert duty(at) == who


def test_cal_6_the_second_on_call_comes_behind_the_first() -> None:
    second = Rota(id="second", people=("hal",), starts=date(2026, 1, 5))
    contract = agreement(rotas=(NIGHTS, WEEK_ENDS, second))
    assert duty("2026-07-15 18:00", replace(POST, behind=("second",)), contract) == ("ned", "hal")


# ── who holds a level, and lists (CRI-2, INC-8) ──────────────────────────────────────────────


def test_cri_2_whoever_is_on_duty_or_stands_in_holds_the_level() -> None:
    (first, second, *rest) = agreement().echelons
    managers = Rota(id="managers", people=("nia",), starts=date(2026, 1, 5))
    on_call = replace(second, provider=replace(second.provider, on_call=("managers",)))
    contract = agreement(echelons=(first, on_call, *rest), rotas=(*agreement().rotas, managers))
    contract = absent(contract, "sam", stand_in="hal")
    night, day = paris("2026-07-15 22:00"), paris("2026-07-15 10:00")
    assert level_at(contract, "nia", night) == 2
    assert level_at(contract, "nia", day) == 0
    assert level_at(contract, "hal", day) == 2
    assert level_at(contract, "sam", day) == 2  # away, and still the holder


def test_inc_8_lists_name_the_absent_and_who_stands_in_for_them() -> None:
    contract = absent(agreement(), "sam", stand_in="sue")
    told = with_stand_ins(contract, ("sam", "hana", "gone"), paris("2026-07-15 10:00"))
    assert told == ("sam", "hana", "sue")


# ── a component's hours (ORG-5), the duty manager (CAL-6) ────────────────────────────────────


def test_org_5_a_target_in_coverage_hours_runs_on_the_components_where_the_contract_says() -> None:
    (vpn, *rest) = agreement().components
    long_days = replace(vpn, hours=Hours(opens=time(6), closes=time(22), days=(0, 1, 2, 3, 4, 5)))

    def due(component: Any) -> Any:
        story = Story(agreement(components=(component, *rest)), at=paris("2026-07-17 17:00"))
        return story[story.opened(component="vpn", severity=3)].restore_due

    assert due(long_days) == paris("2026-07-21 16:00")  # 20 coverage hours
    assert due(replace(long_days, targets_on_hours=True)) == paris("2026-07-18 21:00")


def test_cal_6_the_duty_manager_is_the_rotas() -> None:
    (first, second, *rest) = agreement().echelons
    managers = Rota(id="managers", people=("sue",), starts=date(2026, 1, 5))
    on_call = replace(second, provider=replace(second.provider, on_call=("managers",)))
    contract = agreement(echelons=(first, on_call, *rest), rotas=(*agreement().rotas, managers))
    night, day = paris("2026-07-15 22:00"), paris("2026-07-15 10:00")
    assert duty_manager(Context(now=night, contract=contract)) == "sue"
    assert duty_manager(Context(now=day, contract=contract)) == "sam"


def test_cal_6_an_incident_manager_on_duty_for_another_post_is_the_duty_manager() -> None:
    roles = (Role.TECHNICIAN, Role.INCIDENT_MANAGER)
    contract = with_people(agreement(), ["nia"], roles=roles)
    night, day = paris("2026-07-15 22:00"), paris("2026-07-15 12:00")
    assert duty_manager(Context(now=night, contract=contract)) == "nia"
    assert duty_manager(Context(now=day, contract=contract)) == "sam"


def test_cal_6_what_ends_with_coverage_is_still_the_days() -> None:
    closing, next_day = paris("2026-07-15 18:00"), paris("2026-07-16 08:00")
    j_plus_n = Context(now=closing, contract=agreement(), clock=Clock.WORKING_DAYS)
    assert j_plus_n.duty_at < closing
    late = replace(j_plus_n, now=closing + timedelta(minutes=20), late=timedelta(minutes=20))
    assert late.duty_at < closing
    assert replace(j_plus_n, clock=Clock.ROUND_THE_CLOCK).duty_at == closing
    assert replace(j_plus_n, now=next_day, late=next_day - closing).duty_at == next_day

"""Who is called first from now on; gaps and overlaps of the duty ahead (Rule CAL-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from escalation.contract import Contract, Hours, Post, Rota
from escalation.duty.ahead import stretches
from tests.agreement import PARIS, agreement, paris
from tests.escalation.ladder.climbing import absent

NIGHTS = Rota(
    id="nights", people=("ned",), starts=date(2026, 1, 5),
    hours=Hours(opens=time(18), closes=time(7, 30), days=(0, 1, 2, 3)),
)  # fmt: skip
WEEK_ENDS = replace(
    NIGHTS, id="week-ends", people=("nia",),
    hours=Hours(opens=time(17), closes=time(17), days=(4, 5, 6)),
)  # fmt: skip
POST = Post(people=("tom",), on_call=("nights", "week-ends"))


def told(contract: Contract, start: str, end: str, post: Post = POST) -> list[str]:
    found = stretches(contract, post, paris(start), paris(end))
    return [
        f"{each.start.astimezone(PARIS):%a %H:%M} {each.people[0]}"
        + (" gap" if each.gap else "")
        + (f" {'+'.join(each.twice)}" if each.twice else "")
        for each in found
    ]


def test_cal_6_now_and_next_pass_with_coverage_and_the_rotas_hours() -> None:
    contract = agreement(rotas=(NIGHTS, WEEK_ENDS))
    assert told(contract, "2026-07-16 10:00", "2026-07-20 10:00") == [
        "Thu 10:00 tom",
        "Thu 18:00 ned",
        "Fri 07:30 tom",
        "Fri 18:00 nia",
        "Mon 07:30 tom",
    ]


def test_cal_6_a_public_holiday_that_no_rota_serves_is_a_gap() -> None:
    contract = agreement(rotas=(NIGHTS, WEEK_ENDS))
    assert told(contract, "2026-07-13 19:00", "2026-07-14 19:00") == [
        "Mon 19:00 ned",
        "Tue 07:30 tom gap",
        "Tue 18:00 ned",
    ]
    serving = agreement(rotas=(NIGHTS, replace(WEEK_ENDS, days_off=True)))
    assert "gap" not in " ".join(told(serving, "2026-07-13 19:00", "2026-07-14 19:00"))


def test_cal_6_on_duty_and_away_without_a_stand_in_is_a_gap() -> None:
    contract = absent(agreement(rotas=(NIGHTS, WEEK_ENDS)), "ned")
    assert told(contract, "2026-07-16 19:00", "2026-07-16 20:00") == ["Thu 19:00 tom gap"]


def test_cal_6_two_rotas_at_once_are_an_overlap_a_second_behind_is_none() -> None:
    contract = agreement(rotas=(NIGHTS, replace(WEEK_ENDS, hours=None)))
    assert told(contract, "2026-07-16 19:00", "2026-07-16 20:00") == ["Thu 19:00 ned ned+nia"]
    behind = replace(POST, on_call=("nights",), behind=("week-ends",))
    assert told(contract, "2026-07-16 19:00", "2026-07-16 20:00", behind) == ["Thu 19:00 ned"]

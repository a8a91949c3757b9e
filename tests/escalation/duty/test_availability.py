"""Whom to reach at a post: on-call duty, holder, deputies, stand-ins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from escalation.contract import Absence, Contract, Override, Post
from escalation.duty.availability import present, queue, stand_in
from escalation.duty.calendars import Calendar
from tests.agreement import agreement, paris

DAY = "2026-07-15 10:00"
NIGHT = "2026-07-15 03:00"  # Nia's week


def away(**absences: Absence | tuple[Absence, ...]) -> Contract:
    """The agreement, some people being away."""
    contract = agreement()
    given = {who: (a,) if isinstance(a, Absence) else a for who, a in absences.items()}
    people = tuple(replace(p, absences=given.get(p.id, ())) for p in contract.people)
    return replace(contract, people=people)


def july(first: int, last: int, stand_in: str | None = None) -> Absence:
    return Absence(first=date(2026, 7, first), last=date(2026, 7, last), stand_in=stand_in)


def reached(contract: Contract, at: str, post: Post | None = None) -> tuple[str, ...]:
    post = post or contract.echelon(1).provider
    return queue(contract, Calendar.of(contract), post, paris(at))


def test_org_2_the_holder_comes_first_then_the_deputies() -> None:
    assert reached(agreement(), DAY) == ("tom", "tess")
    assert reached(agreement(), DAY, Post(people=("tess", "tom", "sam"))) == ("tess", "tom", "sam")


@pytest.mark.parametrize("at", [NIGHT, "2026-07-14 12:00", "2026-07-18 12:00", "2026-07-15 18:00"])
def test_cal_1_outside_coverage_whoever_is_on_call_comes_first(at: str) -> None:
    assert reached(agreement(), at) == ("nia", "tom", "tess")


def test_cal_1_in_coverage_hours_nobody_is_called_from_the_rota() -> None:
    assert "nia" not in reached(agreement(), "2026-07-15 07:30")


def test_cal_1_a_post_without_a_rota_is_reached_the_same_at_night() -> None:
    assert reached(agreement(), NIGHT, agreement().echelon(2).provider) == ("sam", "sue")


def test_cal_1_an_override_of_the_rota_is_reached() -> None:
    (rota,) = agreement().rotas
    swap = Override(person="ned", start=paris("2026-07-14 09:00"), end=paris("2026-07-16 09:00"))
    contract = agreement(rotas=(replace(rota, overrides=(swap,)),))
    assert reached(contract, NIGHT) == ("ned", "tom", "tess")


def test_org_3_an_absence_includes_its_first_and_last_day_in_the_contracts_zone() -> None:
    contract = away(tom=july(15, 16))
    assert present(contract, "tom", paris("2026-07-14 23:59:59"))
    assert not present(contract, "tom", paris("2026-07-15 00:00"))  # still the 14th in UTC
    assert not present(contract, "tom", paris("2026-07-16 23:59:59"))
    assert present(contract, "tom", paris("2026-07-17 00:00"))


def test_org_3_a_stand_in_takes_the_place_of_somebody_absent() -> None:
    assert reached(away(tom=july(15, 15, "hal")), DAY) == ("hal", "tess")


def test_org_3_a_stand_in_who_is_a_deputy_is_not_pinged_twice() -> None:
    assert reached(away(tom=july(15, 15, "tess")), DAY) == ("tess",)


def test_org_3_somebody_absent_without_a_stand_in_is_skipped() -> None:
    assert reached(away(tom=july(15, 15)), DAY) == ("tess",)
    assert reached(away(tom=july(15, 15), tess=july(10, 20)), DAY) == ()


def test_org_3_an_absent_on_call_person_is_replaced_too() -> None:
    assert reached(away(nia=july(15, 15, "ned")), NIGHT) == ("ned", "tom", "tess")
    assert reached(away(nia=july(15, 15, "tess")), NIGHT) == ("tess", "tom")
    assert reached(away(nia=july(15, 15)), NIGHT) == ("tom", "tess")


def test_org_3_an_absent_stand_in_is_replaced_by_their_own() -> None:
    contract = away(tom=july(15, 15, "hal"), hal=july(15, 15, "sue"))
    assert stand_in(contract, "tom", paris(DAY)) == "sue"
    assert reached(contract, DAY) == ("sue", "tess")


def test_org_3_stand_ins_who_stand_in_for_each_other_do_not_go_round_for_ever() -> None:
    contract = away(tom=july(15, 15, "tess"), tess=july(15, 15, "tom"))
    assert stand_in(contract, "tom", paris(DAY)) is None
    assert reached(contract, DAY) == ()
    assert stand_in(away(tom=july(15, 15, "tom")), "tom", paris(DAY)) is None


def test_org_3_of_two_absences_at_once_the_one_with_a_stand_in_helps() -> None:
    contract = away(tom=(july(1, 31), july(15, 15, "hal")))
    assert stand_in(contract, "tom", paris(DAY)) == "hal"
    assert stand_in(contract, "tom", paris("2026-07-16 10:00")) is None


def test_org_3_nobody_stands_in_for_somebody_present() -> None:
    assert stand_in(away(tom=july(20, 31, "hal")), "tom", paris(DAY)) is None

"""Whom an edited rota moves, and whether the file says from when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from escalation.contract import Contract, Override, Post, Rota, RotaChange
from escalation.duty.duty_changes import AHEAD, DutyMove, coming_changes, moves
from escalation.duty.on_call import on_call
from tests.agreement import PARIS, agreement, paris

NOW = paris("2026-03-04 10:00")  # a Wednesday, in Ned's week
NEW = ("nia", "tess", "ned")


def duty(**changes: Any) -> Contract:
    """Ned and Nia take turns at 09:00 on Mondays."""
    (rota,) = agreement().rotas
    return agreement(rotas=(replace(rota, **changes),))


def change(starts: str, *people: str, **more: Any) -> RotaChange:
    return RotaChange(starts=date.fromisoformat(starts), people=people, **more)


Said = tuple[str, str | None, str | None, bool]  # when, who was, who is, whether it is dated


def said(found: list[DutyMove]) -> list[Said]:
    return [
        (f"{each.start.astimezone(PARIS):%m-%d %H:%M}", each.was, each.becomes, each.dated)
        for each in found
    ]


def moved(
    new: Contract, old: Contract | None = None
) -> list[tuple[str, str | None, str | None, bool]]:
    return said(moves(old or duty(), new, NOW))


def test_cal_6_a_list_edited_in_place_moves_who_is_on_duty_now() -> None:
    first, *later = moved(duty(people=("ned", "nia", "tess")))
    assert first == ("03-04 10:00", "ned", "tess", False)
    assert len(later) == 6, "of nine turns, the others fall to the same people"
    assert not any(dated for *_, dated in later)


def test_cal_6_the_same_list_with_a_day_moves_nobody_before_it() -> None:
    found = moved(duty(changes=(change("2026-03-09", *NEW),)))
    assert found[0] == ("03-16 09:00", "ned", "tess", True)
    assert all(dated for *_, dated in found)


def test_cal_6_an_edit_that_moves_nobody_is_not_told() -> None:
    assert moved(duty()) == []
    assert moved(duty(starts=date(2026, 1, 19))) == []
    dated = duty(changes=(change("2026-03-02", *NEW),))
    assert moved(duty(people=NEW, starts=date(2026, 3, 2)), dated) == []


def test_cal_6_a_change_dated_in_the_past_is_not_said_in_time() -> None:
    assert moved(duty(changes=(change("2026-03-02", *NEW),)))[0] == (
        "03-04 10:00", "ned", "nia", False,
    )  # fmt: skip


def test_cal_6_who_is_removed_while_on_duty_is_named_with_who_is_now() -> None:
    found = moved(duty(people=("nia",)))
    assert found[0] == ("03-04 10:00", "ned", "nia", False)
    assert {was for _, was, *_ in found} == {"ned"}


@pytest.mark.parametrize(
    ("edit", "first"),
    [
        ({"hand_over": time(18)}, ("03-09 09:00", "nia", "ned", False)),
        ({"turn_days": 1}, ("03-05 09:00", "ned", "nia", False)),
        ({"starts": date(2026, 1, 12)}, ("03-04 10:00", "ned", "nia", False)),
    ],
)
def test_cal_6_another_hand_over_length_or_anchor_is_told(
    edit: dict[str, Any], first: Said
) -> None:
    assert moved(duty(**edit))[0] == first


def test_cal_6_an_announced_change_that_is_taken_back_or_edited() -> None:
    announced = duty(changes=(change("2026-03-16", "tess", "nia"),))
    assert moved(duty(), announced)[0] == ("03-16 09:00", "tess", "ned", False)
    other = duty(changes=(change("2026-03-16", "sam", "nia"),))
    assert moved(other, announced)[0] == ("03-16 09:00", "tess", "sam", True)


def test_cal_6_two_changes_at_once_are_each_said() -> None:
    both = duty(changes=(change("2026-03-10", "tess"), change("2026-03-12", "sam", "ned")))
    assert moved(both)[:2] == [
        ("03-10 09:00", "nia", "tess", True),
        ("03-12 09:00", "nia", "sam", True),
    ]


def test_cal_6_an_edit_without_a_day_is_told_until_a_change_that_has_one() -> None:
    mixed = duty(people=("nia", "ned"), changes=(change("2026-03-16", "tess"),))
    assert moved(mixed)[:3] == [
        ("03-04 10:00", "ned", "nia", False),
        ("03-09 09:00", "nia", "ned", False),
        ("03-16 09:00", "ned", "tess", True),
    ]


def test_cal_6_a_swap_says_its_own_days_and_one_taken_away_does_not() -> None:
    swap = Override(person="tess", start=paris("2026-03-05 18:00"), end=paris("2026-03-06 08:00"))
    assert moved(duty(overrides=(swap,))) == [("03-05 18:00", "ned", "tess", True)]
    assert moved(duty(), duty(overrides=(swap,))) == [("03-05 18:00", "tess", "ned", False)]


def test_cal_6_a_swap_that_stays_is_not_moved_by_a_change_beneath_it() -> None:
    swap = Override(person="sam", start=paris("2026-03-08 12:00"), end=paris("2026-03-10 12:00"))
    old = duty(overrides=(swap,))
    new = duty(overrides=(swap,), changes=(change("2026-03-09", "tess", "nia"),))
    assert moved(new, old)[0] == ("03-10 12:00", "nia", "tess", True)


def test_cal_6_a_rota_under_another_id_or_on_no_post_is_seen() -> None:
    (level_1, *rest) = agreement().echelons
    (rota,) = agreement().rotas

    def with_duty(on_call_rota: str | None, *rotas: Rota) -> Contract:
        rota_ids = (on_call_rota,) if on_call_rota else ()
        post = Post(people=level_1.provider.people, on_call=rota_ids)
        return agreement(rotas=rotas, echelons=(replace(level_1, provider=post), *rest))

    assert moved(with_duty("evenings", replace(rota, id="evenings"))) == []
    assert moved(with_duty("evenings", replace(rota, id="evenings", people=("tess",))))[0] == (
        "03-04 10:00", "ned", "tess", False,
    )  # fmt: skip
    assert moved(with_duty(None, rota))[0] == ("03-04 10:00", "ned", None, False)
    assert moved(agreement(), with_duty(None, rota))[0] == ("03-04 10:00", None, "ned", False)


def test_cal_6_moves_end_with_the_weeks_ahead_and_are_what_on_call_says() -> None:
    old, new = duty(), duty(people=("ned", "nia", "tess"))
    found = moves(old, new, NOW)
    assert max(each.end for each in found) <= NOW + AHEAD
    for hours in range(0, int(AHEAD / timedelta(hours=1)), 5):
        at = NOW + timedelta(hours=hours)
        was, becomes = on_call(old, "nights", at), on_call(new, "nights", at)
        holding = [(each.was, each.becomes) for each in found if each.start <= at < each.end]
        assert holding == ([(was, becomes)] if was != becomes else [])


def coming(contract: Contract, now: datetime = NOW) -> list[tuple[str, tuple[str, ...], int]]:
    return [
        (f"{each.start.astimezone(PARIS):%m-%d %H:%M}", each.people, len(each.moves))
        for each in coming_changes(contract, now)
    ]


def test_cal_6_a_change_ahead_says_whom_it_moves_until_the_next() -> None:
    contract = duty(changes=(change("2026-03-16", *NEW), change("2026-04-06", "ned", "nia")))
    assert coming(contract) == [("03-16 09:00", NEW, 2), ("04-06 09:00", ("ned", "nia"), 6)]
    [first, _] = coming_changes(contract, NOW)
    assert said(first.moves)[0] == ("03-16 09:00", "ned", "nia", True)
    assert coming(contract, paris("2026-03-16 09:00")) == [("04-06 09:00", ("ned", "nia"), 6)]


def test_cal_6_a_move_is_one_line_of_the_journal() -> None:
    (first, *_) = moves(duty(), duty(people=("nia",)), NOW)
    assert first.as_fact() == "nights 2026-03-04T09:00Z/2026-03-09T08:00Z ned > nia"

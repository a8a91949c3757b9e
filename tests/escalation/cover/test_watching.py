"""Gaps and overlaps ahead are told to who keeps the rota, before they matter (Rule CAL-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from escalation.contract import Absence, Contract
from escalation.decision.commands.cover import AcceptCover, AskCover, WatchDuty
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import with_people
from tests.story import Story

NIGHT = {"start": paris("2026-07-25 00:00"), "end": paris("2026-07-26 00:00")}
GAP = date(2026, 7, 25)  # a Saturday of Ned's week


def contract(
    *, away: bool = True, version: str = "v1", kept_by: tuple[str, ...] = ("sam",)
) -> Contract:
    (nights,) = agreement().rotas
    kept = agreement(rotas=(replace(nights, kept_by=kept_by),), version=version)
    absence = Absence(first=GAP, last=GAP)
    return with_people(kept, ["ned"], absences=(absence,) if away else ())


def story(of: Contract | None = None) -> Story:
    play = Story(of or contract(), at=paris("2026-07-15 12:00"))
    play.perform(WatchDuty, "escalade")
    return play


def told(play: Story) -> list[str]:
    return [
        f"{at.astimezone(play.contract.zone):%d %H:%M} {effect.to.name}"
        for at, effect in play.memory.told("duty_faults")
    ]


def test_cal_6_a_gap_is_told_a_week_before_and_a_day_before_and_as_it_begins() -> None:
    play = story()
    play.at(paris("2026-07-28 12:00"))
    assert told(play) == ["17 09:00 sam", "23 09:00 sam", "25 09:00 sam"]
    (effect,) = {e for _, e in play.memory.told("duty_faults")[:1]}
    assert effect.meaning.faults == (
        "provider 1 2026-07-24T22:00:00+00:00 2026-07-25T22:00:00+00:00",
    )


def test_cal_6_a_gap_that_is_put_right_is_not_told_again() -> None:
    play = story()
    play.at(paris("2026-07-18 12:00"))
    play.memory.amend(contract(away=False, version="v2"))
    play.perform(WatchDuty, "escalade")
    play.at(paris("2026-07-28 12:00"))
    assert told(play) == ["17 09:00 sam"]


def test_cal_6_a_gap_that_a_cover_closes_is_none() -> None:
    play = story()
    cover = play.perform(
        AskCover,
        "ned",
        person="nia",
        start=paris("2026-07-25 00:00"),
        end=paris("2026-07-26 00:00"),
    )
    play.perform(AcceptCover, "nia", cover)
    play.at(paris("2026-07-28 12:00"))
    assert told(play) == []


def test_cal_6_a_gap_that_a_new_version_makes_is_told_as_it_comes_into_force() -> None:
    play = story(contract(away=False))
    play.at(paris("2026-07-24 20:00"))
    play.memory.amend(contract(version="v2"))
    play.perform(WatchDuty, "escalade")
    play.perform(WatchDuty, "escalade")  # another start
    assert told(play) == ["24 20:00 sam"]
    assert len({record for _, record in vars(play.memory)["_records"]}) == 1


def test_cal_6_where_nobody_is_named_who_keeps_the_rota_who_holds_its_post_is_told() -> None:
    play = story(contract(kept_by=()))
    play.at(paris("2026-07-28 12:00"))
    assert told(play) == ["17 09:00 tom", "23 09:00 tom", "25 09:00 tom"]


def test_cal_6_who_keeps_the_rota_and_is_away_has_their_stand_in_told() -> None:
    away = Absence(first=date(2026, 7, 17), last=date(2026, 7, 17), stand_in="sue")
    play = story(with_people(contract(), ["sam"], absences=(away,)))
    play.at(paris("2026-07-24 12:00"))
    assert told(play) == ["17 09:00 sue", "23 09:00 sam"]


def test_cal_6_a_cover_that_an_edited_contract_leaves_void_is_told_at_once() -> None:
    play = story(contract(away=False))
    cover = play.perform(
        AskCover,
        "ned",
        person="hal",
        start=paris("2026-07-25 00:00"),
        end=paris("2026-07-26 00:00"),
    )
    play.perform(AcceptCover, "hal", cover)
    people = tuple(p for p in agreement().people if p.id != "hal")
    play.memory.amend(replace(contract(away=False, version="v2"), people=people))
    play.perform(WatchDuty, "escalade")
    news = [(e.to.name, e.meaning.action) for _, e in play.memory.told("cover_news")]
    assert news[-1] == ("ned", "cover.void")

"""People of rungs whom no way leads to: who keeps the list is told in time (Rule ESC-10)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from escalation.contract import Absence, Contract, RotaChange
from escalation.decision.commands.cover import WatchDuty
from escalation.decision.commands.delivery import RecordDelivery
from escalation.messages.cover import DutyFaults
from escalation.messages.destinations import PROVIDER_ROOM, person
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import with_people
from tests.story import Story

RUNGS = {
    "tom", "tess", "sam", "sue", "dan", "bea", "ned", "nia",
    "olga", "otto", "hana", "cid", "eve", "nora", "rex",
}  # fmt: skip


def contract(
    *, within: int | None = 30, version: str = "v1", kept_by: tuple[str, ...] = ()
) -> Contract:
    (nights,) = agreement().rotas
    rules = replace(agreement().escalation, reached_within_days=within)
    rotas = (replace(nights, kept_by=kept_by),)
    return agreement(escalation=rules, rotas=rotas, version=version)


def story(of: Contract | None = None, *, but: Collection[str] = ()) -> Story:
    """All but these were reached on 15 July, the eve of the first look."""
    play = Story(of or contract(), at=paris("2026-07-15 12:00"))
    play.perform(WatchDuty, "escalade")
    for who in sorted(RUNGS - {*but}):
        reach(play, who)
    return play


def reach(play: Story, who: str, *, way: str = "") -> None:
    play.memory.do(
        RecordDelivery(
            contract=play.contract.id,
            subject="DUT-0001",
            meaning=DutyFaults(faults=()),
            to=person(who),
            delivered=True,
            way=way,
        ),
        play.now,
    )


def told(play: Story) -> list[str]:
    return [
        f"{at.astimezone(play.contract.zone):%d/%m %H:%M} {e.to.name}: {' '.join(e.meaning.people)}"
        for at, e in play.memory.told("unreached_people")
    ]


def test_esc_10_who_was_not_reached_is_told_once_and_again_each_week() -> None:
    play = story(but={"olga", "nora"})
    assert told(play) == []  # a start learns first who is who
    play.at(paris("2026-07-29 12:00"))
    assert told(play) == [f"{day}/07 09:00 sam: nora olga" for day in (16, 23)]


def test_esc_10_what_was_reached_too_long_ago_counts_no_more() -> None:
    play = story()
    play.at(paris("2026-08-14 08:59"))
    assert told(play) == []
    for who in RUNGS - {"cid"}:
        reach(play, who)
    play.at(paris("2026-08-15 12:00"))
    assert told(play) == ["15/08 09:00 sam: cid"]


def test_esc_10_who_is_reached_by_any_way_is_told_of_no_more() -> None:
    play = story(but={"olga"})
    play.at(paris("2026-07-17 12:00"))
    reach(play, "olga", way="mail")
    play.at(paris("2026-07-30 12:00"))
    assert told(play) == ["16/07 09:00 sam: olga"]


def test_esc_10_without_a_time_in_the_contract_nobody_is_told() -> None:
    play = story(contract(within=None, kept_by=("sue",)), but=RUNGS)
    play.at(paris("2026-07-30 12:00"))
    assert told(play) == []


def test_esc_10_who_keeps_the_rota_is_told_of_its_people_and_the_manager_of_others() -> None:
    play = story(contract(kept_by=("sue",)), but={"nia", "tess"})
    play.at(paris("2026-07-16 12:00"))
    assert told(play) == ["16/07 09:00 sue: nia", "16/07 09:00 sam: tess"]


def test_esc_10_of_who_keeps_the_list_themselves_the_room_of_the_provider_is_told() -> None:
    play = story(but={"sam"})
    play.at(paris("2026-07-16 12:00"))
    ((_, effect),) = play.memory.told("unreached_people")
    assert effect.to == PROVIDER_ROOM


def test_esc_10_a_stand_in_to_come_is_to_be_reached_and_who_is_on_no_rung_is_not() -> None:
    leave = Absence(first=date(2026, 7, 27), last=date(2026, 7, 31), stand_in="hal")
    play = story(with_people(contract(), ["dan"], absences=(leave,)))
    play.at(paris("2026-07-16 12:00"))
    assert told(play) == ["16/07 09:00 sam: hal"]


def test_esc_10_who_has_left_the_rota_need_not_be_reached_and_who_comes_to_it_must() -> None:
    (nights,) = contract().rotas
    moved = (
        RotaChange(starts=date(2026, 7, 6), people=("nia",)),
        RotaChange(starts=date(2026, 9, 7), people=("nia", "hal")),
    )
    play = story(replace(contract(), rotas=(replace(nights, changes=moved),)), but={"ned"})
    play.at(paris("2026-07-16 12:00"))
    assert told(play) == ["16/07 09:00 sam: hal"]


def test_esc_10_an_edited_contract_holds_from_then_on() -> None:
    play = story(but={"olga"})
    play.at(paris("2026-07-17 12:00"))
    play.memory.amend(contract(within=None, version="v2"))
    play.at(paris("2026-07-30 12:00"))
    assert told(play) == ["16/07 09:00 sam: olga"]


def test_esc_10_a_look_that_an_outage_made_late_waits_for_the_next_day() -> None:
    play = story(but={"olga"})
    timer = play.memory.due()
    assert timer is not None
    play.memory.fire(timer, paris("2026-07-16 11:00"))
    assert told(play) == []
    play.at(paris("2026-07-17 12:00"))
    assert told(play) == ["17/07 09:00 sam: olga"]

"""The client confirms who represents each supplier's management, at an interval (Rule CRI-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.refusals import NotAllowed
from escalation.contract import Absence, Contract
from escalation.decision.commands.cover import ConfirmManagement, CorrectManagement, WatchDuty
from escalation.messages.cover import ManagementCard, ManagementOpen
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import with_people
from tests.story import Story


def contract(
    *, days: int | None = 90, version: str = "v1", kept_by: tuple[str, ...] = ("otto",)
) -> Contract:
    of = agreement()
    crisis = replace(of.crisis, confirm_suppliers_days=days)
    suppliers = tuple(replace(each, kept_by=kept_by) for each in of.suppliers)
    return agreement(crisis=crisis, suppliers=suppliers, version=version)


def story(of: Contract | None = None) -> Story:
    """From a Wednesday on."""
    play = Story(of or contract(), at=paris("2026-07-15 12:00"))
    play.perform(WatchDuty, "escalade")
    return play


def told(play: Story) -> list[str]:
    """Who was asked anew, and who told that a list is open still: when."""
    found = []
    for topic in (ManagementCard.topic, ManagementOpen.topic):
        for at, effect in play.memory.told(topic):
            if getattr(effect.meaning, "anew", True):
                local = at.astimezone(play.contract.zone)
                found.append(f"{local:%m-%d %H:%M} {topic.split('_')[1]} {effect.to.name}")
    return sorted(found)


def test_cri_13_the_keeper_is_asked_reminded_and_both_managers_told_when_overdue() -> None:
    play = story()
    play.at(paris("2026-07-31 12:00"))
    assert told(play) == [
        "07-16 09:00 card otto",
        "07-23 09:00 card otto",
        "07-23 09:00 open hana",
        "07-23 09:00 open sam",
        "07-30 09:00 card otto",
        "07-30 09:00 open hana",
        "07-30 09:00 open sam",
    ]


def test_cri_13_what_was_confirmed_is_kept_and_asked_again_a_week_before_it_is_due() -> None:
    play = story()
    play.at(paris("2026-07-17 10:00"))
    play.perform(ConfirmManagement, "otto", supplier="network")
    check = play["DUT-0001"].suppliers["network"]
    assert (check.confirmed_by, check.confirmed_on) == ("otto", date(2026, 7, 17))
    assert check.listed == ("rex +33300000002",)
    said = next(
        e
        for e in play.memory.timeline("acme", "DUT-0001")
        if e.action == "duty.management_confirmed"
    )
    assert (said.actor, said.facts["people"]) == ("otto", ["rex +33300000002"])
    play.at(paris("2026-10-09 12:00"))  # 90 days later is the 15th
    assert told(play) == ["07-16 09:00 card otto", "10-08 09:00 card otto"]


def test_cri_13_what_is_to_be_changed_is_told_at_once_and_confirmed_once_the_file_says_so() -> None:
    play = story()
    play.at(paris("2026-07-17 10:00"))
    play.perform(CorrectManagement, "otto", supplier="network", text="Rex has left")
    play.at(paris("2026-07-25 12:00"))  # the keeper has answered: only the managers hear again
    assert told(play)[1:] == [
        "07-17 10:00 open hana",
        "07-17 10:00 open sam",
        "07-24 09:00 open hana",
        "07-24 09:00 open sam",
    ]
    new = contract(version="v2")
    play.memory.amend(replace(new, suppliers=(replace(new.suppliers[0], representative="nora"),)))
    play.perform(WatchDuty, "escalade")
    play.at(paris("2026-07-28 12:00"))
    assert told(play)[5:] == ["07-27 09:00 card otto"]  # a Monday
    play.perform(ConfirmManagement, "otto", supplier="network")
    assert play["DUT-0001"].suppliers["network"].listed == ("nora +33300000001",)


def test_cri_13_confirmed_though_it_was_to_be_changed_is_told_to_all_concerned() -> None:
    play = story(contract(kept_by=("otto", "olga")))
    play.at(paris("2026-07-17 10:00"))
    play.perform(CorrectManagement, "otto", supplier="network", text="Rex has left")
    play.at(paris("2026-07-17 11:00"))
    play.perform(ConfirmManagement, "olga", supplier="network")
    assert [each for each in told(play) if "07-17 11:00" in each] == [
        "07-17 11:00 open hana",
        "07-17 11:00 open otto",
        "07-17 11:00 open sam",
    ]
    assert not play["DUT-0001"].suppliers["network"].to_change


def test_cri_13_an_edit_after_the_confirmation_is_asked_about() -> None:
    play = story()
    play.at(paris("2026-07-17 10:00"))
    play.perform(ConfirmManagement, "otto", supplier="network")
    play.memory.amend(with_people(contract(version="v2"), ["rex"], phone="+33399999999"))
    play.perform(WatchDuty, "escalade")
    play.at(paris("2026-07-21 12:00"))
    assert told(play) == ["07-16 09:00 card otto", "07-20 09:00 card otto"]


def test_cri_13_in_the_place_of_an_absent_keeper_the_stand_in_is_asked_and_may_answer() -> None:
    away = Absence(first=date(2026, 7, 15), last=date(2026, 7, 20), stand_in="rita")
    play = story(with_people(contract(), ["otto"], absences=(away,)))
    play.at(paris("2026-07-17 10:00"))
    assert told(play) == ["07-16 09:00 card rita"]
    play.perform(ConfirmManagement, "rita", supplier="network")
    assert play["DUT-0001"].suppliers["network"].confirmed_by == "rita"


def test_cri_13_only_who_keeps_the_list_confirms_it() -> None:
    play = story()
    for who in ("sam", "hana", "rex"):
        with pytest.raises(NotAllowed):
            play.perform(ConfirmManagement, who, supplier="network")
    unnamed = story(contract(kept_by=()))  # then the client's delivery manager, or service owner
    unnamed.perform(ConfirmManagement, "hana", supplier="network")


def test_cri_13_nobody_is_asked_unless_the_contract_says_how_often() -> None:
    play = story(contract(days=None))
    play.at(paris("2026-08-31 12:00"))
    assert told(play) == []

"""The suppliers' management is confirmed by clicking alone, and shown to both firms (CRI-13)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.refusals import Refusal
from escalation.decision.commands.cover import ConfirmManagement, CorrectManagement, WatchDuty
from escalation.messages.cover import ManagementCard, ManagementOpen
from tests.agreement import agreement
from tests.handlers.blockkit import check_message, texts_in, verbs_of
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage


def stage(*, days: int | None = 90) -> Stage:
    crisis = replace(agreement().crisis, confirm_suppliers_days=days)
    play = Stage(agreement(crisis=crisis))
    play.do(WatchDuty, "escalade")
    play.wait(days=1)
    return play


async def page(play: Stage, person: str) -> str:
    shown = await Counter(play, language="en").shown(person, "oncall", "now")
    check_message(shown)
    return " ".join(text["text"] for text in texts_in(shown.blocks))


async def test_cri_13_the_keeper_confirms_by_a_click_and_both_firms_read_it() -> None:
    play = stage()
    card = play.say(play.last(ManagementCard.topic, "hana"))
    assert card is not None
    said = " ".join(text["text"] for text in texts_in(card.blocks))
    assert "Rex Representative (+33300000002)" in said
    assert "Still right" in said
    play.do(ConfirmManagement, "hana", supplier="network")
    after = play.say(play.last(ManagementCard.topic, "hana"))
    assert after is not None
    said = " ".join(text["text"] for text in texts_in(after.blocks))
    assert "Confirmed by Hana Head" in said
    assert "Still right" not in said
    for person in ("tom", "olga"):
        assert "Confirmed by Hana Head" in await page(play, person)
        assert "Still right" not in await page(play, person)
    assert "Still right" in await page(play, "hana")
    assert "Confirmed by" not in await page(play, "nora")  # a supplier's people


async def test_cri_13_what_is_to_be_changed_is_read_by_the_delivery_managers() -> None:
    play = stage()
    play.do(CorrectManagement, "hana", supplier="network", text="Rex has left")
    said = play.words(ManagementOpen.topic, "sam")
    assert "Hana Head says what is to be changed:" in said
    assert "Rex has left" in said
    play.wait(days=1)
    assert "Rex has left" in await page(play, "tom")


async def test_cri_13_a_list_confirmed_though_it_was_to_be_changed_says_so() -> None:
    play = stage()
    play.do(CorrectManagement, "hana", supplier="network", text="Rex has left")
    play.do(ConfirmManagement, "hana", supplier="network")
    said = play.words(ManagementOpen.topic, "sam")
    assert "What was to be changed in it is void" in said
    assert "Confirmed by Hana Head" in said
    assert "Rex has left" not in said


async def test_cri_13_thirteen_suppliers_have_their_buttons() -> None:
    (one,) = (each for each in agreement().suppliers if each.id == "network")
    crisis = replace(agreement().crisis, confirm_suppliers_days=90)
    many = tuple(replace(one, id=f"s{n}", name=f"Supplier {n}") for n in range(13))
    play = Stage(agreement(crisis=crisis, suppliers=(one, *many)))
    play.do(WatchDuty, "escalade")
    play.wait(days=1)
    card = play.say(play.last(ManagementCard.topic, "hana"))
    assert card is not None
    check_message(card)
    assert len(verbs_of(card)) == 28
    assert "Still right: Supplier 12" in await page(play, "hana")


async def test_cri_13_without_the_interval_nothing_of_it_is_offered() -> None:
    play = stage(days=None)
    assert "management" not in await page(play, "hana")
    with pytest.raises(Refusal):
        await Counter(play).shown("hana", "oncall", "confirm supplier=network")

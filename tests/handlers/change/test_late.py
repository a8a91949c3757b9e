"""What is late says so: on the card and in its notification, to each why they are told (ESC-9)."""

from __future__ import annotations

import pytest

from escalation.decision.commands import change as c
from escalation.messages.change import ChangeNews
from escalation.records.change import ChangeResult
from tests.agreement import paris
from tests.escalation.change.story import CHG, with_changes
from tests.handlers.change.test_clicks import card, words
from tests.handlers.stories import Stage


@pytest.fixture
def stage() -> Stage:
    """Tess has begun at 10:00 what is to be over at 10:30; it is 11:05."""
    stage = Stage(with_changes())
    stage.do(c.RequestChange, "rita", title="VPN", standard="account", answers={"user": "Maud"})
    stage.do(c.ApproveChange, "olga", change=CHG)
    stage.do(c.PlanChange, "tess", change=CHG, start=stage.now)
    stage.do(c.StartChange, "tess", change=CHG)
    stage.at(paris("2026-07-15 11:05"))
    return stage


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("tess", "because you carry it out"),
        ("ned", "as change manager"),
        ("sam", "because nobody has ended it"),
        ("rita", ""),
    ],
)
def test_esc_9_an_overrun_says_since_when_and_why_its_reader_is_called(
    stage: Stage, person: str, why: str
) -> None:
    shown = card(stage, person)
    for said in (shown.text, str(shown.blocks)):
        assert "being carried out, longer than planned" in said
        assert "It was to be over by 10:30." in said
        assert ("You are called" in said) is bool(why)
        assert why in said
    assert "Fin prévue : 10:30, dépassée." in card(stage, person, "fr").text.replace("\u00a0", " ")


def test_esc_9_until_somebody_has_it_in_hand_and_then_the_first_end_is_still_read(
    stage: Stage,
) -> None:
    stage.do(c.ProlongChange, "sam", change=CHG, until=paris("2026-07-15 12:00"))
    said = words(card(stage, "ned"))
    assert "called" not in said
    assert "12:00 (planned until 10:30)" in said
    stage.at(paris("2026-07-15 12:05"))
    assert "It was to be over by 12:00. You are called as change manager" in words(
        card(stage, "ned")
    ).replace("*", "")
    assert "You are called" not in words(card(stage, "sam")), "it climbs anew"


def test_chg_4_what_is_over_says_when_it_really_was_and_by_how_much_it_overran(
    stage: Stage,
) -> None:
    stage.do(c.ProlongChange, "sam", change=CHG, until=paris("2026-07-15 14:00"))
    stage.at(paris("2026-07-15 13:30"))
    stage.do(c.EndChange, "tess", change=CHG, result=ChangeResult.SUCCEEDED)
    late = "It has ended 3 h after the end first planned."
    assert late in stage.say(stage.last(ChangeNews.topic, "rita")).text
    stage.do(c.CloseChange, "ned", change=CHG)
    said = words(card(stage, "ned"))
    assert late in said
    assert "from 15 Jul 2026, 10:00 to 15 Jul 2026, 13:30" in said


def test_chg_4_what_ends_in_its_window_was_not_late() -> None:
    stage = Stage(with_changes())
    stage.do(c.RequestChange, "rita", title="VPN", standard="account", answers={"user": "Maud"})
    stage.do(c.ApproveChange, "olga", change=CHG)
    stage.do(c.PlanChange, "tess", change=CHG, start=stage.now)
    stage.do(c.StartChange, "tess", change=CHG)
    stage.wait(minutes=20)
    stage.do(c.EndChange, "tess", change=CHG, result=ChangeResult.SUCCEEDED)
    assert "It has ended" not in words(card(stage, "ned"))


def test_esc_9_who_is_told_of_a_silence_reads_why_and_who_is_awaited_reads_for_what() -> None:
    stage = Stage(with_changes())
    stage.do(c.RequestChange, "rita", title="Larger disks")
    assert card(stage, "ned").text.endswith("awaited of you: the category")
    assert card(stage, "rita").text.endswith("waiting for Ned Night")
    stage.at(paris("2026-07-24 18:00"))
    told = "You are told because what is awaited has not come in time."
    assert card(stage, "sam").text.endswith(f"waiting for Ned Night · {told}")
    stage.do(c.WithdrawChange, "rita", change=CHG, reason="Not needed")
    assert told not in words(card(stage, "sam"))

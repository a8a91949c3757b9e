"""A point is settled when both sides say so (Rule ESC-2)."""

from __future__ import annotations

import pytest

from escalation.base.refusals import AlreadyDone
from escalation.decision.commands.ladder import SettleLadder, StepDown
from escalation.messages.ladder import EscalationStopped, Ping, SettleAsked
from tests.agreement import agreement
from tests.escalation.ladder.climbing import Story, absent


def test_esc_2_one_side_alone_does_not_settle_it_and_the_other_is_asked() -> None:
    story = Story().begin().wait(2)
    story.do(SettleLadder, "tom", note="a restart did it")
    assert story.escalation().active
    asked = story.effects(SettleAsked.topic)
    assert [(e.to.person, e.facts["by"], e.facts["note"]) for e in asked] == [
        ("olga", "tom", "a restart did it")
    ]
    assert story.effects(EscalationStopped.topic) == []
    story.wait(10)
    assert story.pings("provider") == [(0, "tom")], "whoever says so has taken it"


def test_esc_2_it_goes_on_without_the_other_sides_word() -> None:
    story = Story().begin()
    story.acknowledge("olga")
    story.do(SettleLadder, "tom")
    story.wait(60)
    assert story.pings()[-2:] == [(60, "sam"), (60, "hana")]
    story.do(SettleLadder, "hana")
    assert not story.escalation().active, "both sides have said so, each at its level"


def test_esc_2_saying_it_twice_says_who_is_awaited() -> None:
    story = Story().begin()
    story.do(SettleLadder, "tom")
    with pytest.raises(AlreadyDone) as refusal:
        story.do(SettleLadder, "tess")
    assert (refusal.value.code, refusal.value.facts["by"]) == ("already_settled_here", "tom")
    assert refusal.value.facts["people"] == ["olga"]


def test_esc_2_who_escalates_or_steps_down_takes_their_word_back() -> None:
    story = Story().begin()
    story.do(SettleLadder, "olga")
    story.escalate("olga", "it is down again")
    assert story.escalation().settled == ()
    story.do(SettleLadder, "sam")
    story.do(StepDown, "hana", reason="for you")
    assert story.escalation().settled == ()


def test_esc_2_at_the_top_a_side_that_has_settled_is_not_called_again() -> None:
    story = Story().begin()
    for _ in range(3):
        story.escalate("tom", "stuck")
    story.do(SettleLadder, "sam")
    story.wait(90)
    called = {ping.to.person for ping in story.effects(Ping.topic) if ping.facts["rung"] == 3}
    assert called == {"bea", "eve"}, "Sam has said it for the provider"
    assert story.escalation().active


def test_inc_12_both_sides_settle_what_the_provider_had_found_by_itself() -> None:
    story = Story(client_informed=False).begin()
    story.do(SettleLadder, "tom")
    assert story.escalation().active
    story.do(SettleLadder, "olga")
    assert not story.escalation().active


def test_org_10_who_stands_in_for_a_manager_settles_in_their_place() -> None:
    contract = absent(agreement(), "sue", stand_in="hal")
    story = Story(contract).begin()
    story.do(SettleLadder, "hal")
    assert [each.by for each in story.escalation().settled] == ["hal"]

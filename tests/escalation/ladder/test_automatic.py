"""Escalation that starts by itself (Rule ESC-4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.contract import AutomaticCase, Trigger
from escalation.ladder import automatic
from tests.agreement import agreement
from tests.escalation.ladder.climbing import Story


def cases(*given: AutomaticCase) -> Story:
    rules = replace(agreement().escalation, automatic=given)
    return Story(agreement(escalation=rules), level=2)


def test_esc_4_a_case_starts_its_ladder_and_says_which() -> None:
    story = cases(AutomaticCase(trigger=Trigger.TARGET_MISSED, ladder="network"))
    story.rule(automatic.escalate_if, trigger=Trigger.TARGET_MISSED)
    assert story.escalation("network").reason == "trigger:target_missed"
    assert story.escalation("network").started_by == "escalade"
    assert [w.ladder for w in story.incident.walks] == ["network"]


def test_esc_4_several_ladders_may_start_at_once() -> None:
    story = cases(
        AutomaticCase(trigger=Trigger.TARGET_AT_RISK, ladder="network"),
        AutomaticCase(trigger=Trigger.TARGET_AT_RISK),
    )
    story.rule(automatic.escalate_if, trigger=Trigger.TARGET_AT_RISK)
    assert [w.ladder for w in story.incident.walks] == ["network", "client"]


@pytest.mark.parametrize("trigger", [t for t in Trigger if t is not Trigger.NOT_QUALIFIED])
def test_esc_4_nothing_starts_where_the_contract_does_not_say_so(trigger: Trigger) -> None:
    others = (AutomaticCase(trigger=t) for t in Trigger if t is not trigger)
    story = cases(*others, AutomaticCase(trigger=trigger, priorities=(1, 3, 4)))
    story.rule(automatic.escalate_if, trigger=trigger)
    assert story.incident.walks == ()


@pytest.mark.parametrize(("times", "starts"), [(1, False), (2, True), (3, True)])
def test_esc_4_reopened_as_often_as_the_contract_sets(times: int, starts: bool) -> None:
    story = Story(level=2, reopened=times)
    story.rule(automatic.escalate_if, trigger=Trigger.REOPENED)
    assert bool(story.incident.walks) is starts


def test_esc_4_a_second_case_does_not_disturb_the_escalation_under_way() -> None:
    story = cases(
        AutomaticCase(trigger=Trigger.TARGET_AT_RISK), AutomaticCase(trigger=Trigger.TARGET_MISSED)
    )
    story.rule(automatic.escalate_if, trigger=Trigger.TARGET_AT_RISK)
    story.wait(5)
    story.rule(automatic.escalate_if, trigger=Trigger.TARGET_MISSED)
    assert len(story.incident.walks) == 1
    assert len(story.pings()) == 2

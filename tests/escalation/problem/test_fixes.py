"""The change that removes the cause: named before it is made, and what becomes of it (PRB-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.contract.processes.problems import ProblemRules, Rating
from escalation.decision.commands import change as c
from escalation.decision.commands import incident as i
from escalation.decision.commands import problem as p
from escalation.records.change import ChangeResult as R
from escalation.records.problem import ProblemState as S
from tests.escalation.change.story import RULES
from tests.escalation.problem.story import PRB, ProblemStory, with_problems

CHG = "CHG-0001"


def analysed(component: str = "mail") -> ProblemStory:
    """Ned knows the cause of the mail's problem; a standard change of a component is approved."""
    story = ProblemStory(with_problems(changes=RULES))
    story.taken()
    story.do(p.RecordCause, "ned", cause="a leak")
    story.do(c.RequestChange, "ned", standard="restart", title="", components=(component,))
    story.called()
    return story


def carried_out(story: ProblemStory, result: R, change: str = CHG) -> None:
    """Tess carries the change out, in a window that opens now."""
    story.do(c.PlanChange, "tess", change, start=story.now, end=story.now + timedelta(hours=1))
    story.do(c.StartChange, "tess", change)
    story.wait(minutes=20)
    story.do(c.EndChange, "tess", change, result=result, reason="the relay did not come up")


def test_prb_3_a_change_that_is_to_come_fixes_once_it_has_succeeded() -> None:
    story = analysed()
    in_hand = story.opened(title="Mail slow")
    story.do(i.TakeIncident, "sam", in_hand)
    story.do(p.LinkIncident, "tess", incident=in_hand)
    named = story.do(p.RecordFix, "ned", change=CHG, text="It plugs the leak")
    assert (named.state, named.fix, named.watched_until) == (S.ANALYSED, None, None)
    assert story.told("known_error_told") == []
    with pytest.raises(AlreadyDone, match="fix_expected"):
        story.do(p.RecordFix, "ned", change=CHG, text="It plugs the leak")
    carried_out(story, R.SUCCEEDED)
    fixed = story.problem
    assert (fixed.state, fixed.expected, fixed.fix.at) == (S.FIXED, None, story.now)
    assert (fixed.fix.text, story.called()) == ("It plugs the leak", ["ned"])
    assert fixed.watched_until == story.now + timedelta(days=30)
    assert story.told("known_error_told") == ["tom", "sam"]


@pytest.mark.parametrize("result", [R.FAILED, R.ROLLED_BACK, R.PARTLY])
def test_prb_3_a_change_that_does_not_succeed_goes_back_to_whoever_analyses(result: R) -> None:
    story = analysed()
    story.do(p.AssessProblem, "ned", client_impact=Rating.LOW, provider_impact=Rating.LOW)
    story.do(p.RecordFix, "ned", change=CHG)
    story.called()
    carried_out(story, result)
    assert (story.problem.state, story.called()) == (S.ANALYSED, ["ned"])
    (line,) = story.lines(PRB, "problem.fix_missed")
    assert line.facts["change_end"] == result.value
    assert line.facts["reason"] == "the relay did not come up"
    again = story.perform(c.DoChangeAgain, "ned", CHG)
    assert story.problem.expected.change == again, "what does it again takes its place"
    carried_out(story, R.SUCCEEDED, again)
    assert (story.problem.state, story.problem.fix.change) == (S.FIXED, again)


@pytest.mark.parametrize("step", [c.WithdrawChange, c.RejectChange])
def test_prb_3_who_analyses_hears_that_the_change_is_not_made_after_all(step: Any) -> None:
    story = analysed()
    asked = story.perform(c.RequestChange, "rita", title="Larger disks", components=("mail",))
    story.do(p.RecordFix, "ned", change=asked)
    story.called()
    by = "rita" if step is c.WithdrawChange else "sam"
    story.do(step, by, asked, reason="too dear")
    assert story.called() == ["ned"]
    with pytest.raises(NotNow, match="change_removes_nothing"):
        story.do(p.RecordFix, "ned", change=asked)


@pytest.mark.parametrize("result", [R.FAILED, R.ROLLED_BACK])
def test_prb_3_what_has_failed_is_no_fix(result: R) -> None:
    story = analysed()
    carried_out(story, result)
    with pytest.raises(NotNow, match="change_removes_nothing") as refused:
        story.do(p.RecordFix, "ned", change=CHG, text="all the same")
    assert refused.value.facts["change_end"] == result.value
    again = story.perform(c.DoChangeAgain, "ned", CHG)
    with pytest.raises(NotNow) as refused:
        story.do(p.RecordFix, "ned", change=CHG)
    assert refused.value.facts["again"] == again


def test_con_5_a_change_in_part_or_of_another_component_is_a_fix_with_its_reason() -> None:
    story = analysed("wiki")
    with pytest.raises(BadValue, match="fix_elsewhere"):
        story.do(p.RecordFix, "ned", change=CHG)
    carried_out(story, R.PARTLY)
    with pytest.raises(BadValue, match="fix_elsewhere"):
        story.do(p.RecordFix, "ned", change=CHG)
    fixed = story.do(p.RecordFix, "ned", change=CHG, text="The pages filled the queue")
    assert (fixed.state, fixed.fix.text) == (S.FIXED, "The pages filled the queue")
    part = analysed()
    carried_out(part, R.PARTLY)
    with pytest.raises(BadValue, match="fix_in_part"):
        part.do(p.RecordFix, "ned", change=CHG)


def test_con_5_a_change_after_which_an_incident_came_is_a_fix_with_its_reason() -> None:
    story = analysed()
    carried_out(story, R.SUCCEEDED)
    story.wait(minutes=10)
    later = story.opened()
    story.do(p.LinkIncident, "tom", incident=later)
    with pytest.raises(BadValue, match="incident_since_change") as refused:
        story.do(p.RecordFix, "ned", change=CHG)
    assert refused.value.facts["incident"] == later
    assert story.do(p.RecordFix, "ned", change=CHG, text="Of before").state is S.FIXED


def test_prb_3_a_change_that_was_asked_for_does_not_fix_in_place_of_the_one_that_is_named() -> None:
    story = analysed()
    born = story.perform(c.RequestChange, "ned", standard="restart", title="", born_of=PRB)
    story.do(p.RecordFix, "ned", change=CHG)
    carried_out(story, R.SUCCEEDED, born)
    assert story.problem.state is S.ANALYSED
    carried_out(story, R.SUCCEEDED)
    assert story.problem.fix.change == CHG


def test_prb_3_a_change_that_succeeds_before_the_cause_is_known_is_told_to_the_analyst() -> None:
    story = ProblemStory(with_problems(ProblemRules(), changes=RULES))
    story.taken()
    born = story.perform(c.RequestChange, "ned", standard="restart", title="", born_of=PRB)
    story.called()
    carried_out(story, R.SUCCEEDED, born)
    assert (story.problem.state, story.called()) == (S.OPENED, ["ned"])
    story.do(p.RecordCause, "ned", cause="a leak")
    assert story.do(p.RecordFix, "ned", change=born).state is S.FIXED


def test_prb_3_another_fix_takes_the_place_of_the_one_to_come() -> None:
    story = analysed()
    story.do(p.RecordFix, "ned", change=CHG)
    assert story.do(p.RecordFix, "ned", change="the vendor's patch").state is S.FIXED
    carried_out(story, R.SUCCEEDED)
    assert story.problem.fix.change == "the vendor's patch"


@pytest.mark.parametrize("step", [c.WithdrawChange, c.RejectChange])
def test_prb_3_a_duplicate_that_is_dropped_is_not_the_fix_while_another_goes_on(step: Any) -> None:
    story = analysed()
    fix = story.perform(c.RequestChange, "ned", standard="restart", title="", born_of=PRB)
    twice = story.perform(c.RequestChange, "ned", title="Restart it", born_of=PRB)
    story.called()
    story.do(step, "ned" if step is c.WithdrawChange else "sam", twice, reason="a duplicate")
    assert (story.problem.expected, story.called()) == (None, [])
    assert story.lines(PRB, "problem.fix_missed") == []
    carried_out(story, R.SUCCEEDED, fix)
    assert (story.problem.state, story.problem.fix.change) == (S.FIXED, fix)


def test_prb_3_the_last_change_that_was_asked_for_is_missed_though_another_was_dropped() -> None:
    story = analysed()
    both = [
        story.perform(c.RequestChange, "ned", title=title, born_of=PRB) for title in ("One", "Two")
    ]
    for each in both:
        story.called()
        story.do(c.RejectChange, "sam", each, reason="not needed")
    assert (story.called(), story.problem.expected.change) == (["ned"], both[1])

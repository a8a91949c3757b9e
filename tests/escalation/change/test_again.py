"""A change that is done again, and one that is the fix of a problem (CHG-1, CHG-4, PRB-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.commands import change as c
from escalation.decision.commands import problem as p
from escalation.decision.commands.incident import ResolveIncident, TakeIncident
from escalation.records.change import ChangeCategory, ChangeOrigin, ChangeResult, ChangeState, Need
from escalation.records.problem import ProblemState
from tests.escalation.change.story import CHG, RULES, STANDARD, STUDY, ChangeStory, with_changes

S = ChangeState
AGAIN = "CHG-0002"


def test_chg_4_what_was_rolled_back_is_done_again_with_its_study() -> None:
    story = ChangeStory()
    story.studied()
    story.do(c.ApproveChange, "ned")
    story.do(c.ApproveChange, "rita")
    end = story.now + timedelta(hours=1)
    story.do(c.PlanChange, "ned", start=story.now, end=end)
    story.do(c.StartChange, "ned")
    with pytest.raises(NotNow, match="change_state"):
        story.do(c.DoChangeAgain, "ned")
    story.do(c.EndChange, "ned", result=ChangeResult.ROLLED_BACK, reason="too slow")
    with pytest.raises(NotAllowed):
        story.do(c.DoChangeAgain, "olga")
    story.called()
    again = story.do(c.DoChangeAgain, "ned")
    assert (again.id, again.previous, again.state) == (AGAIN, CHG, S.REQUESTED)
    assert (again.requester, again.window, again.result) == ("rita", None, None)
    assert story.called() == ["ned", "rita"]
    assert [line.facts["change"] for line in story.lines(CHG, "change.done_again")] == [AGAIN]
    asked = story.do(c.ClassifyChange, "ned", AGAIN, category=ChangeCategory.OTHER)
    assert asked.state is S.APPROVAL, "it was studied before"


def test_chg_2_both_delivery_managers_approve_what_costs_money_once_more() -> None:
    story = ChangeStory()
    story.studied(money=True)
    story.do(c.RejectChange, "ned", reason="not now")
    story.do(c.DoChangeAgain, "rita")
    asked = story.do(c.ClassifyChange, "ned", AGAIN, category=ChangeCategory.OTHER)
    assert {Need.PROVIDER_DELIVERY, Need.CLIENT_DELIVERY} <= set(asked.needs)
    standard = ChangeStory()
    standard.asked()
    given = {"category": ChangeCategory.STANDARD, "standard": "restart", "service_level": True}
    standard.do(c.ClassifyChange, "ned", **given)
    standard.do(c.WithdrawChange, "rita", reason="not now")
    again = standard.do(c.DoChangeAgain, "rita")
    assert again.state is S.APPROVAL, "not approved beforehand"


def test_chg_4_where_the_requester_has_left_the_head_of_the_service_approves_it_again() -> None:
    story = ChangeStory()
    story.studied()
    story.do(c.RejectChange, "ned", reason="not now")
    left = tuple(each for each in story.contract.people if each.id != "rita")
    story.contract = replace(story.contract, version="v2", people=left)
    story.memory.amend(story.contract)
    again = story.do(c.DoChangeAgain, "ned")
    assert again.requester == "hana"
    asked = story.do(c.ClassifyChange, "ned", AGAIN, category=ChangeCategory.OTHER)
    assert Need.REQUESTER in asked.needs


def test_chg_4_what_succeeded_is_not_done_again() -> None:
    story = ChangeStory()
    story.underway()
    story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    with pytest.raises(NotNow, match="change_succeeded"):
        story.do(c.DoChangeAgain, "ned")


def test_chg_4_a_change_is_done_again_once() -> None:
    story = ChangeStory()
    story.asked()
    story.do(c.RejectChange, "ned", reason="not now")
    story.do(c.DoChangeAgain, "rita")
    for person in ("rita", "ned"):
        with pytest.raises(AlreadyDone, match="change_done_again"):
            story.do(c.DoChangeAgain, person)
    assert (story.change.again, story[AGAIN].again) == (AGAIN, None)
    story.do(c.WithdrawChange, "rita", AGAIN, reason="a slip")
    assert story.do(c.DoChangeAgain, "rita", AGAIN).previous == AGAIN


def test_chg_2_done_again_it_runs_under_the_catalogue_in_force() -> None:
    story = ChangeStory()
    story.standard()
    story.do(c.RejectChange, "olga", reason="not now")
    assert story.do(c.DoChangeAgain, "rita").state is S.APPROVAL
    story.contract = replace(with_changes(replace(RULES, standard=STANDARD[1:])), version="v2")
    story.memory.amend(story.contract)
    story.do(c.RejectChange, "olga", AGAIN, reason="not now")
    again = story.do(c.DoChangeAgain, "rita", AGAIN)
    assert (again.state, again.standard, again.title) == (S.REQUESTED, None, "Larger disks")


def _of_a_problem(*, analysed: bool) -> ChangeStory:
    """A change that Ned asks for because of a problem, and has carried out."""
    story = ChangeStory(with_changes(problems=ProblemRules()))
    incident = story.opened()
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=False)
    story.do(p.TakeProblem, "sam", "PRB-0001")
    if analysed:
        story.do(p.RecordCause, "sam", "PRB-0001", cause="a leak")
    change = story.asked("sam", title="", standard="restart", born_of="PRB-0001")
    assert change.origin is ChangeOrigin.PROBLEM
    story.do(c.PlanChange, "tess", start=story.now)
    story.do(c.StartChange, "tess")
    return story


def test_prb_3_the_change_that_succeeds_is_the_fix_of_its_problem() -> None:
    story = _of_a_problem(analysed=True)
    story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    problem = story["PRB-0001"]
    assert (problem.state, problem.fix.change) == (ProblemState.FIXED, CHG)
    assert story.told("known_error_told") == ["tom"], "whoever has its incident in hand"


@pytest.mark.parametrize("result", [ChangeResult.ROLLED_BACK, ChangeResult.FAILED])
def test_prb_3_one_that_does_not_succeed_fixes_nothing(result: ChangeResult) -> None:
    story = _of_a_problem(analysed=True)
    story.do(c.EndChange, "tess", result=result, reason="too slow")
    assert story["PRB-0001"].state is ProblemState.ANALYSED


def test_prb_3_a_cause_that_nobody_knows_is_not_fixed_by_chance() -> None:
    story = _of_a_problem(analysed=False)
    story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    assert story["PRB-0001"].state is ProblemState.OPENED
    with pytest.raises(AlreadyDone):
        story.do(p.TakeProblem, "sam", "PRB-0001")


def test_chg_2_a_study_stays_what_it_was() -> None:
    story = ChangeStory()
    assert story.studied().study is not None
    story.do(c.RejectChange, "ned", reason="no money")
    again = story.do(c.DoChangeAgain, "rita")
    assert again.study is not None
    assert again.study.text == STUDY["text"]

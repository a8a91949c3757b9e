"""The life of a problem: proposed, taken, analysed, worked around, fixed, closed (PRB-1 to 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.contract.processes.problems import ProblemRules, Rating
from escalation.decision.commands import incident as i
from escalation.decision.commands import problem as c
from escalation.people import rights
from escalation.records.problem import ProblemOrigin, ProblemState
from tests.agreement import agreement
from tests.escalation.problem.story import PRB, ProblemStory
from tests.story import Story

S = ProblemState


def test_inc_11_a_cause_that_remains_is_proposed_once_to_the_problem_manager() -> None:
    story = ProblemStory()
    incident = story.remains()
    problem = story.problem
    assert (problem.state, problem.origin) == (S.PROPOSED, ProblemOrigin.INCIDENT)
    assert (problem.incidents, problem.title) == ((incident,), "Mail is down")
    assert story[incident].problems == (PRB,)
    assert story.called() == ["ned"]
    assert story.told("problem_proposed") == [], "the card says it, with the buttons"
    story.do(i.ReopenIncident, "sam", incident, reason="again")
    story.do(i.ResolveIncident, "tom", incident, cause_gone=False)
    with pytest.raises(NotFound):
        story["PRB-0002"]


def test_inc_11_an_exercise_proposes_no_real_problem() -> None:
    story = ProblemStory()
    incident = story.remains(exercise=True)
    assert story[incident].problems == ()
    with pytest.raises(NotFound):
        story[PRB]


def test_prb_1_without_the_chapter_nothing_is_opened() -> None:
    story = Story()
    with pytest.raises(NotNow, match="no_problems"):
        story.do(c.OpenProblem, "sam", title="x")


def test_prb_1_the_problem_manager_opens_and_anybody_else_of_the_provider_proposes() -> None:
    story = ProblemStory()
    assert story.do(c.OpenProblem, "tess", title="leak", workaround="restart").state is S.PROPOSED
    assert story.called() == ["ned"]
    opened = story.do(c.OpenProblem, "ned", title="leak")
    assert (opened.state, opened.manager, opened.owner) == (S.OPENED, "ned", "ned")
    with pytest.raises(NotAllowed, match="through_service_level"):
        story.do(c.OpenProblem, "hana", title="leak")


def test_prb_1_what_was_announced_with_its_cause_is_a_known_error_once_taken() -> None:
    story = ProblemStory()
    story.do(
        c.OpenProblem, "tess", title="leak", cause="a bug of the vendor's", workaround="restart"
    )
    taken = story.do(c.TakeProblem, "ned")
    assert (taken.state, taken.analysis_due) == (S.KNOWN_ERROR, None)


def test_prb_1_whose_cause_is_gone_starts_a_problem_by_the_review_of_what_is_over() -> None:
    story = ProblemStory()
    gone, remains = story.resolved(component="vpn"), story.opened()
    starts = ProblemOrigin.INCIDENT
    for incident, origin in ((gone, ProblemOrigin.REVIEW), (remains, starts)):
        opened = story.do(c.OpenProblem, "tess", title="leak", incident=incident, origin=starts)
        assert opened.origin is origin


def test_prb_1_who_proposed_it_hears_whether_it_is_taken_or_why_not() -> None:
    story = ProblemStory()
    first = story.perform(c.OpenProblem, "tess", title="leak")
    second = story.perform(c.OpenProblem, "tess", title="leak")
    story.do(c.TakeProblem, "ned", first)
    story.do(c.DeclineProblem, "ned", second, reason="a one-off")
    told = story.effects("problem_answered")
    assert [(e.to.person, e.subject, e.meaning.taken) for e in told] == [
        ("tess", first, True),
        ("tess", second, False),
    ]
    story.do(c.OpenProblem, "ned", title="leak")
    assert len(story.effects("problem_answered")) == 2, "nobody is told what they did themselves"


def test_prb_3_a_known_error_is_called_so_once_cause_and_workaround_are_known() -> None:
    story = ProblemStory()
    story.taken()
    story.do(c.RecordWorkaround, "ned", text="restart")
    assert story.lines(PRB, ProblemAction.KNOWN_ERROR) == []
    story.do(c.RecordCause, "ned", cause="a leak")
    assert [line.actor for line in story.lines(PRB, ProblemAction.KNOWN_ERROR)] == ["ned"]
    story.do(c.RecordWorkaround, "ned", text="restart twice")
    assert len(story.lines(PRB, ProblemAction.KNOWN_ERROR)) == 1


def test_prb_1_of_two_who_take_or_decline_at_once_the_second_is_told() -> None:
    story = ProblemStory()
    story.taken()
    with pytest.raises(AlreadyDone, match="problem_taken"):
        story.do(c.TakeProblem, "ned")
    with pytest.raises(AlreadyDone, match="problem_taken"):
        story.do(c.DeclineProblem, "ned", reason="no")
    other = ProblemStory()
    other.remains()
    with pytest.raises(BadValue, match="reason_missing"):
        other.do(c.DeclineProblem, "ned", reason=" ")
    declined = other.do(c.DeclineProblem, "ned", reason="a known limit")
    assert (declined.state, declined.declined_for) == (S.DECLINED, "a known limit")
    assert declined.alarms.armed == ()
    with pytest.raises(AlreadyDone, match="problem_declined"):
        other.do(c.TakeProblem, "ned")


def test_prb_1_who_may_take_are_the_problem_managers_else_the_incident_managers() -> None:
    story = ProblemStory()
    story.remains()
    with pytest.raises(NotAllowed):
        story.do(c.TakeProblem, "sue")
    none = ProblemStory(agreement(problems=ProblemRules()))
    none.remains()
    assert none.called() == ["sam", "sue"]
    assert none.do(c.TakeProblem, "sue").manager == "sue"


def test_prb_4_the_impacts_go_to_the_delivery_manager_and_prb_2_two_decide() -> None:
    story = ProblemStory()
    story.taken()
    story.called()
    assess = {"client_impact": Rating.HIGH, "provider_impact": Rating.LOW}
    with pytest.raises(NotNow, match="not_assessed"):
        story.do(c.ProposeProblemPriority, "sam", priority=Rating.HIGH)
    story.do(c.AssessProblem, "ned", **assess)
    assert story.called() == ["sam"]
    with pytest.raises(AlreadyDone, match="already_assessed"):
        story.do(c.AssessProblem, "ned", **assess)
    with pytest.raises(NotNow, match="no_priority_proposed"):
        story.do(c.DecideProblemPriority, "hana", priority=Rating.LOW)
    proposed = story.do(c.ProposeProblemPriority, "sam", priority=Rating.MEDIUM)
    assert proposed.priority is None
    assert set(proposed.verdicts) == {"provider"}, "Sam decides for the provider, and has said it"
    assert story.called() == ["hana"]
    said = story.lines(PRB, ProblemAction.PRIORITY_VOTED)
    assert [(e.actor, e.facts["organisation"]) for e in said] == [("sam", "provider")]
    with pytest.raises(AlreadyDone, match="already_decided_so"):
        story.do(c.DecideProblemPriority, "sam", priority=Rating.MEDIUM)
    with pytest.raises(AlreadyDone, match="already_voted"):
        story.do(c.DecideProblemPriority, "sue", priority=Rating.MEDIUM)
    with pytest.raises(NotAllowed):
        story.do(c.DecideProblemPriority, "tess", priority=Rating.MEDIUM)
    decided = story.do(c.DecideProblemPriority, "hana", priority=Rating.MEDIUM)
    assert decided.priority is Rating.MEDIUM
    assert story.called() == ["ned", "sam"]
    with pytest.raises(AlreadyDone):
        story.do(c.DecideProblemPriority, "hana", priority=Rating.HIGH)


def test_prb_2_another_priority_is_put_to_the_other_firm_until_both_say_the_same() -> None:
    story = ProblemStory()
    story.taken()
    story.do(c.AssessProblem, "ned", client_impact=Rating.LOW, provider_impact=Rating.LOW)
    story.do(c.ProposeProblemPriority, "sam", priority=Rating.LOW)
    story.called()
    assert story.do(c.DecideProblemPriority, "hana", priority=Rating.HIGH).priority is None
    assert story.called() == ["sam"]
    assert story.do(c.DecideProblemPriority, "sue", priority=Rating.HIGH).priority is Rating.HIGH


def test_prb_2_whoever_insists_puts_it_back_to_the_other_firm() -> None:
    """Both say otherwise at the same instant: neither answer is lost, nobody waits for what is."""
    story = ProblemStory()
    story.taken()
    story.do(c.AssessProblem, "ned", client_impact=Rating.HIGH, provider_impact=Rating.LOW)
    story.do(c.ProposeProblemPriority, "sam", priority=Rating.LOW)
    story.called()
    story.do(c.DecideProblemPriority, "hana", priority=Rating.HIGH)
    assert story.called() == ["sam"]
    insisted = story.do(c.DecideProblemPriority, "sam", priority=Rating.LOW)
    assert (insisted.proposed, insisted.priority) == (Rating.LOW, None)
    assert story.called() == ["hana"], "it is hers again"
    with pytest.raises(AlreadyDone, match="already_decided_so"):
        story.do(c.DecideProblemPriority, "sam", priority=Rating.LOW)
    assert story.do(c.DecideProblemPriority, "hana", priority=Rating.LOW).priority is Rating.LOW


def test_prb_3_the_cause_then_the_workaround_then_the_fix_then_the_watch() -> None:
    story = ProblemStory()
    story.taken()
    with pytest.raises(NotNow, match="problem_unanalysed"):
        story.do(c.RecordFix, "ned", change="CHG-7")
    assert story.do(c.RecordWorkaround, "ned", text="restart").state is S.OPENED
    assert story.problem.known_error
    assert story.do(c.RecordCause, "ned", cause="a leak").state is S.KNOWN_ERROR
    fixed = story.do(c.RecordFix, "ned", change="CHG-7", text="patched")
    assert fixed.state is S.FIXED
    with pytest.raises(NotNow, match="problem_watched"):
        story.do(c.CloseProblem, "ned")
    story.called()
    story.wait(days=29)
    assert story.called() == []
    story.wait(days=1)
    assert story.called() == ["ned"]
    closed = story.do(c.CloseProblem, "ned")
    assert (closed.state, closed.alarms.armed) == (S.CLOSED, ())


def test_prb_3_the_analysis_may_be_given_to_somebody_else_of_the_provider() -> None:
    story = ProblemStory()
    story.taken()
    story.called()
    due = story.problem.analysis_due
    assert story.do(c.AssignAnalysis, "ned", person="tess").analysis_due == due
    assert story.called() == ["tess"]
    with pytest.raises(NotAllowed, match="other_firm"):
        story.do(c.AssignAnalysis, "ned", person="hana")
    later = story.now + timedelta(days=3)
    assert story.do(c.AssignAnalysis, "ned", person="tess", due=later).analysis_due == later
    assert story.do(c.RecordCause, "tess", cause="a leak").state is S.ANALYSED
    with pytest.raises(AlreadyDone, match="already_analysed"):
        story.do(c.AssignAnalysis, "ned", person="tom")


def test_con_2_the_client_sees_it_once_it_is_taken_from_the_level_that_decides() -> None:
    story = ProblemStory()
    story.remains()
    clients = ("olga", "hana", "cid", "rita", "nora")
    seen = [p for p in clients if rights.visible(story.contract, p, story.problem)]
    assert seen == []
    story.do(c.TakeProblem, "ned")
    seen = [p for p in clients if rights.visible(story.contract, p, story.problem)]
    assert seen == ["hana", "cid"]

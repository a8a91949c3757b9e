"""Where problems meet what happens meanwhile: links, what comes back, who is gone (INC-X)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.contract import Absence, EventRules
from escalation.contract.processes.changes import ChangeRules
from escalation.contract.processes.problems import ProblemRules, Rating, Recurrence
from escalation.decision.commands import incident as i
from escalation.decision.commands import problem as c
from escalation.decision.commands.change import RequestChange
from escalation.decision.commands.event import TakeEvents
from escalation.decision.commands.report import ApproveReport, EditReport, IssueReport
from escalation.decision.context import Context
from escalation.perform.practices.problems import known_for
from escalation.perform.practices.reports import facts_of
from escalation.perform.watching import gone, since_fix
from escalation.problem.alike import likeness
from escalation.records.event import Seen
from escalation.records.kinds import REPORT
from escalation.records.problem import ProblemOrigin, ProblemState
from escalation.records.report_facts import ReportFacts
from tests.agreement import agreement
from tests.escalation.problem.story import PRB, ProblemStory, with_problems

S = ProblemState


def test_prb_3_a_workaround_is_shown_where_a_like_incident_opens_and_told_to_the_linked() -> None:
    story = ProblemStory()
    first = story.taken()
    in_hand = story.opened(title="Mail slow")
    story.do(i.TakeIncident, "tess", in_hand)
    story.do(c.LinkIncident, "tess", incident=in_hand)
    assert story[in_hand].problems == (PRB,)
    with pytest.raises(AlreadyDone, match="already_linked"):
        story.do(c.LinkIncident, "tess", incident=in_hand)
    story.do(c.RecordWorkaround, "ned", text="restart")
    assert story.told("known_error_told") == ["tom", "tess"], "both are still open"
    same_component = story[story.opened(title="No message arrives")]
    same_words = story[story.opened(component="wiki", title="The mail is down today")]
    other = story[story.opened(component="wiki", title="Pages are blank")]
    seen = [bool(known_for(story.memory, each)) for each in (same_component, same_words, other)]
    assert seen == [True, True, False]
    story.do(c.RecordCause, "ned", cause="a leak")
    story.do(c.RecordFix, "ned", change="CHG-7")
    assert story.told("known_error_told")[2:] == ["tom", "tess"]
    assert known_for(story.memory, same_component) == (), "what is fixed needs no way round it"
    (still,) = known_for(story.memory, story[in_hand])
    assert still.workaround == "restart", "who has it in hand keeps the way round until it is over"
    assert story[first].problems == (PRB,)


def test_prb_3_a_workaround_that_is_withdrawn_is_shown_no_more_and_whoever_read_it_hears() -> None:
    story = ProblemStory()
    linked = story.taken()
    like, over = story.opened(title="No message arrives"), story.opened()
    other = story.opened(component="wiki", title="Pages are blank")
    for incident, person in ((like, "tess"), (over, "sam"), (other, "sue")):
        story.do(i.TakeIncident, person, incident)
    story.do(c.RecordCause, "ned", cause="a leak")
    with pytest.raises(AlreadyDone, match="no_workaround"):
        story.do(c.WithdrawWorkaround, "ned", reason="none")
    story.do(c.RecordWorkaround, "ned", text="restart")
    assert story.effects("incident_card")[-1].subject in {linked, like}, "those open show it"
    story.do(i.CancelIncident, "sam", over, reason="a slip")
    assert story.told("known_error_told") == ["tom"]
    story.do(c.RecordWorkaround, "ned", text="restart twice")
    corrected = [(e.to.person, e.subject) for e in story.effects("known_error_told")[1:]]
    assert corrected == [("tess", like), ("tom", linked)]
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.WithdrawWorkaround, "ned", reason=" ")
    after = story.do(c.WithdrawWorkaround, "ned", reason="It loses mail")
    assert (after.state, after.workaround) == (S.ANALYSED, "")
    told = story.effects("workaround_withdrawn")
    assert [(e.to.person, e.subject) for e in told] == [
        ("tess", like), ("rita", like), ("tom", linked), ("sam", over),
    ]  # fmt: skip
    assert {e.meaning.text for e in told} == {"restart twice"}
    assert known_for(story.memory, story[like]) == known_for(story.memory, story[linked]) == ()
    (line,) = story.lines(PRB, "problem.workaround_withdrawn")
    assert line.facts == {"text": "restart twice", "reason": "It loses mail"}
    assert story.do(c.RecordWorkaround, "ned", text="wait").state is S.KNOWN_ERROR


def test_prb_3_who_has_many_like_incidents_hears_once_of_a_workaround_of_the_gravest() -> None:
    story = ProblemStory()
    story.taken()
    many = [story.opened(title="Mail slow", severity=severity) for severity in (3, 3, 1, 3)]
    story.do(i.TakeIncident, "tess", many[3])
    story.do(c.RecordCause, "ned", cause="a leak")
    for text in ("restart", "restart twice"):
        story.do(c.RecordWorkaround, "ned", text=text)
    before = len(story.effects("incident_card"))
    story.do(c.WithdrawWorkaround, "ned", reason="It loses mail")
    for topic in ("known_error_told", "workaround_withdrawn"):
        told = [
            (e.to.person, e.subject)
            for e in story.effects(topic)
            if e.subject in many and e.to.person != "rita"
        ]
        assert told == [("sam", many[2]), ("tess", many[3])]
    shown = {e.subject for e in story.effects("incident_card")[before:]}
    assert {*many} <= shown, "each card shows it"


def test_prb_3_a_workaround_is_withdrawn_after_the_fix_too_while_an_incident_is_open() -> None:
    story = ProblemStory()
    incident = story.taken()
    story.do(c.RecordCause, "ned", cause="a leak")
    story.do(c.RecordWorkaround, "ned", text="restart")
    story.do(c.RecordFix, "ned", change="CHG-7")
    assert story.do(c.WithdrawWorkaround, "ned", reason="It loses mail").state is S.FIXED
    assert story.told("workaround_withdrawn") == ["tom", "rita"]
    assert known_for(story.memory, story[incident]) == ()
    story.wait(days=31)
    story.do(c.CloseProblem, "ned")
    with pytest.raises(NotNow, match="problem_state"):
        story.do(c.WithdrawWorkaround, "ned", reason="again")


def test_prb_3_who_was_called_with_a_workaround_that_does_harm_hears_though_it_is_over() -> None:
    story = ProblemStory()
    before = story.taken()
    story.do(i.VerifyIncident, "rita", before, fixed=True)
    story.do(i.CloseIncident, "sam", before)
    story.do(c.RecordCause, "ned", cause="a leak")
    story.wait(minutes=5)
    story.do(c.RecordWorkaround, "ned", text="restart")
    called = story.opened(severity=1)
    story.wait(minutes=40)
    walks = story[called].walks
    everybody = {person for walk in walks for person in walk.concerned}
    story.do(i.CancelIncident, "sam", called, reason="a slip")
    story.do(c.RecordFix, "ned", change="CHG-7")
    story.wait(days=1)
    after = story.opened()
    story.do(i.TakeIncident, "tess", after)
    story.do(c.WithdrawWorkaround, "ned", reason="It loses mail")
    told = [(e.to.person, e.subject) for e in story.effects("workaround_withdrawn")]
    assert everybody == {"tom", "olga"}
    assert {person for person, _ in told} == everybody | {"rita"}
    assert {subject for _, subject in told} == {called}, "none of before it, or after the fix"


def test_prb_3_the_change_of_a_fix_exists_where_changes_are_kept_here() -> None:
    story = ProblemStory(with_problems(changes=ChangeRules()))
    story.taken()
    story.do(c.RecordCause, "ned", cause="a leak")
    with pytest.raises(NotFound, match="unknown_change"):
        story.do(c.RecordFix, "ned", change="CHG-0042")
    asked = story.perform(RequestChange, "rita", title="A patch", components=("mail",))
    assert story.do(c.RecordFix, "ned", change=asked).expected.change == asked
    other = ProblemStory(with_problems(changes=ChangeRules()))
    other.taken()
    other.do(c.RecordCause, "ned", cause="a leak")
    assert other.do(c.RecordFix, "ned", change="the patch of Tuesday").state is S.FIXED


def test_inc_1_the_change_that_an_incident_comes_of_exists_where_changes_are_kept_here() -> None:
    story = ProblemStory(with_problems(changes=ChangeRules()))
    with pytest.raises(NotFound, match="unknown_change"):
        story.opened(change="CHG-9999")
    asked = story.perform(RequestChange, "rita", title="A patch", components=("mail",))
    assert story[story.opened(change=asked)].change == asked
    assert story[story.opened(change="the patch of Tuesday")].change == "the patch of Tuesday"
    elsewhere = ProblemStory()
    assert elsewhere[elsewhere.opened(change="CHG-9999")].change == "CHG-9999", "of another tool"


def test_prb_3_a_linked_incident_that_is_reopened_after_the_fix_came_back() -> None:
    story = ProblemStory()
    incident = story.fixed()
    story.called()
    story.do(i.ReopenIncident, "sam", incident, reason="down again")
    assert story.problem.came_back == (incident,)
    assert story.called() == ["ned"]
    with pytest.raises(NotNow, match="incident_came_back"):
        story.do(c.CloseProblem, "ned")
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.ReopenProblem, "ned", reason="")
    again = story.do(c.ReopenProblem, "ned", reason="the leak is still there")
    assert (again.state, again.came_back, again.reopened) == (S.OPENED, (), 1)
    assert again.analysis_due is not None
    assert again.analysis_due > story.now


def test_prb_3_an_incident_that_monitoring_reopens_after_the_fix_came_back() -> None:
    story = ProblemStory(with_problems(events=EventRules()))

    def seen(occurrence: str) -> None:
        one = Seen(
            source="prom", group="a", alert="a", occurrence=occurrence, severity=2, title="x"
        )
        story.memory.do(TakeEvents(contract="acme", component="mail", seen=(one,)), story.now)

    seen("1")
    story.do(i.TakeIncident, "tom", "INC-0001")
    story.do(i.ResolveIncident, "tom", "INC-0001", cause_gone=False, cause="a leak")
    story.do(c.TakeProblem, "ned")
    story.do(c.RecordCause, "ned", cause="a leak")
    story.do(c.RecordFix, "ned", change="CHG-7")
    story.called()
    seen("2")
    assert story["INC-0001"].reopened == 1
    assert story.problem.came_back == ("INC-0001",)
    assert story.called() == ["ned"]


def test_prb_3_what_came_back_for_another_reason_is_unlinked_and_it_may_be_closed() -> None:
    story = ProblemStory()
    incident = story.fixed()
    story.do(i.ReopenIncident, "sam", incident, reason="down again")
    story.do(c.UnlinkIncident, "ned", incident=incident, reason="a cable this time")
    assert (story.problem.came_back, story[incident].problems) == ((), ())
    story.do(i.CancelIncident, "sam", incident, reason="plugged in")
    story.wait(days=31)
    assert story.do(c.CloseProblem, "ned").state is S.CLOSED


@pytest.mark.parametrize("closed", [False, True])
def test_esc_9_what_came_back_is_reminded_of_until_the_manager_answers(closed: bool) -> None:
    story = ProblemStory()
    incident = story.fixed()
    if closed:
        story.wait(days=33)
        story.do(c.CloseProblem, "ned")
    story.called()
    story.do(i.ReopenIncident, "sam", incident, reason="down again")
    assert story.called() == ["ned"]
    story.wait(days=3)
    assert story.called() == ["ned"]
    story.wait(days=4)
    assert story.called() == ["ned", "sam"], "from the second time on with the level above"
    story.do(c.UnlinkIncident, "ned", incident=incident, reason="a cable this time")
    story.called()
    story.wait(days=10)
    assert story.called() == []


def test_prb_3_a_new_incident_linked_after_the_fix_came_back_as_well() -> None:
    story = ProblemStory()
    story.fixed()
    story.wait(days=1)
    later = story.opened(title="Mail is down again")
    story.called()
    story.do(c.LinkIncident, "tom", incident=later)
    assert (story.problem.came_back, story.called()) == ((later,), ["ned"])


@pytest.mark.parametrize("days", [1, 29, 31])
def test_prb_3_who_manages_hears_of_a_like_incident_after_the_fix_until_it_is_closed(
    days: int,
) -> None:
    story = ProblemStory()
    story.fixed()
    story.wait(days=days)
    story.called()
    like = story.opened(title="The MAIL is down")
    assert story.called() == ["ned"]
    other = story.opened(title="Pages are blank")
    for none in ({"component": "wiki", "title": "Pages are blank"}, {"exercise": True}):
        story.opened(**none)
    assert story.called() == [], "of another component, of other words, or none"
    assert since_fix(story.memory, story.problem) == (other, like)
    story.do(c.LinkIncident, "ned", incident=like)
    assert (story.problem.came_back, since_fix(story.memory, story.problem)) == ((like,), (other,))


def test_prb_3_of_no_component_what_came_since_the_fix_is_shown_once_it_is_over_too() -> None:
    story = ProblemStory()
    story.perform(c.OpenProblem, "ned", title="The relay hangs", origin=ProblemOrigin.KNOWN_ERROR)
    story.do(c.RecordCause, "ned", cause="a leak")
    story.do(c.RecordFix, "ned", change="CHG-7")
    story.wait(minutes=10)
    graver, later = (story.opened(title="The relay hangs", severity=n) for n in (1, 3))
    assert since_fix(story.memory, story.problem) == (later, graver)
    story.do(i.TakeIncident, "tom", later)
    story.do(i.ResolveIncident, "tom", later, cause_gone=True)
    story.do(i.VerifyIncident, "rita", later, fixed=True)
    story.do(i.CloseIncident, "sam", later)
    assert since_fix(story.memory, story.problem) == (later, graver)


def test_prb_3_once_it_is_closed_nobody_is_asked_of_like_incidents() -> None:
    story = ProblemStory()
    story.fixed()
    story.wait(days=31)
    story.do(c.CloseProblem, "ned")
    story.called()
    story.opened()
    assert (story.called(), since_fix(story.memory, story.problem)) == ([], ())


def test_prb_3_what_monitoring_sees_after_the_fix_is_told_as_well() -> None:
    story = ProblemStory(with_problems(events=EventRules()))
    story.fixed()
    story.called()
    one = Seen(source="prom", group="a", alert="a", severity=2, title="Mail is down")
    story.memory.do(TakeEvents(contract="acme", component="mail", seen=(one,)), story.now)
    assert story.called() == ["ned"]


@pytest.mark.parametrize("taken", [False, True])
def test_inc_11_who_manages_hears_that_the_cause_is_gone_after_all(taken: bool) -> None:
    story = ProblemStory()
    incident = story.taken() if taken else story.remains()
    story.called()
    assert gone(story.memory, story.problem) == ()
    story.do(i.ConfirmCause, "sam", incident, gone=True, cause="a cable")
    assert (story.called(), gone(story.memory, story.problem)) == (["ned"], (incident,))


def test_inc_x_what_a_duplicate_was_linked_to_its_original_is_linked_to() -> None:
    story = ProblemStory()
    story.taken()
    duplicate, original = story.opened(), story.opened()
    story.do(c.LinkIncident, "tom", incident=duplicate)
    story.do(i.MergeIncident, "tom", duplicate, into=original)
    assert story[original].problems == (PRB,)
    assert story.problem.incidents[-1] == original
    other = story.opened()
    story.do(i.MergeIncident, "tom", other, into=original)
    with pytest.raises(AlreadyDone, match="already_linked"):
        story.do(c.LinkIncident, "tom", incident=other)


def test_inc_x_a_merge_that_is_undone_takes_back_what_it_has_linked() -> None:
    story = ProblemStory()
    story.taken()
    first, second, original = story.opened(), story.opened(), story.opened()
    for duplicate in (first, second):
        story.do(c.LinkIncident, "tom", incident=duplicate)
        story.do(i.MergeIncident, "sam", duplicate, into=original)
    story.do(i.UndoEnding, "sam", first, reason="another matter")
    assert story[original].problems == (PRB,), "the second duplicate is of it as well"
    story.do(i.UndoEnding, "sam", second, reason="as that one")
    assert story[original].problems == ()
    assert story.problem.incidents[1:] == (first, second)
    said = story.lines(original, "problem.unlinked")
    assert [line.facts["reason"] for line in said] == ["as that one"]


def test_inc_x_a_merge_that_is_undone_leaves_what_was_linked_by_hand() -> None:
    story = ProblemStory()
    story.taken()
    duplicate, original = story.opened(), story.opened()
    story.do(c.LinkIncident, "tom", incident=duplicate)
    story.do(i.MergeIncident, "sam", duplicate, into=original)
    story.do(c.UnlinkIncident, "ned", incident=original, reason="not this")
    story.do(c.LinkIncident, "tom", incident=original)
    story.do(i.UndoEnding, "sam", duplicate, reason="another matter")
    assert story[original].problems == story[duplicate].problems == (PRB,)


def test_inc_11_a_problem_that_was_declined_swallows_no_later_cause() -> None:
    story = ProblemStory()
    incident = story.remains()
    story.do(c.DeclineProblem, "ned", reason="a one-off")
    story.do(i.ReopenIncident, "sam", incident, reason="down again")
    story.called()
    story.do(i.ResolveIncident, "tom", incident, cause_gone=False, cause="a leak after all")
    assert (story[incident].problems, story.called()) == ((PRB, "PRB-0002"), ["ned"])
    story.do(i.ReopenIncident, "sam", incident, reason="and again")
    story.do(i.ResolveIncident, "tom", incident, cause_gone=False)
    assert story[incident].problems == (PRB, "PRB-0002"), "that one is still to be answered"


def test_inc_x_a_problem_that_was_declined_is_not_passed_on_to_the_original() -> None:
    story = ProblemStory()
    duplicate, original = story.remains(), story.opened()
    story.do(c.DeclineProblem, "ned", reason="a one-off")
    story.do(i.ReopenIncident, "sam", duplicate, reason="down again")
    story.do(i.MergeIncident, "sam", duplicate, into=original)
    assert (story[original].problems, story.problem.incidents) == ((), (duplicate,))


def test_prb_3_a_problem_opened_of_a_duplicate_is_of_its_original() -> None:
    story = ProblemStory()
    first, second, original = story.opened(), story.opened(), story.opened()
    story.do(i.MergeIncident, "sam", first, into=second)
    story.do(i.MergeIncident, "sam", second, into=original)
    problem = story.do(c.OpenProblem, "ned", title="A leak", incident=first)
    assert (problem.incidents, story[original].problems) == ((original,), (problem.id,))
    assert story[first].problems == ()


def test_prb_3_an_exercise_is_not_linked_to_a_real_problem() -> None:
    story = ProblemStory()
    story.taken()
    exercise = story.opened(exercise=True)
    with pytest.raises(BadValue, match="exercise_not_linked"):
        story.do(c.LinkIncident, "tom", incident=exercise)


def test_prb_1_what_recurs_is_proposed_with_what_it_counts_and_once() -> None:
    story = ProblemStory()
    story.resolved(title="VPN down", component="vpn")
    first = story.resolved(title="Mail down")
    story.wait(days=10)
    story.resolved(title="Mail: an attachment is too big")
    second = story.resolved(title="The mail is down again")
    story.resolved(title="Mail down", exercise=True)
    assert story.called() == []
    third = story.resolved(title="mails DOWN")
    problem = story.problem
    assert (problem.origin, problem.incidents) == (ProblemOrigin.REVIEW, (first, second, third))
    assert [story[each].problems for each in problem.incidents] == [(PRB,)] * 3
    assert problem.opened_by == "escalade", "nobody proposed it"
    for each in (first, second):  # whose record changes as well: it has a line
        assert len(story.lines(each, "incident.problem_proposed")) == 1
    story.do(c.DeclineProblem, "ned", reason="known limit")
    fourth = story.resolved(title="Mail down")
    assert story[fourth].problems == (), "those that were declined are not counted again"
    for _ in range(2):
        last = story.resolved(title="Mail down")
    assert story[last].problems == ("PRB-0002",)


def test_prb_1_what_lies_further_back_than_agreed_does_not_recur() -> None:
    recurrence = Recurrence(incidents=2)
    story = ProblemStory(with_problems(ProblemRules(recurrence=recurrence)))
    story.resolved()
    story.wait(days=31)
    assert story[story.resolved()].problems == ()
    story.wait(days=29)
    assert story[story.resolved()].problems == (PRB,)


def test_prb_1_what_looks_like_a_problem_under_way_is_not_proposed_again() -> None:
    recurrence = Recurrence(incidents=2)
    story = ProblemStory(with_problems(ProblemRules(recurrence=recurrence)))
    story.taken()
    for _ in range(3):
        incident = story.resolved()
    assert story[incident].problems == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Mail down", "The MAIL is down again", 100),
        ("Mail down in Brest", "Mail down in Lyon", 66),
        ("Imprimante bloquée", "imprimantes bloquees", 100),
        ("VPN", "Mail", 0),
        ("??", "Mail", 0),
    ],
)
def test_prb_1_titles_are_alike_by_the_words_of_the_shorter(
    one: str, other: str, expected: int
) -> None:
    assert likeness(one, other) == likeness(other, one) == expected


def test_esc_9_an_overdue_analysis_is_reminded_of_before_when_due_and_then_climbs() -> None:
    story = ProblemStory()  # Wednesday 15 July, noon; ten working days end on the 29th at 18:00
    story.taken()
    story.do(c.AssessProblem, "ned", client_impact=Rating.LOW, provider_impact=Rating.LOW)
    story.do(c.ProposeProblemPriority, "sam", priority=Rating.LOW)
    story.do(c.DecideProblemPriority, "hana", priority=Rating.LOW)
    story.do(c.AssignAnalysis, "ned", person="tess")
    story.called()
    told = []
    for day in range(25):
        story.at(story.start + timedelta(days=day))
        told += [(day, called) for called in [story.called()] if called]
    assert told == [
        (13, ["tess"]),  # two working days before
        (15, ["tess", "ned"]),  # due
        (17, ["tess", "ned", "sam"]),  # the level above
        (21, ["tess", "ned", "dan"]),
        (23, ["tess", "ned", "dan"]),  # no higher than the contract says
    ]


def test_esc_9_who_is_awaited_is_reminded_until_they_answer() -> None:
    story = ProblemStory()
    story.remains()
    story.called()
    story.wait(days=3)
    assert story.called() == ["ned"]
    story.wait(days=4)
    assert story.called() == ["ned", "sam"]
    story.do(c.DeclineProblem, "ned", reason="known")
    story.called()
    story.wait(days=30)
    assert story.called() == []


def test_inc_x_the_manager_leaves_and_all_who_may_are_asked() -> None:
    story = ProblemStory()
    story.taken()
    people = tuple(p for p in agreement().people if p.id != "ned")
    rotas = tuple(replace(rota, people=("nia",)) for rota in story.contract.rotas)
    changed = agreement(problems=ProblemRules(), people=people, rotas=rotas, version="v2")
    story.memory.amend(changed)
    story.contract = changed
    story.called()
    story.wait(days=4)
    assert story.called() == ["sam", "sue"]
    assert story.do(c.AssignAnalysis, "sue", person="tess").owner == "tess"


def test_prb_2_while_the_holder_is_away_the_stand_in_decides() -> None:
    contract = with_problems()
    day = ProblemStory().now.date()
    away = (Absence(first=day, last=day + timedelta(days=9), stand_in="olga"),)
    people = tuple(replace(p, absences=away) if p.id == "hana" else p for p in contract.people)
    story = ProblemStory(replace(contract, people=people))
    story.taken()
    story.do(c.AssessProblem, "ned", client_impact=Rating.LOW, provider_impact=Rating.LOW)
    story.do(c.ProposeProblemPriority, "sam", priority=Rating.LOW)
    assert story.called()[-1] == "olga"
    decided = story.do(c.DecideProblemPriority, "olga", priority=Rating.LOW)
    assert decided.priority is Rating.LOW


def test_org_10_a_problem_goes_on_when_the_contract_loses_the_chapter_and_the_component() -> None:
    story = ProblemStory()
    story.taken()
    changed = replace(
        story.contract,
        version="v2",
        problems=None,
        components=tuple(each for each in story.contract.components if each.id != "mail"),
    )
    story.memory.amend(changed)
    story.contract = changed
    assert story.do(c.RecordCause, "ned", cause="a leak").state is S.ANALYSED
    assert story.do(c.RecordFix, "ned", change="CHG-7").state is S.FIXED
    story.wait(days=31)
    assert story.do(c.CloseProblem, "ned").state is S.CLOSED
    with pytest.raises(NotNow, match="no_problems"):
        story.do(c.OpenProblem, "ned", title="another")


def test_rep_3_a_report_states_what_monitoring_saw_and_the_problem_once_it_is_taken() -> None:
    story = ProblemStory(with_problems(events=EventRules()))
    incident = "INC-0001"
    alerts = tuple(
        Seen(source="am", group="vpn", alert=each, severity=1, title="Down") for each in ("a", "b")
    )
    story.memory.do(TakeEvents(contract="acme", component="vpn", seen=alerts), story.now)
    story.do(i.TakeIncident, "tom", incident)
    story.do(i.ResolveIncident, "tom", incident, cause_gone=False, cause="a leak")
    story.do(i.VerifyIncident, "sam", incident, fixed=True)
    story.do(i.CloseIncident, "sam", incident)
    (report,) = story.memory.list(REPORT, "acme")

    def facts() -> ReportFacts:
        context = Context(contract=story.contract, now=story.now, actor="sam", source="test")
        return facts_of(story.memory, context, report)

    assert facts().problems == (), "nobody has taken it yet"
    story.do(c.TakeProblem, "ned")
    assert [problem.id for problem in facts().problems] == [PRB]
    seen = facts().monitoring
    assert seen is not None
    assert seen.events == 2

    story.do(EditReport, "sam", report=report.id, sections={"cause": "A leak."})
    story.do(ApproveReport, "hana", report=report.id)
    story.do(c.RecordCause, "ned", cause="written since")
    story.do(IssueReport, "sam", report=report.id)
    issued = story[report.id].issues[-1]
    assert [problem.cause for problem in issued.facts.problems] == [""], "as Hana read it"


def test_inc_x_an_original_whose_own_cause_remains_has_a_problem_once_the_merge_is_undone() -> None:
    story = ProblemStory()
    duplicate, original = story.opened(), story.opened(by="olga", title="No mail")
    story.do(i.TakeIncident, "tom", duplicate)
    story.perform(c.OpenProblem, "tom", title="Mail is down", incident=duplicate)
    story.do(i.MergeIncident, "sam", duplicate, into=original)
    assert story.problem.incidents == (duplicate, original), "proposed of both"
    story.do(c.TakeProblem, "ned")
    story.do(i.ResolveIncident, "tom", original, cause_gone=False, cause="a cable")
    assert story[original].problems == (PRB,), "one is known: no other is proposed"
    story.called()
    story.do(i.UndoEnding, "sam", duplicate, reason="another matter")
    assert story.problem.incidents == (duplicate,)
    assert story[original].problems == ("PRB-0002",), "what was said of its own cause stands"
    assert story["PRB-0002"].state is S.PROPOSED
    assert "ned" in story.called()

"""A report where it meets the life of its incident (Rules REP-2, INC-19, INC-X)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotFound, NotNow
from escalation.contract import Absence, Contract, Post
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis, Decide
from escalation.decision.commands.incident import (
    AskReport,
    CancelIncident,
    CloseIncident,
    ConfirmCause,
    MergeIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
from escalation.decision.commands.problem import LinkIncident, OpenProblem
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    SubmitReport,
)
from escalation.decision.context import Context
from escalation.messages.report import ReportAsked, ReportCard
from escalation.perform.practices.reports import facts_of
from escalation.records.kinds import REPORT
from escalation.records.report import Report, ReportState
from tests.agreement import agreement
from tests.story import NOON, Story


def closed(story: Story, incident: str = "", **values: Any) -> str:
    """An incident from its opening, unless it is named, to its closing."""
    incident = incident or story.opened(**values)
    story.do(ResolveIncident, "tom", incident, cause_gone=True, cause="A certificate expired.")
    story.do(VerifyIncident, "rita", incident, fixed=True)
    story.do(CloseIncident, "sam", incident)
    return incident


def reports(story: Story) -> list[Report]:
    """All reports there are."""
    return story.memory.list(REPORT, "acme", open_only=False)


def test_rep_2_either_delivery_manager_asks_for_a_report_and_it_follows_the_closing() -> None:
    for by in ("hana", "sam"):
        story = Story()
        incident = story.opened(component="kiosk", severity=3)
        story.do(TakeIncident, "tom", incident)
        story.do(AskReport, by, incident, reason="The minister was there.")
        assert story.told(ReportAsked.topic) == ["tom"]
        assert reports(story) == []
        story.do(ResolveIncident, "tom", incident, cause_gone=True)
        story.do(VerifyIncident, "rita", incident, fixed=True)
        story.do(CloseIncident, "sam", incident)
        (report,) = reports(story)
        assert report.owed_for == ("asked",)
        assert (report.asked_by, report.asked_for) == (by, "The minister was there.")


def test_rep_2_asked_for_after_the_closing_it_is_drafted_at_once() -> None:
    story = Story()
    incident = closed(story, component="kiosk", severity=3)
    assert reports(story) == []
    story.wait(hours=50)
    story.do(AskReport, "hana", incident, reason="For the committee.")
    (report,) = reports(story)
    assert story[incident].report == report.id
    assert report.deadline > story.now, "it is due from the asking on"
    with pytest.raises(AlreadyDone, match="report_exists"):
        story.do(AskReport, "sam", incident, reason="Me too.")


def test_rep_2_nobody_else_asks_and_nobody_twice() -> None:
    story = Story()
    incident = story.opened()
    for by in ("tom", "rita", "cid"):
        with pytest.raises(NotAllowed):
            story.do(AskReport, by, incident, reason="I want one.")
    story.do(AskReport, "hana", incident, reason="I want one.")
    with pytest.raises(AlreadyDone, match="report_asked"):
        story.do(AskReport, "sam", incident, reason="So do I.")


def test_inc_x_what_was_asked_on_a_duplicate_is_owed_on_its_original() -> None:
    story = Story()
    duplicate, original = story.opened(), story.opened(title="The same", component="kiosk")
    story.do(AskReport, "hana", duplicate, reason="The minister was there.")
    story.do(MergeIncident, "sam", duplicate, into=original)
    assert reports(story) == []
    closed(story, original)
    (report,) = reports(story)
    assert (report.incident, report.asked_by) == (original, "hana")


def test_inc_x_the_report_under_way_on_a_duplicate_becomes_that_on_its_original() -> None:
    story = Story()
    duplicate = closed(story, component="vpn")
    original = story.opened(title="The same", component="kiosk", severity=3)
    story.do(ReopenIncident, "rita", duplicate, reason="It fails again")
    story.do(MergeIncident, "sam", duplicate, into=original)
    (report,) = reports(story)
    assert (story[original].report, report.incident) == (report.id, original)
    story.wait(hours=100)
    assert story["REP-0001"].issues == (), "it waits for the original"
    closed(story, original)
    assert story["REP-0001"].deadline > story.now


def test_inc_x_two_reports_under_way_become_one_until_the_merge_is_undone() -> None:
    story = Story()
    duplicate, original = closed(story, component="vpn"), closed(story, component="vpn")
    story.do(EditReport, "tom", "REP-0001", sections={"impact": "Forty clerks stood idle."})
    for each in (duplicate, original):
        story.do(ReopenIncident, "rita", each, reason="It fails again")
    story.do(MergeIncident, "sam", duplicate, into=original)
    merged, kept = reports(story)
    assert (merged.state, merged.merged_into) == (ReportState.MERGED, kept.id)
    assert "Forty clerks" in kept.sections.impact
    for step, values in ((SubmitReport, {}), (ApproveReport, {}), (EditReport, {"sections": {}})):
        with pytest.raises(NotNow, match="report_merged"):
            story.do(step, "sue", merged.id, **values)
    story.do(UndoEnding, "sam", duplicate, reason="Two faults after all")
    assert story["REP-0001"].state is ReportState.DRAFT
    closed(story, original)
    closed(story, duplicate)
    assert [report.incident for report in reports(story)] == [duplicate, original]
    assert all(report.alarms.armed for report in reports(story))


def test_inc_x_an_approval_does_not_outlive_the_merge_of_its_report() -> None:
    story = Story()
    duplicate, original = closed(story, component="vpn"), closed(story, component="vpn")
    story.do(SubmitReport, "sam", "REP-0001", reason="Told by phone")
    story.do(ApproveReport, "hana", "REP-0001")
    for each in (duplicate, original):
        story.do(ReopenIncident, "rita", each, reason="It fails again")
    before = len(story.effects(ReportCard.topic))
    story.do(MergeIncident, "sam", duplicate, into=original)
    told = story.effects(ReportCard.topic)[before:]
    assert "hana" in {e.to.person for e in told if e.facts.get("anew")}
    story.do(UndoEnding, "sam", duplicate, reason="Two faults after all")
    closed(story, duplicate)
    story.wait(hours=23, minutes=30)
    (preliminary,) = story["REP-0001"].issues
    assert (preliminary.preliminary, preliminary.approved_by) == (True, None)


def test_inc_x_a_report_that_went_to_the_original_comes_back_until_that_has_closed() -> None:
    for closes in (False, True):
        story = Story()
        duplicate = story.opened(component="vpn")
        story.do(AskReport, "hana", duplicate, reason="The minister was there.")
        closed(story, duplicate)
        story.do(EditReport, "tom", "REP-0001", sections={"impact": "Forty clerks stood idle."})
        story.do(ReopenIncident, "rita", duplicate, reason="It fails again")
        original = story.opened(component="kiosk", severity=3)
        story.do(MergeIncident, "sam", duplicate, into=original)
        if closes:
            closed(story, original)
            story.do(ReopenIncident, "rita", original, reason="It fails again")
        story.do(UndoEnding, "sam", duplicate, reason="Two faults after all")
        assert story["REP-0001"].incident == (original if closes else duplicate)
        assert story[original].report_asked_by is None, "asked of the duplicate alone"
        closed(story, duplicate)
        report = story[story[duplicate].report]
        assert ("Forty clerks" in report.sections.impact, report.asked_by) == (not closes, "hana")


def test_inc_11_what_is_known_of_the_cause_later_stands_in_the_draft_unless_people_wrote_it() -> (
    None
):
    for wrote, says in (("", "A full disk"), ("A router", "A router")):
        story = Story()
        incident = story.opened(component="vpn")
        story.do(ResolveIncident, "tom", incident, cause_gone=None)
        story.do(VerifyIncident, "rita", incident, fixed=True)
        story.do(CloseIncident, "sam", incident)
        if wrote:
            story.do(EditReport, "sam", "REP-0001", sections={"cause": wrote})
        story.do(ConfirmCause, "tom", incident, gone=True, cause="A full")
        story.do(ConfirmCause, "sam", incident, gone=True, cause="A full disk")
        assert story["REP-0001"].sections.cause == says
        story.do(SubmitReport, "sam", "REP-0001", reason="Told by phone")
        assert story.do(ApproveReport, "tom", "REP-0001").approved_by == "tom", "he wrote nothing"


def test_inc_11_a_cause_that_is_corrected_before_the_report_is_out_needs_approval_again() -> None:
    story = Story()
    incident = closed(story, component="vpn")
    story.do(SubmitReport, "sam", "REP-0001", reason="Told by phone")
    story.do(ApproveReport, "hana", "REP-0001")
    before = len(story.effects(ReportCard.topic))
    story.do(ConfirmCause, "sam", incident, gone=False, cause="The whole rack")
    report = story["REP-0001"]
    assert (report.state, report.approved_by) == (ReportState.DRAFT, None)
    assert report.sections.cause == "The whole rack"
    told = story.effects(ReportCard.topic)[before:]
    assert {"sam", "hana"} <= {e.to.person for e in told if e.facts.get("anew")}


def test_inc_x_a_report_whose_incident_is_opened_again_waits_at_once_and_is_approved_anew() -> None:
    story = Story()
    incident = closed(story, component="vpn")
    story.do(SubmitReport, "sam", "REP-0001", reason="Told by phone")
    before = len(story.effects(ReportCard.topic))
    story.do(ReopenIncident, "rita", incident, reason="It fails again")
    assert list(story["REP-0001"].alarms.armed) == []
    told = {effect.to.person for effect in story.effects(ReportCard.topic)[before:]}
    assert told == {"sam", "tom", "sue", "hana", "cid"}, "nobody keeps a button that is refused"
    closed(story, incident)
    assert story["REP-0001"].submitted_at is None
    story.do(ApproveReport, "tom", "REP-0001")
    assert story["REP-0001"].state is ReportState.APPROVED


def test_inc_19_a_cancelled_priority_1_owes_its_report() -> None:
    story = Story()
    incident = story.opened(component="vpn")
    story.do(CancelIncident, "rita", incident, reason="A false alarm")
    (report,) = reports(story)
    assert report.owed_for == ("priority_1",)
    story = Story()
    story.do(CancelIncident, "rita", story.opened(component="kiosk"), reason="A false alarm")
    assert reports(story) == []


def test_inc_x_who_was_called_for_a_duplicate_stands_in_the_report_on_its_original() -> None:
    story = Story()
    duplicate, original = story.opened(component="vpn"), story.opened(component="kiosk")
    story.wait(minutes=2)
    story.do(MergeIncident, "sam", duplicate, into=original)
    closed(story, original)
    (report,) = reports(story)
    context = Context(now=story.now, contract=story.contract)
    assert "Tom Leader" in {call.person for call in facts_of(story.memory, context, report).calls}


def test_rep_4_a_report_whose_owner_has_left_the_contract_is_in_other_hands() -> None:
    story = Story()
    closed(story, component="vpn")
    people = tuple(p for p in story.contract.people if p.id != "sam")
    posts = tuple(
        replace(e, provider=replace(e.provider, people=("sue",))) if e.level == 2 else e
        for e in story.contract.echelons
    )
    story.memory.amend(replace(story.contract, version="2", people=people, echelons=posts))
    story.wait(hours=17)
    assert story["REP-0001"].owner == "sue"
    assert "sue" in story.told(ReportCard.topic)


def met(story: Story, incident: str) -> str:
    """A cell about an incident, that Sam and Hana lead."""
    cell = story.perform(AskCrisis, "sam", reason="Nobody can work", incident=incident)
    story.do(AcceptCrisis, "hana", cell)
    story.do(Decide, "sam", cell, text="Swap the certificate")
    return cell


def over(story: Story, cell: str) -> Report:
    """The report of a cell that both leads close."""
    for lead in ("sam", "hana"):
        story.do(CloseCrisis, lead, cell)
    report: Report = story[story[cell].report]
    return report


def without(*gone: str) -> Contract:
    """The next version of the contract, that does not name them any more."""
    contract = agreement(version="v2")

    def post(of: Post) -> Post:
        return replace(of, people=tuple(p for p in of.people if p not in gone))

    echelons = tuple(
        replace(e, provider=post(e.provider), client=post(e.client)) for e in contract.echelons
    )
    people = tuple(p for p in contract.people if p.id not in gone)
    return replace(contract, people=people, echelons=echelons)


def test_inc_x_a_report_states_the_cell_that_has_closed_about_a_duplicate() -> None:
    story = Story()
    original, duplicate = story.opened(component="vpn"), story.opened(component="vpn")
    cell = met(story, duplicate)
    own = over(story, cell)
    story.do(MergeIncident, "sam", duplicate, into=original)
    closed(story, original)
    report = story[story[original].report]
    facts = facts_of(story.memory, Context(now=story.now, contract=story.contract), report)
    assert [each.id for each in facts.cells] == [cell]
    assert "Swap the certificate" in report.sections.actions
    assert set(report.coordinators) == {"sam", "hana"}
    assert own.id != report.id, "the cell has its own"


def test_cri_9_a_cell_whose_leads_are_gone_has_its_report_written_and_approved() -> None:
    story = Story()
    report = over(story, met(story, story.opened()))
    assert report.writers == ("sam", "hana")
    story.memory.amend(without("sam", "hana"))
    story.wait(hours=6)
    assert story[report.id].owner == "sue"
    assert "sue" in story.told(ReportCard.topic)
    sections = {"cause": "A plug.", "cure": "Plugged.", "impact": "Everybody."}
    story.do(EditReport, "sue", report.id, sections=sections)
    story.do(SubmitReport, "sue", report.id)
    assert story[report.id].asked == ("tom", "cid")
    story.do(ApproveReport, "cid", report.id)
    story.do(IssueReport, "sue", report.id)
    assert story[report.id].state is ReportState.ISSUED


def test_rep_3_a_problem_linked_while_approval_is_awaited_is_read_and_stated() -> None:
    """What is known until the approval stands in the report; what comes after does not (CON-3)."""
    story = Story(agreement(problems=ProblemRules()))
    incident = closed(story, component="vpn")

    def linked() -> str:
        problem = story.perform(OpenProblem, "sam", title="Certificates", component="vpn")
        before = len(story.effects(ReportCard.topic))
        story.do(LinkIncident, "tom", problem, incident=incident)
        shown.append({e.to.person for e in story.effects(ReportCard.topic)[before:]})
        return problem

    def stated() -> list[str]:
        facts = facts_of(
            story.memory, Context(now=story.now, contract=story.contract), story["REP-0001"]
        )
        return [problem.id for problem in facts.problems]

    shown: list[set[str | None]] = []
    drafted = linked()
    assert stated() == [drafted]
    story.do(SubmitReport, "sam", "REP-0001", reason="Told by phone")
    submitted = linked()
    story.do(ApproveReport, "hana", "REP-0001")
    linked()
    assert stated() == [drafted, submitted], "as it was approved"
    story.do(IssueReport, "sam", "REP-0001")
    linked()
    (issue,) = story["REP-0001"].issues
    assert [problem.id for problem in issue.facts.problems] == [drafted, submitted]
    assert shown[0] == shown[2] == shown[3] == set()
    assert {"sue", "hana"} <= shown[1], "whoever is asked reads it before they approve"


def away_today(person: str, stand_in: str) -> Contract:
    """The contract, somebody of which is away on the first day, with a stand-in."""
    day = Absence(first=NOON.date(), last=NOON.date(), stand_in=stand_in)
    people = (replace(p, absences=(day,)) if p.id == person else p for p in agreement().people)
    return agreement(people=tuple(people))


def test_rep_3_a_stand_in_whose_time_ends_while_the_report_waits_is_asked_no_more() -> None:
    story = Story(away_today("hana", stand_in="olga"))
    closed(story, component="vpn")
    story.do(SubmitReport, "sam", "REP-0001", reason="Told by phone")
    assert story["REP-0001"].asked == ("sue", "olga")
    story.wait(hours=20)
    assert story["REP-0001"].asked == ("sue", "hana"), "asked again, it is she"
    with pytest.raises(NotFound):
        story.do(ApproveReport, "olga", "REP-0001")
    story.do(ApproveReport, "hana", "REP-0001")


def test_cri_9_a_stand_in_who_leads_closes_the_cell_after_their_time_and_writes_its_report() -> (
    None
):
    story = Story(away_today("sam", stand_in="sue"))
    cell = story.perform(AskCrisis, "hana", reason="Nobody can work")
    story.do(AcceptCrisis, "sue", cell)
    story.wait(hours=11)
    story.do(CloseCrisis, "hana", cell)
    story.wait(hours=2)
    with pytest.raises(NotAllowed):
        story.do(CloseCrisis, "sam", cell)
    story.do(CloseCrisis, "sue", cell)
    report = story[story[cell].report]
    assert (report.owner, set(report.writers)) == ("sue", {"sue", "hana"})

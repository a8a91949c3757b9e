"""A report where it meets the life of its incident (Rules REP-2, INC-19, INC-X)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.decision.commands.incident import (
    AskReport,
    CancelIncident,
    CloseIncident,
    MergeIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
from escalation.decision.commands.report import ApproveReport, EditReport, SubmitReport
from escalation.decision.context import Context
from escalation.messages.report import ReportAsked, ReportCard
from escalation.perform.practices.reports import facts_of
from escalation.records.kinds import REPORT
from escalation.records.report import Report, ReportState
from tests.story import Story


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

"""When an incident report is owed, until when, to whom, and for which crises (REP-1, REP-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.base.durations import Duration
from escalation.contract import Absence, ReportRules, Role
from escalation.contract.reports import Indicator
from escalation.messages.report import ReportCard, ReportFile, ReportIssued
from escalation.people import rights
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident, IncidentState, Priority
from escalation.records.kinds import REPORT
from escalation.records.report import ReportState
from escalation.report.owed import reasons
from tests.agreement import agreement, paris
from tests.escalation.report.story import CLOSED, Story, crisis, incident


def owed(record: Incident, *indicators: Indicator) -> tuple[str, ...]:
    """Why a report is owed, where the contract names these indicators."""
    rules = agreement().report
    rules = replace(rules, owed_after=indicators) if indicators else rules
    return reasons(rules, record)


@pytest.fixture
def story() -> Story:
    """A priority 1 was just closed."""
    story = Story()
    story.closes(incident())
    return story


# ── REP-1, REP-2: when one is owed, until when, to whom ──────────────────────────────────────


def test_rep_1_a_closed_priority_1_has_a_draft_due_24_hours_after_closure(story: Story) -> None:
    assert story.report.incident == "INC-0001"
    assert story.report.deadline == CLOSED + timedelta(hours=24)
    assert story.report.state is ReportState.DRAFT
    assert story.told(ReportCard.topic) == ["sam"]


def test_rep_1_the_approved_report_reaches_the_list_of_both_firms(story: Story) -> None:
    story.approves("tom")
    story.issues()
    assert story.told(ReportIssued.topic) == [
        "hana", "cid", "sam", "tom"
    ]  # fmt: skip
    assert story.told(ReportFile.topic) == ["room/provider", "room/shared"]
    (issue,) = story.report.issues
    assert (issue.version, issue.preliminary, issue.approved_by) == (1, False, "tom")
    assert issue.to == ("hana", "cid", "sam", "tom")
    assert story.report.state is ReportState.ISSUED
    assert story.report.alarms.armed == ()


def test_rep_1_the_24_hours_are_hours_across_the_end_of_summer_time() -> None:
    closed = paris("2026-10-24 15:00")
    story = Story()
    story.closes(incident(closed_at=closed), now=closed)
    assert story.report.deadline == paris("2026-10-25 14:00")
    spring = Story()
    spring.closes(incident(closed_at=paris("2026-03-28 15:00")), now=paris("2026-03-28 15:00"))
    assert spring.report.deadline == paris("2026-03-29 16:00")


def test_rep_1_the_deadline_counts_from_the_closure_not_from_the_drafting() -> None:
    story = Story()
    story.closes(incident(), now=CLOSED + timedelta(minutes=40))
    assert story.report.deadline == CLOSED + timedelta(hours=24)


def test_rep_1_the_owner_is_the_assignee_or_the_first_incident_manager_present() -> None:
    by_assignee = Story()
    by_assignee.closes(incident(assignee="sue"))
    assert by_assignee.report.owner == "sue"
    away = Absence(first=CLOSED.date(), last=CLOSED.date())
    people = tuple(replace(p, absences=(away,)) if p.id == "sam" else p for p in agreement().people)
    without_sam = Story(agreement(people=people))
    without_sam.closes(incident(assignee="tess"))
    assert without_sam.report.owner == "sue"


def test_rep_2_a_missed_target_owes_a_report_and_a_quiet_priority_3_none() -> None:
    quiet = incident(priority=Priority(level=3))
    assert not owed(quiet)
    assert owed(replace(quiet, missed=("restore",))) == ("target_missed",)
    assert owed(incident()) == ("priority_1",)
    assert not owed(replace(quiet, priority=None))
    story = Story()
    assert story.closes(quiet) is None
    assert story.memory.list(REPORT, "acme", open_only=False) == []
    assert story.closes(replace(quiet, missed=("acknowledge",))) is not None


def test_rep_2_another_indicator_of_the_contract_that_is_hurt_owes_a_report() -> None:
    quiet = incident(priority=Priority(level=3))
    climbed = Escalation(
        ladder="client", reason="", started_by="tom", started_at=CLOSED, rung=1,
        rung_started_at=CLOSED,
    )  # fmt: skip
    for indicator, hurt in (
        (Indicator.REOPENED, {"reopened": 1}),
        (Indicator.ESCALATED, {"walks": (climbed,)}),
        (Indicator.UNVERIFIED, {"verified_at": None}),
        (Indicator.TARGET_MISSED, {"missed": ("restore",)}),
    ):
        assert not owed(quiet, indicator)
        assert owed(replace(quiet, **hurt), indicator) == (indicator.value,)
    assert not owed(replace(quiet, reopened=3)), "the contract does not name it"


def test_rep_2_what_was_no_incident_owes_nothing_but_a_priority_1_does() -> None:
    nothing = incident(
        priority=Priority(level=3), state=IncidentState.CANCELLED, missed=("restore",)
    )
    assert not owed(nothing)
    assert owed(replace(nothing, priority=Priority(level=1))) == ("priority_1",)


def test_rep_2_an_incident_the_client_was_not_told_of_stays_out_of_the_shared_room() -> None:
    story = Story()
    story.closes(incident(client_informed=False))
    story.approves("tom")
    story.issues()
    assert story.told(ReportFile.topic) == ["room/provider"]


def test_rep_1_the_provider_side_is_set_in_the_contract() -> None:
    rules = ReportRules(client_list=("eve",), provider_roles=(Role.QUALITY_MANAGER,))
    story = Story(agreement(report=rules))
    story.closes(incident())
    story.approves("tom")
    story.issues()
    assert story.told(ReportIssued.topic) == ["eve"]


# ── CRI-9, CRI-11: a cell has a report of its own ────────────────────────────────────────────


def test_cri_11_the_cells_report_is_due_after_its_own_closing_whatever_its_incident_does() -> None:
    story = Story()
    story.memory.put(incident(state=IncidentState.IN_PROGRESS, closed_at=None))
    met = crisis()
    report = story.closes(met)
    assert report is not None
    assert (report.incident, report.crisis) == (None, "CRI-0001")
    assert report.deadline == met.closed_at + timedelta(hours=24)
    assert "– Switch to the spare" in report.sections.actions
    closed = incident(priority=Priority(level=3), crises=("CRI-0001",))
    assert story.closes(closed) is None  # a quiet priority 3 owes none itself
    own = story.closes(incident(crises=("CRI-0001",)))
    assert own is not None
    assert (own.id, own.incident) == ("REP-0002", "INC-0001")


def test_cri_11_its_time_is_the_contracts_for_cells() -> None:
    rules = replace(agreement().crisis, report_within=Duration.parse("7 working days"))
    story = Story(agreement(crisis=rules))
    story.closes(crisis(incident=None, closed_at=CLOSED))
    assert story.report.deadline == paris("2026-07-24 18:00")


def test_cri_11_both_coordinators_write_it_and_one_approves_what_the_other_wrote() -> None:
    story = Story()
    story.closes(crisis(incident=None))
    assert story.told(ReportCard.topic) == ["dan", "cid"]
    assert story.report.owner == "dan"
    story.edits("dan", cause="A storm.")
    story.memory.advance(story.report.alarms.armed[0].due)
    assert {"dan", "cid"} <= set(story.told(ReportCard.topic))
    story.approves("cid")
    assert story.report.approved_by == "cid"


def test_cri_9_it_goes_to_the_cells_list_and_its_room_and_to_no_standing_room() -> None:
    rules = replace(agreement().crisis, report_list=("eve", "bea"))
    story = Story(agreement(crisis=rules))
    story.closes(crisis(incident=None))
    story.edits("dan", cause="A storm.")
    story.approves("cid")
    story.issues("dan")
    assert story.told(ReportIssued.topic) == ["eve", "bea"]
    assert story.told(ReportFile.topic) == ["crisis/CRI-0001"]
    assert rights.visible(story.contract, "eve", story.report)
    assert not rights.visible(story.contract, "olga", story.report)


def test_cri_9_without_a_list_of_its_own_it_goes_to_that_of_the_incident_reports() -> None:
    story = Story()
    story.closes(crisis(incident=None))
    story.edits("dan", cause="A storm.")
    story.approves("cid")
    story.issues("dan")
    assert story.told(ReportIssued.topic) == ["hana", "cid", "sam", "tom"]


def test_cri_10_an_exercise_reaches_only_those_who_agreed() -> None:
    people = tuple(replace(p, drills=p.id not in {"cid", "tom"}) for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident(exercise=True))
    story.approves("sue")
    story.issues()
    assert story.told(ReportIssued.topic) == ["hana", "sam"]
    assert story.told(ReportFile.topic) == []
    lines = [each.line for each in story.memory.chain if each.line.subject == "REP-0001"]
    assert {x.facts.get("exercise") for x in lines if x.action == "report.issued"} == {True}

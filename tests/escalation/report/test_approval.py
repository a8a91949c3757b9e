"""A report is finished by clicking: asked for, refused with a reason, approved (Rule REP-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.contract import Absence, Role
from escalation.decision.commands.report import SubmitReport
from escalation.records.incident import IncidentState
from tests.agreement import agreement
from tests.escalation.report.story import CLOSED, Story, crisis, incident


@pytest.fixture
def story() -> Story:
    """A priority 1 was just closed."""
    story = Story()
    story.closes(incident())
    return story


def test_rep_3_who_may_approve_is_asked_and_then_each_hears_of_the_next_step(story: Story) -> None:
    asked, approved, issued = (CLOSED + timedelta(minutes=m) for m in (10, 20, 30))
    assert story.called() == ["sam"]
    story.submits(now=asked)
    assert story.called(asked) == ["tom", "sue", "hana", "cid"]
    assert "report.submitted" in story.actions()
    story.approves("cid", approved)
    assert story.called(approved) == ["sam"]
    story.issues(now=issued)
    assert story.called(issued) == []
    updated = {e.to.person for at, e in story.memory.told("report_drafted") if at == issued}
    assert updated == {"sam", "tom", "sue", "hana", "cid"}, "no spent button stays"


def test_rep_3_who_has_written_in_it_is_not_asked(story: Story) -> None:
    story.edits("tom", impact="300 people")
    story.submits("tom", CLOSED + timedelta(minutes=1))
    assert story.report.asked == ("sue", "hana")


def test_rep_3_a_refusal_to_approve_goes_back_with_its_reason(story: Story) -> None:
    story.submits()
    refused = CLOSED + timedelta(minutes=5)
    with pytest.raises(BadValue, match="reason_missing"):
        story.sends_back("hana", " ", refused)
    with pytest.raises(NotAllowed, match="own_report"):
        story.sends_back("sam", "not good", refused)
    story.sends_back("hana", "The impact is missing.", refused)
    report = story.report
    assert (report.returned_by, report.returned_for) == ("hana", "The impact is missing.")
    assert report.submitted_at is None
    assert story.called(refused) == ["sam"]
    again = CLOSED + timedelta(minutes=9)
    story.edits("sam", again, impact="300 people")
    story.submits(now=again)
    assert story.report.returned_by is None
    assert story.called(again) == ["tom", "sue", "hana", "cid"]


def test_rep_3_after_an_edit_its_approval_is_asked_for_anew(story: Story) -> None:
    story.submits()
    story.approves("tom")
    edited = CLOSED + timedelta(minutes=5)
    story.edits("sam", edited, cause="Two certificates expired.")
    assert story.report.submitted_at is None
    assert story.called(edited) == ["tom", "sam"]
    story.submits(now=edited + timedelta(minutes=1))
    assert story.report.submitted_at == edited + timedelta(minutes=1)


def test_rep_3_who_was_asked_and_writes_in_it_leaves_the_approval_to_another(story: Story) -> None:
    story.submits()
    assert story.report.asked == ("sue", "hana")
    edited = CLOSED + timedelta(minutes=5)
    story.edits("sue", edited, impact="All of Brest.")
    assert story.report.asked == ("tom", "hana")
    assert story.called(edited) == ["tom"]


def test_rep_3_where_all_who_were_asked_have_written_it_is_to_be_asked_for_anew() -> None:
    manager = Role.SERVICE_DELIVERY_MANAGER
    roles = {"sam": (manager, Role.INCIDENT_MANAGER), "sue": (manager,)}
    people = tuple(replace(p, roles=roles.get(p.id, ())) for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident())
    story.submits()
    story.edits("sue", CLOSED + timedelta(minutes=5), impact="All of Brest.")
    assert (story.report.asked, story.report.submitted_at) == ((), None)


def test_rep_3_it_is_asked_for_once_and_not_without_a_cause(story: Story) -> None:
    story.submits()
    with pytest.raises(AlreadyDone, match="already_submitted"):
        story.submits()
    other = Story()
    other.closes(incident(cause=""))
    with pytest.raises(NotNow, match="report_incomplete"):
        other.submits()


def test_rep_3_where_everybody_has_written_in_it_nobody_can_be_asked() -> None:
    roles = {"sam": (Role.SERVICE_DELIVERY_MANAGER, Role.INCIDENT_MANAGER)}
    people = tuple(replace(p, roles=roles.get(p.id, ())) for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident())
    with pytest.raises(NotNow, match="nobody_approves"):
        story.submits()


def test_rep_3_an_absent_approver_is_not_asked() -> None:
    away = Absence(first=CLOSED.date(), last=CLOSED.date(), stand_in="tess")
    people = tuple(replace(p, absences=(away,)) if p.id == "tom" else p for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident())
    story.submits()
    assert story.report.asked == ("sue", "hana")


def test_rep_3_what_it_lacks_is_said_and_it_goes_on_with_a_reason() -> None:
    story = Story()
    story.closes(incident(description="", cure=""))
    with pytest.raises(BadValue, match="report_lacks") as refused:
        story.submits()
    assert refused.value.facts["missing"] == ["cure", "impact"]
    story.do(SubmitReport, "sam", reason="Nobody was hit")
    assert story.report.lacks_for == "Nobody was hit"
    entry = story.lines("REP-0001", "report.submitted")[-1]
    assert (entry.facts["missing"], entry.facts["reason"]) == (["cure", "impact"], "Nobody was hit")


def test_rep_3_of_each_firm_whoever_decides_is_asked_and_the_next_while_they_are_away() -> None:
    day = CLOSED.date()
    away = {
        "sue": Absence(first=day, last=day),
        "hana": Absence(first=day, last=day, stand_in="otto"),
    }
    people = tuple(
        replace(p, absences=(away[p.id],)) if p.id in away else p for p in agreement().people
    )
    story = Story(agreement(people=people))
    story.closes(incident())
    story.submits()
    assert story.report.asked == ("tom", "otto"), "who stands in for the service owner"
    story.approves("otto")
    assert story.report.approved_by == "otto"


def test_cri_11_of_a_cells_report_the_other_coordinator_is_asked() -> None:
    story = Story()
    story.closes(crisis())
    story.edits("dan", cause="A plug", cure="Plugged", impact="All")
    story.submits("dan")
    assert story.report.asked == ("cid",)


def test_cri_11_where_both_coordinators_wrote_whoever_did_not_write_last_approves() -> None:
    story = Story()
    story.memory.put(incident(state=IncidentState.RESOLVED, closed_at=None))
    story.closes(crisis())
    minutes = [CLOSED + timedelta(minutes=m) for m in range(6)]
    story.edits("dan", minutes[0], impact="All")
    story.edits("cid", minutes[1], cause="A plug", cure="Plugged")
    story.submits("dan", minutes[2])
    assert story.report.asked == ("dan",), "the client's wrote last"
    story.edits("dan", minutes[3], impact="All of Brest")
    assert story.report.asked == ("cid",), "now the provider's has"
    with pytest.raises(NotAllowed, match="own_report"):
        story.approves("dan", minutes[4])
    story.approves("cid", minutes[4])
    assert (story.report.approved_by, story.report.authors) == ("cid", ("cid", "dan"))


def test_cri_11_the_owner_approves_what_the_other_coordinator_alone_wrote() -> None:
    story = Story()
    story.memory.put(incident(state=IncidentState.RESOLVED, closed_at=None))
    story.closes(crisis())
    owner, other = story.report.writers
    story.edits(other, cause="A plug", cure="Plugged", impact="All")
    story.submits(other)
    assert (story.report.asked, story.report.authors) == ((owner,), (other,))
    story.edits("tom", CLOSED + timedelta(minutes=5), impact="All of Brest")
    assert story.report.asked == (owner,), "a third writer changes nothing of that"
    with pytest.raises(NotAllowed, match="own_report"):
        story.approves("tom")

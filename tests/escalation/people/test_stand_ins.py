"""Who stands in for somebody away holds what they hold, and only while they are away (ORG-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.refusals import NotAllowed, NotFound
from escalation.contract import Absence
from escalation.decision.commands import crisis as cell
from escalation.decision.commands import incident as c
from escalation.decision.commands.report import EditReport
from tests.agreement import paris
from tests.escalation.crisis.story import Cell, with_people
from tests.story import Story

THURSDAY = paris("2026-07-16 10:00")
LEAVE = Absence(first=date(2026, 7, 16), last=date(2026, 7, 16))


def test_org_3_who_stands_in_for_a_manager_closes_in_their_place_and_only_then() -> None:
    story = Story(with_people(sue={"absences": (replace(LEAVE, stand_in="ned"),)}))
    incident = story.resolved()
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    with pytest.raises(NotAllowed):
        story.do(c.CloseIncident, "ned", incident)
    story.at(THURSDAY)
    with pytest.raises(NotAllowed):
        story.do(c.CloseIncident, "tess", incident)
    assert story.do(c.CloseIncident, "ned", incident).state == "closed"


def test_org_3_who_stands_in_from_the_other_firm_holds_no_role_of_this_one() -> None:
    story = Story(with_people(sue={"absences": (replace(LEAVE, stand_in="olga"),)}), at=THURSDAY)
    incident = story.resolved()
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    with pytest.raises(NotAllowed):
        story.do(c.CloseIncident, "olga", incident)


def test_org_3_the_stand_in_of_a_reports_owner_completes_it() -> None:
    story = Story(with_people(sam={"absences": (replace(LEAVE, stand_in="tess"),)}))
    incident = story.resolved(component="vpn")
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    report = story.do(c.CloseIncident, "sam", incident).report
    story.at(THURSDAY)
    assert story.do(EditReport, "tess", report, sections={"cause": "A plug"}).edited_by == ("tess",)


def test_org_3_the_stand_in_does_what_is_asked_of_somebody_away_in_a_cell() -> None:
    story = Cell(with_people(olga={"absences": (replace(LEAVE, stand_in="otto"),)}))
    story.opened()
    story.do(cell.AddAction, "sam", text="Restart", owner="olga")
    with pytest.raises(NotFound):
        story.do(cell.CompleteAction, "otto", number=1)
    story.at(THURSDAY)
    briefed = story.do(cell.RecordBriefing, "otto", text="Nearly done", audience="everybody")
    assert briefed.briefings[-1].by == "otto"
    assert story.do(cell.CompleteAction, "otto", number=1).actions[0].done_at == THURSDAY


def test_inc_9_a_wait_that_lasts_too_long_is_told_to_who_stands_in() -> None:
    leave = replace(LEAVE, last=date(2026, 8, 31), stand_in="dan")
    story = Story(with_people(sue={"absences": (leave,)}))
    incident = story.opened(component="wiki")
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="a date")
    story.wait(days=16)
    assert story.told("waiting_too_long") == ["sam", "sue", "dan"]


def test_org_3_who_stands_in_for_whoever_works_on_it_is_warned_and_hears_of_each_step() -> None:
    leave = replace(LEAVE, last=date(2026, 7, 31), stand_in="hal")
    story = Story(with_people(tom={"absences": (leave,)}))
    incident = story.opened(component="wiki")
    story.do(c.TakeIncident, "tom", incident)
    story.at(paris("2026-07-16 18:00"))
    assert story.told("target_warning")[-2:] == ["hal", "sam"]
    story.do(c.ResolveIncident, "ned", incident, cause_gone=True)
    story.do(c.ReopenIncident, "rita", incident, reason="down again")
    assert {"tom", "hal"} <= set(story.told("incident_news"))


def test_org_3_while_nobody_stands_in_for_whoever_works_on_it_the_first_echelon_is_warned() -> None:
    leave = replace(LEAVE, last=date(2026, 7, 31))
    story = Story(with_people(tess={"absences": (leave,)}))
    story.do(c.TakeIncident, "tess", story.opened(component="wiki"))
    story.at(paris("2026-07-16 18:00"))
    assert set(story.told("target_warning")) == {"tom", "sam"}


def test_inc_9_the_requesters_stand_in_hears_that_the_client_is_waited_for() -> None:
    story = Story(with_people(rita={"absences": (replace(LEAVE, stand_in="otto"),)}))
    incident = story.opened(component="wiki")
    story.at(THURSDAY)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="a date")
    assert story.told("wait_begun") == ["rita", "otto"]


def test_org_4_who_stands_in_for_a_member_of_a_group_takes_part_in_their_place() -> None:
    leave = replace(LEAVE, last=date(2026, 7, 31), stand_in="rex")
    story = Story(with_people(nora={"absences": (leave,)}))
    story.at(THURSDAY)
    incident = story.opened(component="vpn", severity=4)
    assert story.told("group_may_choose") == ["nora", "rex"]
    assert story.do(c.SetPriority, "rex", incident, level=3, reason="all day").priority.level == 3
    story.do(c.AssignIncident, "tom", incident, group="netops")
    story.do(c.AddNote, "rex", incident, text="the line is cut")
    assert story.lines(incident, "incident.noted")[0].facts["group"] == "netops"
    story.do(c.WaitFor, "tom", incident, waiting_for="network", reason="a date")
    story.wait(days=5)
    assert story.told("still_waiting")[:2] == ["nora", "rex"]


def test_cri_5_who_stands_in_for_somebody_informed_of_a_cell_is_informed_too() -> None:
    cell = Cell(with_people(eve={"absences": (replace(LEAVE, stand_in="otto"),)}), at=THURSDAY)
    cell.opened()
    assert {"eve", "otto"} <= set(cell.told("crisis_formed"))

"""Verifying and closing (INC-5), and the report owed at closure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.contract import ESCALADE, Absence
from escalation.decision.commands import incident as c
from escalation.records.incident import IncidentState, Origin
from escalation.records.kinds import REPORT
from tests.agreement import agreement, paris
from tests.story import Story

S = IncidentState


def test_inc_5_the_requester_is_asked_and_confirms() -> None:
    story = Story()
    incident = story.resolved()
    assert story.told("please_verify") == ["rita"]
    assert story.do(c.VerifyIncident, "rita", incident, fixed=True).state is S.VERIFIED
    story.wait(days=7)
    assert story.told("please_verify") == ["rita"]
    assert story.told("may_close") == []


def test_inc_5_nobody_verifies_the_incident_of_somebody_else() -> None:
    story = Story()
    incident = story.resolved()
    for person in ("otto", "tom", "sam", "cid"):
        with pytest.raises(NotAllowed, match="not_your_role"):
            story.do(c.VerifyIncident, person, incident, fixed=True)


def test_inc_5_while_the_requester_is_away_their_stand_in_verifies() -> None:
    contract = agreement()
    away = Absence(first=date(2026, 7, 15), last=date(2026, 7, 16), stand_in="otto")
    people = tuple(replace(p, absences=(away,)) if p.id == "rita" else p for p in contract.people)
    story = Story(replace(contract, people=people))
    incident = story.resolved()
    assert story.told("please_verify") == ["otto"]
    assert story.do(c.VerifyIncident, "otto", incident, fixed=True).state is S.VERIFIED
    late = story.resolved()
    story.wait(days=2)
    with pytest.raises(NotAllowed):
        story.do(c.VerifyIncident, "otto", late, fixed=True)


def test_inc_5_an_unresolved_incident_is_not_closed() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    with pytest.raises(NotNow, match="not_resolved") as refusal:
        story.do(c.CloseIncident, "sam", incident)
    assert refusal.value.facts == {"state": "in_progress"}


def test_inc_5_before_the_delay_an_unverified_incident_is_not_closed() -> None:
    story = Story()
    incident = story.resolved()
    with pytest.raises(NotNow, match="not_verified") as refusal:
        story.do(c.CloseIncident, "sam", incident)
    assert refusal.value.facts == {
        "requester": "rita",
        "may_close_at": paris("2026-07-17 18:00").isoformat(),
    }
    story.at(paris("2026-07-17 17:59"))
    with pytest.raises(NotNow, match="not_verified"):
        story.do(c.CloseIncident, "sam", incident)


def test_inc_5_silence_is_chased_then_the_managers_may_close_and_that_is_recorded() -> None:
    story = Story()
    incident = story.resolved()
    story.at(paris("2026-07-16 10:00"))
    assert story.told("please_verify") == ["rita", "rita", "rita"]
    chased = story.lines(incident, "incident.verification_chased")
    assert [line.at for line in chased] == [paris("2026-07-15 16:00"), paris("2026-07-16 09:30")]
    assert [line.facts["number"] for line in chased] == [1, 2]
    story.at(paris("2026-07-17 18:00"))
    assert story.told("may_close") == ["sam", "sue"]
    asked = len(story.told("please_verify"))
    story.do(c.CloseIncident, "sue", incident, note="no answer")
    (line,) = story.lines(incident, "incident.closed")
    assert line.facts["closed_unverified"] is True
    story.wait(days=7)
    assert len(story.told("please_verify")) == asked


def test_inc_5_closing_a_verified_incident_is_not_recorded_as_unverified() -> None:
    story = Story()
    incident = story.resolved()
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    story.do(c.CloseIncident, "tom", incident)
    assert story.lines(incident, "incident.closed")[0].facts["closed_unverified"] is False
    with pytest.raises(AlreadyDone, match="already_closed"):
        story.do(c.CloseIncident, "sam", incident)


def test_inc_5_the_managers_are_reminded_as_long_as_it_stays_open() -> None:
    story = Story()
    story.resolved()
    story.at(paris("2026-07-17 18:00"))
    asked = story.told("please_verify")
    story.at(paris("2026-07-21 18:00"))
    assert story.told("may_close") == ["sam", "sue"] * 2
    assert story.told("please_verify") == asked


def test_esc_7_chases_missed_while_down_come_as_one() -> None:
    story = Story()
    incident = story.resolved()
    due = story.memory.due()
    assert due is not None
    assert due.name == "verify/chase"
    assert story.memory.fire(due, due.due + timedelta(hours=24))
    assert story.told("please_verify") == ["rita", "rita"]
    chase = story[incident].alarms.get("verify/chase")
    assert chase is not None
    assert chase.due == paris("2026-07-16 17:30")


def test_inc_5_not_fixed_ends_the_chase() -> None:
    story = Story()
    incident = story.resolved()
    after = story.do(c.VerifyIncident, "rita", incident, fixed=False)
    assert not [timer for timer in after.alarms.armed if timer.name.startswith("verify/")]


def test_inc_5_verifying_twice_is_said() -> None:
    story = Story()
    incident = story.resolved()
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    with pytest.raises(AlreadyDone, match="already_verified"):
        story.do(c.VerifyIncident, "rita", incident, fixed=True)


def test_inc_5_what_the_bot_itself_opened_is_verified_by_an_incident_manager() -> None:
    story = Story()
    incident = story.resolved(by=ESCALADE, origin=Origin.MONITORING)
    assert story.told("please_verify") == ["sam"]
    assert story.do(c.VerifyIncident, "sam", incident, fixed=True).state is S.VERIFIED


def test_rep_1_closing_a_priority_1_drafts_its_report() -> None:
    story = Story()
    incident = story.resolved(component="vpn")
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    assert story[incident].report is None
    after = story.do(c.CloseIncident, "sam", incident)
    assert after.report is not None
    assert story.memory.get(REPORT, "acme", after.report).incident == incident


def test_rep_2_a_missed_target_owes_a_report_and_a_met_one_does_not() -> None:
    for hours, owed in ((1, False), (9, True)):
        story = Story()
        incident = story.opened()
        story.do(c.TakeIncident, "tom", incident)
        story.wait(hours=hours)
        story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
        story.do(c.VerifyIncident, "rita", incident, fixed=True)
        after = story.do(c.CloseIncident, "sam", incident)
        assert (after.report is not None) is owed

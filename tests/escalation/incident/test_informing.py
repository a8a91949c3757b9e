"""Who hears of a delay, a cause, and an incident that a process raised (INC-11 to INC-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.contract import Absence, Communication, Contract
from escalation.decision.commands import incident as c
from escalation.records.incident import IncidentState, Origin
from tests.agreement import agreement, paris
from tests.story import Story

S = IncidentState


def with_rules(**values: Any) -> Contract:
    contract = agreement()
    return replace(contract, incidents=replace(contract.incidents, **values))


# ── the cause ────────────────────────────────────────────────────────────────────────────────


def test_inc_11_the_incident_manager_is_asked_and_confirms_what_a_technician_said() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.ResolveIncident, "tess", incident, cause_gone=True, cause="a full disk")
    assert story.told("cause_to_confirm") == ["sam"]
    with pytest.raises(NotAllowed, match="not_your_role"):
        story.do(c.ConfirmCause, "tom", incident, gone=True)
    after = story.do(c.ConfirmCause, "sam", incident, gone=True)
    assert (after.cause_gone, after.cause, after.cause_confirmed_by) == (True, "a full disk", "sam")
    with pytest.raises(AlreadyDone, match="cause_confirmed"):
        story.do(c.ConfirmCause, "sue", incident, gone=True)
    assert story.told("problem_proposed") == []


def test_inc_11_corrected_the_problem_is_proposed_and_the_report_says_the_right_cause() -> None:
    story = Story()
    incident = story.opened(component="vpn")
    story.do(c.ResolveIncident, "tess", incident, cause_gone=True, cause="a full disk")
    after = story.do(c.ConfirmCause, "sue", incident, gone=False, cause="logs are never cleared")
    assert after.cause == "logs are never cleared"
    assert story.told("problem_proposed") == ["sam", "sue"]
    (line,) = story.lines(incident, "incident.cause_confirmed")
    assert (line.facts["before"], line.facts["cause_gone"]) == (True, False)
    story.do(c.VerifyIncident, "rita", incident, fixed=True)
    closed = story.do(c.CloseIncident, "sam", incident)
    assert "logs are never cleared" in story[closed.report].sections.cause


def test_inc_11_a_manager_who_resolves_confirms_with_that() -> None:
    story = Story()
    incident = story.opened()
    after = story.do(c.ResolveIncident, "sam", incident, cause_gone=True)
    assert (after.cause_confirmed_by, story.told("cause_to_confirm")) == ("sam", [])


def test_inc_11_not_known_yet_is_asked_later_and_said_by_whoever_resolved_it() -> None:
    story = Story(at=paris("2026-07-15 03:00"))
    incident = story.opened()
    story.do(c.ResolveIncident, "ned", incident, cause_gone=None)
    assert story.told("cause_to_confirm") == story.told("problem_proposed") == []
    story.at(paris("2026-07-15 11:30"))
    assert story.told("cause_asked") == ["ned"]
    with pytest.raises(NotAllowed):
        story.do(c.ConfirmCause, "tess", incident, gone=True)
    after = story.do(c.ConfirmCause, "ned", incident, gone=False, cause="a leak")
    assert (after.cause_gone, after.cause, after.cause_confirmed_by) == (False, "a leak", None)
    assert story.told("cause_to_confirm") == ["sam"]
    assert story.told("problem_proposed") == ["sam", "sue"]
    with pytest.raises(AlreadyDone, match="cause_said"):
        story.do(c.ConfirmCause, "ned", incident, gone=False)
    story.do(c.ConfirmCause, "ned", incident, gone=False, cause="a leak in a library")
    assert story.told("problem_proposed") == ["sam", "sue"]
    story.do(c.ConfirmCause, "sam", incident, gone=False)
    with pytest.raises(NotAllowed):
        story.do(c.ConfirmCause, "ned", incident, gone=True)
    story.at(paris("2026-07-20 11:30"))
    assert story.told("cause_asked") == ["ned"]


def test_inc_11_still_not_known_is_noted_and_asked_again_later() -> None:
    story = Story(at=paris("2026-07-15 03:00"))
    incident = story.opened()
    story.do(c.ResolveIncident, "ned", incident, cause_gone=None)
    story.at(paris("2026-07-15 11:30"))
    after = story.do(c.ConfirmCause, "ned", incident, gone=None)
    assert (after.cause_gone, after.cause_asked) == (None, 0)
    story.at(paris("2026-07-15 15:30"))
    assert story.told("cause_asked") == ["ned", "ned"], "four coverage hours later, and no manager"
    story.do(c.ConfirmCause, "ned", incident, gone=True)
    with pytest.raises(AlreadyDone, match="cause_said"):
        story.do(c.ConfirmCause, "ned", incident, gone=None)


def test_inc_11_not_known_yet_and_opened_again_nobody_is_asked() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.ResolveIncident, "tom", incident, cause_gone=None)
    story.do(c.VerifyIncident, "rita", incident, fixed=False, note="no")
    story.wait(days=5)
    assert story.told("cause_asked") == []


def test_inc_x_reopened_the_cause_is_open_again() -> None:
    story = Story()
    incident = story.resolved()
    story.do(c.ConfirmCause, "sam", incident, gone=True)
    after = story.do(c.VerifyIncident, "rita", incident, fixed=False)
    assert (after.cause_gone, after.cause_confirmed_by) == (None, None)
    with pytest.raises(NotNow, match="wrong_state"):
        story.do(c.ConfirmCause, "sam", incident, gone=True)


# ── lists and intervals ──────────────────────────────────────────────────────────────────────


def test_inc_13_the_list_for_service_levels_hears_of_risk_and_breach_stand_ins_too() -> None:
    away = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31), stand_in="cid")
    contract = with_rules(service_level_list=("bea", "hana"))
    people = tuple(replace(p, absences=(away,)) if p.id == "hana" else p for p in contract.people)
    story = Story(replace(contract, people=people))
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=7)
    assert not {"bea", "cid"} & set(story.told("target_warning"))  # 75 % is not at risk yet
    story.wait(minutes=15)
    assert {"bea", "hana", "cid"} <= set(story.told("target_warning"))
    story.wait(hours=1)
    assert {"bea", "hana", "cid"} <= set(story.told("target_missed"))


def test_inc_13_and_of_a_delay_that_somebody_foresees() -> None:
    story = Story(with_rules(service_level_list=("bea",)))
    story.do(c.ForeseeDelay, "tom", story.opened(), reason="a part is late")
    assert story.told("delay_notice") == ["rita", "bea"]


def test_inc_14_a_requester_told_of_a_delay_is_kept_informed_until_the_service_is_back() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.ForeseeDelay, "tom", incident, reason="a part is late")
    story.at(paris("2026-07-16 10:00"))
    assert story.told_at("how_it_stands") == [("rita", 240), ("rita", 1290)]  # 16:00, and 9:30
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.wait(days=3)
    assert len(story.told("how_it_stands")) == 2


def test_inc_14_who_was_told_of_no_delay_hears_nothing_of_the_kind() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.TakeIncident, "tom", incident)
    story.wait(hours=6)
    assert story.told("how_it_stands") == []


def test_inc_x_reopened_after_a_delay_they_are_informed_again() -> None:
    story = Story()
    incident = story.opened()
    story.do(c.ForeseeDelay, "tom", incident, reason="a part is late")
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.do(c.VerifyIncident, "rita", incident, fixed=False)
    story.wait(hours=5)
    assert story.told("how_it_stands") == ["rita"]


def test_inc_6_the_stand_in_of_an_absent_requester_is_told_of_the_delay() -> None:
    away = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31), stand_in="otto")
    contract = agreement()
    people = tuple(replace(p, absences=(away,)) if p.id == "rita" else p for p in contract.people)
    story = Story(replace(contract, people=people))
    story.do(c.ForeseeDelay, "tom", story.opened(), reason="a part is late")
    assert story.told("delay_notice") == ["rita", "otto"]


# ── what no client asked for ─────────────────────────────────────────────────────────────────


def test_inc_15_somebody_other_than_the_resolver_verifies() -> None:
    story = Story()
    incident = story.opened(by="sam", origin=Origin.MONITORING)
    story.do(c.ResolveIncident, "sam", incident, cause_gone=True)
    assert story.told("please_verify") == ["sue"]
    with pytest.raises(NotAllowed, match="resolver_verifies"):
        story.do(c.VerifyIncident, "sam", incident, fixed=True)
    assert story.do(c.VerifyIncident, "sue", incident, fixed=True).state is S.VERIFIED


def test_inc_15_what_a_client_requested_is_theirs_to_verify() -> None:
    story = Story()
    incident = story.opened(by="hal", requester="rita")
    story.do(c.ResolveIncident, "sam", incident, cause_gone=True)
    assert story.told("please_verify") == ["rita"]
    with pytest.raises(NotAllowed, match="not_your_role"):
        story.do(c.VerifyIncident, "sue", incident, fixed=True)


def test_inc_16_an_incident_of_a_change_is_communicated_as_that_process_says() -> None:
    rule = Communication(origin="change", client=False, people=("bea",))
    story = Story(with_rules(communication=(rule,)))
    incident = story.opened(by="hal", origin=Origin.CHANGE, change="CHG-7")
    assert not story[incident].client_informed
    assert story.told("incident_news") == ["bea"]
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    assert story.told("incident_news") == ["bea", "bea"]
    ticket = story.opened(by="hal")
    assert story[ticket].client_informed
    assert len(story.told("incident_news")) == 2

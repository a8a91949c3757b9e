"""Opening and qualifying (INC-1 to INC-3, INC-7, INC-8, ORG-5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.base import user_text
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.contract import ESCALADE
from escalation.decision.commands import incident as c
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM
from escalation.records.incident import IncidentState, Origin
from tests.agreement import agreement
from tests.story import Story


@pytest.mark.parametrize("origin", list(Origin))
def test_inc_1_every_origin_is_kept_with_the_ticket_it_came_from(origin: Origin) -> None:
    story = Story()
    incident = story.opened(origin=origin, ticket=" I210114_0042 ", by="hal")
    assert (story[incident].origin, story[incident].ticket) == (origin, "I210114_0042")
    (line,) = story.lines(incident, "incident.opened")
    assert (line.facts["origin"], line.facts["ticket"]) == (origin.value, "I210114_0042")


def test_inc_1_the_requester_is_who_reports_it_or_who_is_named() -> None:
    story = Story()
    assert story[story.opened(by="rita")].requester == "rita"
    assert story[story.opened(by="hal", requester="rita")].requester == "rita"
    assert story[story.opened(by="hal")].requester == "hal"
    assert story[story.opened(by=ESCALADE, origin=Origin.MONITORING)].requester == "sam"


def test_inc_1_an_unknown_requester_or_component_is_refused_and_nothing_is_kept() -> None:
    story = Story()
    with pytest.raises(NotFound, match="unknown_person"):
        story.opened(requester="ghost")
    with pytest.raises(NotFound, match="unknown_component"):
        story.opened(component="fax")
    with pytest.raises(BadValue, match="severity_out_of_range"):
        story.opened(severity=7)
    assert story.memory.chain == []
    assert story.opened() == "INC-0001"


def test_inc_2_an_incident_is_qualified_at_once_and_says_why() -> None:
    story = Story()
    incident = story[story.opened(component="mail", severity=1)]
    assert incident.state is IncidentState.QUALIFIED
    assert incident.priority is not None
    found = incident.priority
    assert (found.level, found.row, found.column) == (2, "fairly_strategic", "1")


def test_inc_2_without_a_severity_it_waits_to_be_qualified() -> None:
    story = Story()
    incident = story.opened(severity=None)
    assert story[incident].state is IncidentState.OPENED
    assert story[incident].priority is None
    story.do(c.SetPriority, "tom", incident, severity=3)
    assert story[incident].state is IncidentState.QUALIFIED
    assert story[incident].level == 3
    assert "incident.qualified" in story.actions()


def test_inc_2_the_responsible_group_may_assign_another_priority_with_a_reason() -> None:
    story = Story()
    incident = story.opened(component="vpn", severity=4)
    assert story[incident].level == 4
    with pytest.raises(BadValue, match="reason_missing"):
        story.do(c.SetPriority, "nora", incident, level=2)
    after = story.do(c.SetPriority, "nora", incident, level=2, reason="half the sites")
    assert after.priority is not None
    assert (after.level, after.priority.set_by) == (2, "nora")
    assert after.priority.reason == "half the sites"


@pytest.mark.parametrize("level", [0, 5, -1])
def test_inc_2_a_priority_out_of_range_is_refused(level: int) -> None:
    story = Story()
    with pytest.raises(BadValue, match="priority_out_of_range"):
        story.do(c.SetPriority, "tom", story.opened(), level=level, reason="because")


def test_inc_2_the_same_priority_again_changes_nothing() -> None:
    story = Story()
    with pytest.raises(AlreadyDone, match="priority_unchanged"):
        story.do(c.SetPriority, "tom", story.opened(severity=1), severity=1)


def test_inc_2_a_change_of_component_is_kept_even_where_the_priority_stays() -> None:
    story = Story()
    incident = story.opened(component="mail", severity=3)
    assert story.do(c.SetPriority, "tom", incident, component="Wiki").component == "wiki"


def test_inc_2_nothing_to_compute_from_is_said() -> None:
    story = Story()
    with pytest.raises(BadValue, match="priority_not_computable"):
        story.do(c.SetPriority, "tom", story.opened(severity=None))


def test_inc_2_the_priority_of_a_resolved_incident_stands() -> None:
    story = Story()
    with pytest.raises(NotNow, match="wrong_state"):
        story.do(c.SetPriority, "tom", story.resolved(), level=4, reason="no report wanted")


def test_inc_3_in_the_ranked_scheme_the_rank_qualifies_without_a_severity() -> None:
    contract = agreement()
    ranked = replace(contract.priorities, scheme="ranked")
    story = Story(replace(contract, priorities=ranked))
    incident = story[story.opened(component="mail", severity=None)]
    assert (incident.state, incident.level) == (IncidentState.QUALIFIED, 2)


@pytest.mark.parametrize("origin", [Origin.MONITORING, Origin.PRODUCTION])
def test_inc_7_what_the_provider_found_stays_with_the_provider(origin: Origin) -> None:
    story = Story()
    incident = story.opened(by="hal", origin=origin)
    story.do(c.TakeIncident, "tom", incident)
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    assert story[incident].client_informed is False
    client = {p.id for p in agreement().people if p.organisation == "client"}
    reached = {e.to.person or str(e.to) for _, e in story.memory.outbox}
    assert str(SHARED_ROOM) not in reached
    assert str(PROVIDER_ROOM) in reached
    assert not reached & client


def test_inc_7_a_priority_1_of_monitoring_is_told_to_the_client() -> None:
    story = Story()
    incident = story.opened(by="hal", origin=Origin.MONITORING, component="vpn")
    assert story[incident].level == 1
    assert story[incident].client_informed
    assert story.told("client_informed") == [str(SHARED_ROOM)]
    assert str(SHARED_ROOM) in story.told("incident_card")


def test_inc_7_raised_to_priority_1_later_it_is_told_then() -> None:
    story = Story()
    incident = story.opened(by="hal", origin=Origin.MONITORING)
    assert not story[incident].client_informed
    story.do(c.SetPriority, "tom", incident, level=1, reason="everybody is cut off")
    assert story[incident].client_informed
    (line,) = story.lines(incident, "incident.client_informed")
    assert line.facts["why"] == "priority_1"


def test_inc_7_what_the_client_reports_is_known_to_the_client() -> None:
    story = Story()
    assert story[story.opened(by="rita", origin=Origin.MONITORING)].client_informed
    assert story[story.opened(by="hal", origin=Origin.TICKET)].client_informed


def test_inc_8_a_priority_1_is_notified_to_the_list_and_starts_the_escalation() -> None:
    story = Story()
    incident = story.opened(component="vpn")
    assert story.told("priority_1_notice") == ["sam", "hana", "cid"]
    (line,) = story.lines(incident, "incident.list_notified")
    assert line.facts["people"] == ["sam", "hana", "cid"]
    assert story[incident].escalation("client") is not None


def test_inc_8_no_other_priority_is_and_raising_to_1_is() -> None:
    story = Story()
    incident = story.opened(component="mail")
    assert story.told("priority_1_notice") == []
    assert story[incident].walks == ()
    story.do(c.SetPriority, "tom", incident, component="vpn")
    assert story.told("priority_1_notice") == ["sam", "hana", "cid"]
    assert story[incident].escalation("client") is not None


def test_org_5_the_group_and_supplier_responsible_are_recorded() -> None:
    story = Story()
    (line,) = story.lines(story.opened(component="VPN"), "incident.opened")
    facts = line.facts
    assert (facts["component"], facts["group"], facts["supplier"]) == ("vpn", "netops", "network")


def test_inc_1_titles_are_put_on_one_line() -> None:
    story = Story()
    assert story[story.opened(title="  Mail\x00 is\r\n\tdown \u2028")].title == "Mail is down"


@pytest.mark.parametrize("title", ["", "  \n\t", "\x00\x07"])
def test_inc_1_an_empty_title_is_refused(title: str) -> None:
    with pytest.raises(BadValue, match="title_missing"):
        Story().opened(title=title)


def test_inc_1_a_title_of_10000_characters_is_refused_with_its_length() -> None:
    with pytest.raises(BadValue, match="title_too_long") as refusal:
        Story().opened(title="x" * 10_000)
    assert refusal.value.facts == {"length": 10_000, "limit": 250}


@pytest.mark.parametrize(
    "title",
    [
        "البريد معطل 📧",
        "<!channel> <@U123> *bold* & co",
        "\u200f\u05e9\u05dc\u05d5\u05dd",
        "👩🏽‍💻 " * 30,
    ],
)
def test_inc_1_any_script_and_markup_is_kept_as_written(title: str) -> None:
    story = Story()
    assert story[story.opened(title=title)].title == title.strip()


@given(st.text())
def test_inc_1_cleaning_a_title_twice_is_cleaning_it_once(text: str) -> None:
    try:
        cleaned = user_text.title(text)
    except BadValue:
        return
    assert user_text.title(cleaned) == cleaned
    assert "\n" not in cleaned


def test_inc_1_an_endless_description_is_refused() -> None:
    with pytest.raises(BadValue, match="text_too_long"):
        Story().opened(description="x" * 3001)


def test_cri_10_an_exercise_reaches_only_those_who_agreed() -> None:
    contract = agreement()
    people = tuple(replace(p, drills=p.id != "cid") for p in contract.people)
    story = Story(replace(contract, people=people))
    story.opened(component="vpn", exercise=True)
    assert story.told("priority_1_notice") == ["sam", "hana"]

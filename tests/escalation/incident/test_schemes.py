"""The scheme in force decides what is asked, and what is refused (INC-3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.checks import check
from escalation.base.refusals import BadValue
from escalation.contract import Contract, Priorities
from escalation.decision.commands import incident as c
from escalation.decision.commands import ladder as up
from escalation.records.incident import IncidentState
from handlers.application import Caller
from handlers.incident.verbs import INCIDENT
from handlers.verbs.forms import form
from handlers.words.shared.priorities import read_at
from handlers.words.texts import Texts
from tests.agreement import agreement, paris, ranked
from tests.story import Story


def fields(contract: Contract, verb: str) -> set[str]:
    person = contract.person("sam")
    texts = Texts.of("en", contract.zone)
    caller = Caller(contract=contract, person=person, slack_user="sam", texts=texts)
    found = INCIDENT.verb(verb)
    assert found is not None
    view = form(found, caller, "INC-0001", "", {})
    return {block["block_id"] for block in view["blocks"] if "block_id" in block}


@pytest.mark.parametrize("verb", ["open", "priority"])
def test_inc_3_the_scheme_decides_which_fields_are_offered(verb: str) -> None:
    tables = {"severity", "urgency", "impact"}
    assert fields(agreement(), verb) & tables == {"severity"}
    assert fields(ranked(), verb) & tables == {"urgency", "impact"}


def test_inc_3_qualified_again_by_urgency_and_impact() -> None:
    story = Story(ranked())
    incident = story.opened(component="wiki", severity=None)
    assert (story[incident].level, story[incident].priority.row) == (3, "rank")
    after = story.do(c.SetPriority, "tom", incident, urgency=1, impact=2)
    assert (after.level, after.priority.row, after.priority.column) == (2, "urgency_1", "impact_2")
    after = story.do(c.SetPriority, "tom", incident, impact=1)
    assert after.level == 1


def test_inc_3_what_the_scheme_does_not_use_is_refused_and_not_passed_over() -> None:
    for contract, values, field in (
        (ranked(), {"severity": 1}, "severity"),
        (agreement(), {"severity": 1, "urgency": 1}, "urgency"),
        (agreement(), {"severity": 1, "impact": 1}, "impact"),
    ):
        story = Story(contract)
        with pytest.raises(BadValue, match="not_of_scheme") as refusal:
            story.opened(**values)
        assert refusal.value.facts["field"] == field


def test_inc_3_urgency_alone_asks_for_the_impact() -> None:
    story = Story(ranked())
    with pytest.raises(BadValue, match="value_missing") as refusal:
        story.opened(component="wiki", severity=None, urgency=1)
    assert refusal.value.facts == {"field": "impact"}


def test_inc_3_three_priorities_suffice_and_no_criticality_is_needed() -> None:
    assert [f.code for f in check(ranked())] == []
    story = Story(ranked())
    incident = story.opened(component="kiosk", severity=None)
    assert story[incident].state is IncidentState.QUALIFIED
    with pytest.raises(BadValue, match="priority_out_of_range") as refusal:
        story.do(c.SetPriority, "sam", incident, level=4, reason="small")
    assert refusal.value.facts == {"given": 4, "most": 3}


def test_inc_3_the_other_scheme_needs_both() -> None:
    contract = ranked()
    other = replace(contract, priorities=Priorities())
    codes = {f.code for f in check(other)}
    assert {"criticality_missing", "targets_missing"} <= codes


def test_inc_3_what_a_priority_was_read_at_is_said_in_words() -> None:
    texts = Texts.of("en", agreement().zone)
    assert read_at("urgency_1", "impact_2", texts) == "urgency 1 × impact 2"
    assert read_at("rank", "1", texts) == "the client ranks the component P1"
    assert read_at("strategic", "1", texts) == "strategic × severity 1"


def test_inc_x_moved_to_the_other_scheme_what_was_said_before_is_no_hindrance() -> None:
    story = Story(agreement())
    incident = story.opened(component="wiki", severity=2)
    story.memory.amend(ranked(version="v2"))
    story.do(c.ReplanIncident, "sam", incident, reason="the new contract")
    assert story.do(c.SetPriority, "sam", incident, urgency=1, impact=1).level == 1


def test_inc_x_moved_to_a_contract_of_three_priorities_a_priority_4_is_its_gentlest() -> None:
    story = Story(agreement())
    incident = story.opened(component="kiosk")
    story.do(up.EscalateUp, "tom", incident, reason="a decision")
    lowered = story.opened(component="vpn")
    story.do(c.SetPriority, "sam", lowered, component="kiosk", reason="one of them")
    story.memory.amend(ranked(version="v2"))
    after = story.do(c.ReplanIncident, "sam", incident, reason="the new contract")
    assert (after.level, after.restore_due) == (3, paris("2026-07-17 11:00"))
    (line,) = story.lines(incident, "incident.priority_changed")
    assert (line.facts["before"], line.facts["priority"]) == (4, 3)
    story.do(c.ReplanIncident, "sam", lowered, reason="the new contract")
    assert story.do(c.AgreeLowering, "hana", lowered).level == 3


def test_inc_x_a_priority_4_merged_into_what_knows_three_is_its_gentlest() -> None:
    story = Story(agreement())
    duplicate = story.opened(component="kiosk")
    story.memory.amend(ranked(version="v2"))
    original = story.opened(by="otto", component="", severity=None)
    story.do(c.MergeIncident, "sam", duplicate, into=original)
    assert story[original].level == 3
    after = story.do(up.EscalateUp, "tom", original, reason="a decision")
    assert after.escalation("client").active

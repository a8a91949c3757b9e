"""Keeping both firms informed of a crisis."""

from dataclasses import replace

import pytest

from escalation.base.refusals import BadValue, NotAllowed
from escalation.contract import SideCrisisRules
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import CrisisFormed, CrisisMembers, CrisisNews, InformReminder
from tests.agreement import agreement
from tests.escalation.crisis.story import Cell


def test_cri_5_each_firm_hears_from_its_initiator_and_the_help_desk_from_the_provider() -> None:
    cell = Cell()
    cell.opened()
    formed = {str(e.to): e.facts["on_behalf_of"] for e in cell.effects(CrisisFormed.topic)}
    assert formed == {
        "person/dan": "sam",
        "person/bea": "sam",
        "person/hal": "sam",
        "person/eve": "hana",
    }


def test_cri_5_the_initiators_are_told_with_the_member_list_that_it_was_done_for_them() -> None:
    cell = Cell()
    cell.opened(by="cid", accepted_by="dan")
    told = {str(e.to): e.facts["told"] for e in cell.effects(CrisisMembers.topic)}
    assert told == {"person/dan": ["bea", "hal"], "person/cid": ["eve"]}
    lines = cell.lines(cell.id, "crisis.informed")
    assert [line.facts["on_behalf_of"] for line in lines] == ["dan", "cid"]
    cell.hush()
    cell.wait(minutes=16)
    chased = cell.effects(CrisisMembers.topic)
    assert [e.facts.get("told") for e in chased] == [None, None], "said once"


def test_cri_5_without_a_list_the_holders_of_the_role_are_the_help_desk() -> None:
    contract = agreement()
    cell = Cell(replace(contract, crisis=replace(contract.crisis, help_desk=())))
    cell.opened()
    assert "hal" in cell.told(CrisisFormed.topic)


def test_cri_5_nobody_is_told_before_the_cell_is_formed() -> None:
    cell = Cell()
    cell.ask()
    assert not cell.effects(CrisisFormed.topic)


def test_cri_7_communication_leads_are_reminded_at_the_interval_of_the_contract() -> None:
    cell = Cell()
    cell.opened()
    cell.wait(minutes=130)
    assert cell.told_at(InformReminder.topic) == [
        ("tom", 60),
        ("olga", 60),
        ("tom", 120),
        ("olga", 120),
    ]


def test_cri_7_a_briefing_is_recorded_and_the_next_reminder_counts_from_it() -> None:
    cell = Cell()
    cell.opened()
    cell.wait(minutes=40)
    crisis = cell.do(c.RecordBriefing, "olga", text="The VPN is down", audience="All staff")
    briefing = crisis.briefings[0]
    assert (briefing.side, briefing.by, briefing.audience) == ("client", "olga", "All staff")
    line = cell.lines(cell.id, "crisis.briefed")[0]
    assert (line.actor, line.facts["text"]) == ("olga", "The VPN is down")
    cell.wait(minutes=61)
    assert cell.told_at(InformReminder.topic) == [("tom", 60), ("olga", 100)]


def test_cri_7_a_briefing_is_the_communication_leads_or_the_leads_and_complete() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.RecordBriefing, "sam", text="Work goes on", audience="Service desk")
    with pytest.raises(NotAllowed):
        cell.do(c.RecordBriefing, "dan", text="Work goes on", audience="The board")
    with pytest.raises(BadValue):
        cell.do(c.RecordBriefing, "tom", text=" ", audience="The board")
    with pytest.raises(BadValue):
        cell.do(c.RecordBriefing, "tom", text="Work goes on", audience="")


def test_cri_7_without_a_communication_lead_the_lead_is_reminded() -> None:
    contract = agreement()
    rules = replace(contract.crisis, client=SideCrisisRules(inform=("eve",)))
    cell = Cell(replace(contract, crisis=rules))
    cell.opened()
    cell.wait(minutes=60)
    assert cell.told(InformReminder.topic) == ["tom", "hana"]


def test_cri_7_the_next_communication_lead_is_the_one_reminded() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameCommunicationLead, "sam", person="tess")
    cell.wait(minutes=60)
    assert cell.told(InformReminder.topic) == ["tess", "olga"]
    cell.do(c.RemoveMember, "sam", person="tess")
    cell.wait(minutes=60)
    assert cell.told(InformReminder.topic)[2:] == ["sam", "olga"]


def test_con_2_the_room_of_both_firms_does_not_hear_what_one_told_its_own_people() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(c.RecordBriefing, "tom", text="Our backup failed", audience="The board")
    assert cell.facts(CrisisNews.topic) == {"action": "crisis.briefed", "by": "tom"}
    assert "Our backup failed" not in str([dict(e.facts) for _, e in cell.memory.told()])

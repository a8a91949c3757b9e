"""Who leads a crisis cell, and who speaks for it."""

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.contract import Absence
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import CrisisCall, LeadChanged, LeadRequest, LeadUnanswered
from escalation.records.crisis import Presence
from tests.escalation.crisis.story import Cell, with_people

HIGHER = {"provider": "dan", "client": "cid"}


def test_cri_6_the_initiators_lead_jointly() -> None:
    assert Cell().opened().leads == {"provider": "sam", "client": "hana"}


def test_cri_6_the_lead_passes_only_when_both_who_take_over_confirm() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.OfferLead, "sam", leads=HIGHER)
    assert cell.told(LeadRequest.topic) == ["dan", "cid"]
    crisis = cell.do(c.ConfirmLead, "dan")
    assert crisis.leads == {"provider": "sam", "client": "hana"}
    with pytest.raises(AlreadyDone):
        cell.do(c.ConfirmLead, "dan")
    crisis = cell.do(c.ConfirmLead, "cid")
    assert crisis.leads == HIGHER
    assert crisis.initiators == {"provider": "sam", "client": "hana"}
    assert set(cell.told(LeadChanged.topic)) == {"crisis/CRI-0001", "sam", "hana", "dan", "cid"}


def test_cri_6_whoever_proposes_to_lead_has_confirmed() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.OfferLead, "dan", leads=HIGHER)
    assert cell.told(LeadRequest.topic) == ["cid"]
    assert cell.do(c.ConfirmLead, "cid").leads == HIGHER


@pytest.mark.parametrize(
    ("leads", "code"),
    [
        ({"provider": "dan", "client": "cid", "network": "rex"}, "one_lead_each"),
        ({"provider": "dan", "client": "hana"}, "not_peer"),
        ({"provider": "sue", "client": "cid"}, "not_higher"),
        ({"provider": "dan", "client": "rita"}, "not_higher"),
        ({"provider": "cid", "client": "dan"}, "other_firm"),
    ],
)
def test_cri_6_one_of_a_higher_level_for_each_firm(leads: dict[str, str], code: str) -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(BadValue) as refused:
        cell.do(c.OfferLead, "sam", leads=leads)
    assert refused.value.code == code


def led_by_cid_and_sam() -> Cell:
    """Nobody of level 2 answered: the CIO accepted, and leads beside sam, of level 2."""
    cell = Cell()
    cell.ask(by="sam")
    cell.wait(minutes=11)
    cell.do(c.AcceptCrisis, "cid")
    cell.hush()
    return cell


@pytest.mark.parametrize("leads", [{}, {"provider": "dan"}, {"provider": "dan", "client": "cid"}])
def test_cri_12_a_side_that_is_led_that_high_keeps_its_lead(leads: dict[str, str]) -> None:
    cell = led_by_cid_and_sam()
    crisis = cell.do(c.OfferLead, "dan", leads=leads)
    assert crisis.leads == {"provider": "dan", "client": "cid"}
    assert crisis.hand_over is None
    assert not cell.told(LeadRequest.topic), "cid leads already, and confirms nothing"


def test_cri_12_each_side_rises_above_its_own_lead() -> None:
    cell = led_by_cid_and_sam()
    with pytest.raises(BadValue) as refused:
        cell.do(c.OfferLead, "sam", leads={"provider": "sue"})
    assert refused.value.code == "not_higher"
    with pytest.raises(AlreadyDone):
        cell.do(c.OfferLead, "sam", leads={"provider": "sam", "client": "cid"})
    cell.do(c.OfferLead, "sam", leads={"provider": "bea"})
    assert cell.told(LeadRequest.topic) == ["bea", "eve"]  # cid is not of bea's level: her peer


def test_cri_12_who_takes_the_lead_by_themselves_has_their_peer_asked() -> None:
    cell = Cell()
    cell.opened()
    crisis = cell.do(c.OfferLead, "cid", leads={})
    assert crisis.leads == {"provider": "sam", "client": "hana"}
    assert cell.told(LeadRequest.topic) == ["dan"]
    assert cell.do(c.ConfirmLead, "dan").leads == HIGHER
    with pytest.raises(BadValue):
        cell.do(c.OfferLead, "hana", leads={})  # she led, and is of a lower level


def test_cri_12_the_peer_who_is_away_is_passed_over_for_their_stand_in_or_the_level_above() -> None:
    away = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31))
    for stand_in, asked in ((None, "bea"), ("sue", "sue")):
        absent = {"absences": (replace(away, stand_in=stand_in),)}
        cell = Cell(with_people(dan=absent))
        cell.opened()
        cell.do(c.OfferLead, "cid", leads={})
        assert cell.told(LeadRequest.topic) == [asked]


def test_cri_12_who_leads_has_left_and_a_colleague_of_the_level_takes_over() -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(BadValue, match="not_higher"):
        cell.do(c.OfferLead, "sam", leads={"provider": "sue"})
    with pytest.raises(NotAllowed):
        cell.do(c.OfferLead, "sue", leads={})
    left = tuple(person for person in cell.contract.people if person.id != "sam")
    cell.memory.amend(replace(cell.contract, version="v2", people=left))
    with pytest.raises(NotAllowed):
        cell.do(c.OfferLead, "hal", leads={})
    crisis = cell.do(c.OfferLead, "sue", leads={})
    assert crisis.leads == {"provider": "sue", "client": "hana"}
    cell.do(c.CloseCrisis, "sue")
    assert cell.do(c.CloseCrisis, "hana").closed_at is not None


def test_cri_6_who_keeps_the_lead_has_nothing_to_confirm() -> None:
    cell = led_by_cid_and_sam()
    cell.do(c.OfferLead, "sam", leads={"provider": "dan"})
    with pytest.raises(NotAllowed) as refused:
        cell.do(c.ConfirmLead, "cid")
    assert refused.value.code == "not_taking_over"
    assert cell.do(c.ConfirmLead, "dan").leads == HIGHER


def test_cri_6_nobody_else_offers_or_confirms() -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(NotAllowed):
        cell.do(c.OfferLead, "tom", leads=HIGHER)
    with pytest.raises(NotNow):
        cell.do(c.ConfirmLead, "sam")
    cell.do(c.OfferLead, "sam", leads=HIGHER)
    with pytest.raises(NotAllowed) as refused:
        cell.do(c.ConfirmLead, "sam")
    assert refused.value.code == "not_taking_over"


def test_cri_6_new_leads_are_let_in_and_count_as_there() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(c.OfferLead, "sam", leads={"provider": "bea", "client": "eve"})
    cell.do(c.ConfirmLead, "bea")
    cell.do(c.ConfirmLead, "eve")
    member = cell.member("bea")
    assert (member.why, member.mandated) == ("lead", True)
    assert cell.presence()["bea"] == cell.presence()["eve"] == Presence.PRESENT
    assert {"bea", "eve"} <= set(cell.told(CrisisCall.topic))


def test_cri_6_what_the_former_leads_agreed_to_close_is_void() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.OfferLead, "sam", leads=HIGHER)
    cell.do(c.ConfirmLead, "dan")
    assert cell.do(c.ConfirmLead, "cid").closing == ()
    with pytest.raises(NotAllowed) as refused:
        cell.do(c.CloseCrisis, "sam")
    assert refused.value.code == "not_lead"


def test_cri_6_who_does_not_confirm_is_asked_again_then_the_lead_stays() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.OfferLead, "sam", leads=HIGHER)
    cell.do(c.ConfirmLead, "cid")
    cell.wait(minutes=31)
    assert cell.told_at(LeadRequest.topic) == [("dan", 0), ("cid", 0), ("dan", 15)]
    assert cell.told_at(LeadUnanswered.topic) == [("sam", 30), ("cid", 30), ("hana", 30)]
    assert (cell.crisis.leads, cell.crisis.hand_over) == (cell.crisis.initiators, None)
    cell.do(c.OfferLead, "sam", leads={"provider": "bea", "client": "eve"})  # it can be tried anew


def test_cri_12_the_next_of_a_side_that_nobody_named_is_asked_then_the_lead_stays() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.OfferLead, "cid", leads={})
    cell.wait(minutes=61)
    assert cell.told_at(LeadRequest.topic) == [("dan", 0), ("dan", 15), ("bea", 30), ("bea", 45)]
    assert cell.told_at(LeadUnanswered.topic) == [
        ("cid", 30), ("cid", 60), ("sam", 60), ("hana", 60),
    ]  # fmt: skip
    assert cell.crisis.leads == cell.crisis.initiators
    assert "lead/confirm" not in cell.armed()


def test_cri_12_who_was_asked_first_may_still_take_the_lead() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.OfferLead, "cid", leads={})
    cell.wait(minutes=31)
    assert cell.do(c.ConfirmLead, "dan").leads == HIGHER
    cell.hush()
    cell.wait(hours=1)
    assert not cell.told(LeadRequest.topic)


def test_cri_7_the_contract_names_a_communication_lead_for_each_firm() -> None:
    crisis = Cell().opened()
    assert crisis.communication == {"provider": "tom", "client": "olga"}
    assert {"tom", "olga"} <= {member.person for member in crisis.members if not member.mandated}


def test_cri_7_a_lead_names_another_of_their_own_firm() -> None:
    cell = Cell()
    cell.opened()
    crisis = cell.do(c.NameCommunicationLead, "hana", person="otto")
    assert crisis.communication == {"provider": "tom", "client": "otto"}
    assert crisis.member("otto") is not None
    with pytest.raises(BadValue):
        cell.do(c.NameCommunicationLead, "hana", person="tess")
    with pytest.raises(NotAllowed):
        cell.do(c.NameCommunicationLead, "dan", person="tess")
    with pytest.raises(AlreadyDone):
        cell.do(c.NameCommunicationLead, "hana", person="otto")

"""Who leads a crisis cell, and who speaks for it."""

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import CrisisCall, LeadChanged, LeadRequest
from escalation.records.crisis import Presence
from tests.escalation.crisis.story import Cell

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
        ({"provider": "dan"}, "one_lead_each"),
        ({"provider": "dan", "client": "cid", "network": "rex"}, "one_lead_each"),
        ({"provider": "dan", "client": "hana"}, "not_higher"),
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


def test_cri_6_higher_than_both_present_leads() -> None:
    cell = Cell()
    cell.ask(by="sam")
    cell.wait(minutes=11)  # no answer of level 2: cid was asked, of level 3
    cell.do(c.AcceptCrisis, "cid")
    with pytest.raises(BadValue):
        cell.do(c.OfferLead, "sam", leads={"provider": "dan", "client": "eve"})
    cell.do(c.OfferLead, "sam", leads={"provider": "bea", "client": "eve"})


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

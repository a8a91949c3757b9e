"""The member list of a crisis cell."""

from dataclasses import replace
from datetime import date

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.contract import Absence
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import CrisisCall, CrisisMembers, CrisisNews, MemberMissing
from escalation.messages.room_actions import Invite, Uninvite
from escalation.records.crisis import Presence
from tests.escalation.crisis.story import ROOM, Cell, with_people

AWAY = Absence(first=date(2026, 7, 1), last=date(2026, 7, 31))


def test_cri_3_the_initiators_and_whoever_comes_as_of_right_are_mandated() -> None:
    cell = Cell()
    cell.opened(by="sue", accepted_by="hana")
    mandated = {m.person: m.why for m in cell.crisis.members if m.mandated}
    assert mandated == {
        "sue": "initiator",
        "hana": "initiator",  # also as of right: once is enough
        "sam": "as_of_right",
        "dan": "as_of_right",
        "cid": "as_of_right",
    }


def test_cri_3_the_mandated_are_called_with_the_room_before_anybody_agreed_the_list() -> None:
    cell = Cell()
    cell.ask()
    cell.do(c.AcceptCrisis, "hana")
    assert not cell.told(CrisisCall.topic)
    cell.do(c.RoomOpened, "escalade", room=ROOM, name="crisis-cri-0001")
    assert {"sam", "hana", "dan", "cid"} <= set(cell.told(CrisisCall.topic))
    assert all(effect.urgent for effect in cell.effects(CrisisCall.topic))
    assert cell.crisis.agreed_by == ()
    cell.hush()
    cell.wait(seconds=30)
    assert not cell.told(CrisisCall.topic), "once is enough"


def test_cri_3_the_mandated_do_not_wait_for_a_room_that_is_long_in_coming() -> None:
    cell = Cell()
    cell.ask()
    cell.do(c.AcceptCrisis, "hana")
    cell.wait(seconds=10)
    assert {"sam", "hana", "dan", "cid"} <= set(cell.told(CrisisCall.topic))
    assert "room" not in cell.facts(CrisisCall.topic)
    cell.hush()
    cell.do(c.RoomOpened, "escalade", room=ROOM, name="crisis-cri-0001")
    assert {"sam", "hana", "dan", "cid"} <= set(cell.told(CrisisCall.topic)), "with the way in"


def test_cri_3_both_initiators_are_asked_to_agree_the_list_and_do() -> None:
    cell = Cell()
    cell.opened()
    assert cell.told(CrisisMembers.topic) == ["sam", "hana"]
    cell.do(c.AgreeMembers, "sam")
    with pytest.raises(AlreadyDone):
        cell.do(c.AgreeMembers, "sam")
    crisis = cell.do(c.AgreeMembers, "hana")
    assert set(crisis.agreed_by) == {"provider", "client"}
    agreed = cell.lines(cell.id, "crisis.members_agreed")
    assert [line.actor for line in agreed] == ["sam", "hana"]


def test_cri_3_only_initiators_agree_or_change_the_list() -> None:
    cell = Cell()
    cell.opened()
    for kind, values in (
        (c.AgreeMembers, {}),
        (c.AddMember, {"person": "tess"}),
        (c.AddSupplier, {"supplier": "network"}),
        (c.RemoveMember, {"person": "tom"}),
    ):
        with pytest.raises(NotAllowed):
            cell.do(kind, "dan", **values)


def test_cri_3_whoever_an_initiator_asks_for_is_invited_and_called_when_added() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(c.AddMember, "hana", person="tess")
    member = cell.member("tess")
    assert (member.mandated, member.why, member.asked_by) == (False, "asked", "hana")
    assert cell.told(CrisisCall.topic) == ["tess"]
    assert cell.facts(Invite.topic)["people"] == ["tess"]
    with pytest.raises(AlreadyDone):
        cell.do(c.AddMember, "sam", person="tess")
    with pytest.raises(NotFound):
        cell.do(c.AddMember, "sam", person="nobody")


def test_cri_3_a_change_asks_the_other_side_to_agree_anew() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.AgreeMembers, "sam")
    cell.do(c.AgreeMembers, "hana")
    cell.hush()
    crisis = cell.do(c.AddMember, "hana", person="tess")
    assert crisis.agreed_by == ("client",)
    assert cell.told(CrisisMembers.topic) == ["sam"]


def test_cri_3_the_supplier_of_the_component_is_proposed_and_joins_with_a_phone_number() -> None:
    cell = Cell()
    cell.opened(incident=cell.incident(component="vpn"))
    assert cell.facts(CrisisMembers.topic)["suggested_suppliers"] == ["network"]
    assert cell.crisis.member("rex") is None
    cell.hush()
    cell.do(c.AddSupplier, "sam", supplier="network")
    member = cell.member("rex")
    assert (member.why, member.mandated) == ("supplier", False)
    assert cell.told(CrisisCall.topic) == ["rex"]
    assert cell.lines(cell.id, "crisis.supplier_added")[0].facts["phone"] == "+33300000002"
    news = [e for e in cell.effects(CrisisNews.topic) if e.facts["person"] == "rex"]
    assert {str(e.to) for e in news} == {"crisis/CRI-0001", "person/sam", "person/hana"}
    assert "suggested_suppliers" not in cell.facts(CrisisMembers.topic)
    with pytest.raises(NotFound):
        cell.do(c.AddSupplier, "sam", supplier="cloud")


def test_cri_3_without_a_supplier_of_the_component_none_is_proposed() -> None:
    cell = Cell()
    cell.opened(incident=cell.incident(component="mail"))
    assert "suggested_suppliers" not in cell.facts(CrisisMembers.topic)


def test_cri_3_a_mandated_member_stays_on_the_list_others_may_leave_it() -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(BadValue) as refused:
        cell.do(c.RemoveMember, "sam", person="cid")
    assert refused.value.code == "mandated_member"
    cell.do(c.AddMember, "sam", person="tess")
    crisis = cell.do(c.RemoveMember, "sam", person="tess")
    assert crisis.member("tess") is None
    assert cell.facts(Uninvite.topic)["person"] == "tess"
    with pytest.raises(NotFound):
        cell.do(c.RemoveMember, "sam", person="tess")


def test_cri_3_a_delegate_is_invited_called_and_counts_once_they_came() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(c.NameDelegate, "dan", delegate="tom")
    assert cell.member("dan").delegate == "tom"
    cell.do(c.NameDelegate, "cid", delegate="otto")
    assert cell.told(CrisisCall.topic) == ["otto"]  # tom was called before
    assert cell.facts(CrisisCall.topic)["represents"] == ["cid"]
    assert cell.facts(Invite.topic)["people"] == ["otto"]
    assert cell.presence()["cid"] == Presence.MISSING
    cell.joined("otto")
    assert cell.presence()["cid"] == Presence.REPRESENTED
    assert "member/cid/chase" not in cell.armed()


@pytest.mark.parametrize(
    ("delegate", "code"),
    [("otto", "other_firm"), ("rex", "other_firm"), ("dan", "own_delegate")],
)
def test_cri_3_a_delegate_is_somebody_else_of_the_same_firm(delegate: str, code: str) -> None:
    cell = Cell()
    cell.opened()
    with pytest.raises(BadValue) as refused:
        cell.do(c.NameDelegate, "dan", delegate=delegate)
    assert refused.value.code == code


def test_cri_3_a_lead_may_name_a_delegate_for_their_own_side_only() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameDelegate, "sam", delegate="sue", member="dan")
    with pytest.raises(NotAllowed):
        cell.do(c.NameDelegate, "hana", delegate="bea", member="dan")
    with pytest.raises(AlreadyDone):
        cell.do(c.NameDelegate, "sam", delegate="sue", member="dan")


def test_cri_3_a_delegate_passes_the_mandate_on_and_leaves_the_list() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameDelegate, "dan", delegate="sue")
    crisis = cell.do(c.NameDelegate, "sue", delegate="bea")
    assert cell.member("dan").delegate == "bea"
    assert crisis.member("sue") is None
    assert cell.member("bea").why == "delegate"


def test_cri_3_the_stand_in_of_an_absent_mandated_member_is_their_delegate_at_once() -> None:
    cell = Cell(with_people(dan={"absences": (replace(AWAY, stand_in="sue"),)}))
    cell.opened()
    assert cell.member("dan").delegate == "sue"
    assert "sue" in cell.told(CrisisCall.topic)
    assert "dan" not in cell.told(CrisisCall.topic)
    assert cell.lines(cell.id, "crisis.delegate_named")[0].facts["automatic"] is True
    cell.joined("sue")
    assert cell.presence()["dan"] == Presence.REPRESENTED


def test_cri_3_taking_a_delegate_off_leaves_the_member_to_be_chased() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameDelegate, "dan", delegate="sue")
    cell.joined("sue")
    assert "member/dan/chase" not in cell.armed()
    cell.do(c.RemoveMember, "sam", person="sue")
    assert cell.member("dan").delegate is None
    assert "member/dan/chase" in cell.armed()


def test_cri_3_the_list_is_not_changed_before_the_cell_is_open_or_after() -> None:
    cell = Cell()
    cell.ask()
    with pytest.raises(NotNow) as refused:
        cell.do(c.AddMember, "sam", person="tess")
    assert refused.value.code == "crisis_asked"


def test_cri_3_of_an_absent_member_without_a_stand_in_the_lead_hears_at_once() -> None:
    cell = Cell(with_people(dan={"absences": (AWAY,)}))
    cell.opened()
    assert cell.told(MemberMissing.topic) == ["sam"]
    facts = cell.facts(MemberMissing.topic)
    assert (facts["person"], facts["absent"], facts["chased"]) == ("dan", True, 0)
    assert "member/dan/chase" in cell.armed()


def test_cri_3_a_running_cell_keeps_the_contract_it_was_asked_for_under() -> None:
    cell = Cell()
    cell.ask()
    contract = with_people()
    rules = replace(contract.crisis.client, as_of_right=(), inform=())
    crisis = replace(contract.crisis, client=rules)
    cell.memory.amend(replace(contract, version="v2", crisis=crisis))
    cell.do(c.AcceptCrisis, "hana")
    assert cell.member("cid").why == "as_of_right"


def test_cri_14_the_list_is_chased_until_both_sides_have_agreed_it() -> None:
    cell = Cell()
    cell.opened(incident=cell.incident(component="vpn"))
    cell.do(c.AgreeMembers, "sam")
    cell.hush()
    cell.wait(minutes=31)
    assert cell.told_at(CrisisMembers.topic) == [("hana", 15), ("hana", 30)]
    assert cell.facts(CrisisMembers.topic)["suggested_suppliers"] == ["network"]
    cell.do(c.AgreeMembers, "hana")
    cell.hush()
    cell.wait(hours=2)
    assert not cell.told(CrisisMembers.topic)


def test_cri_14_whoever_leads_by_then_is_asked_and_a_change_asks_anew() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.AgreeMembers, "hana")
    cell.do(c.OfferLead, "dan", leads={"provider": "dan", "client": "cid"})
    cell.do(c.ConfirmLead, "cid")
    cell.hush()
    cell.wait(minutes=16)
    assert cell.told_at(CrisisMembers.topic) == [("dan", 15)]
    cell.do(c.AddMember, "dan", person="tess")  # the client agreed another list
    cell.hush()
    cell.wait(minutes=16)
    assert set(cell.told(CrisisMembers.topic)) == {"dan", "cid"}


def test_cri_3_no_cell_ends_with_a_list_that_was_not_agreed() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.CloseCrisis, "sam")
    crisis = cell.do(c.CloseCrisis, "hana")
    assert set(crisis.agreed_by) == {"provider", "client"}
    assert [x.actor for x in cell.lines(cell.id, "crisis.members_agreed")] == ["sam", "hana"]


def test_cri_13_a_supplier_whose_representative_is_away_sends_their_deputy() -> None:
    for stand_in, called in ((None, "nora"), ("nora", "nora")):
        contract = with_people(rex={"absences": (replace(AWAY, stand_in=stand_in),)})
        deputy = "" if stand_in else "nora"
        suppliers = (replace(contract.suppliers[0], deputy=deputy),)
        cell = Cell(replace(contract, suppliers=suppliers))
        cell.opened(incident=cell.incident(component="vpn"))
        assert cell.facts(CrisisMembers.topic)["suggested_suppliers"] == ["network"]
        cell.do(c.AddSupplier, "sam", supplier="network")
        assert cell.member(called).why == "supplier"
        assert "suggested_suppliers" not in cell.facts(CrisisMembers.topic)


def test_cri_13_with_nobody_of_its_management_there_the_representative_is_called() -> None:
    cell = Cell(with_people(rex={"absences": (AWAY,)}))
    cell.opened()
    cell.do(c.AddSupplier, "sam", supplier="network")
    assert cell.member("rex").why == "supplier"

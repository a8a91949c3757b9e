"""The room of a crisis cell, who is there, and chasing who is not."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.base import user_text
from escalation.base.durations import Duration
from escalation.base.refusals import BadValue, NotAllowed
from escalation.contract import Component, Criticality
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import (
    Brief,
    CrisisCall,
    CrisisCard,
    CrisisClosed,
    CrisisNews,
    MemberMissing,
    SoFar,
)
from escalation.messages.room_actions import Invite, OpenRoom, SetTopic
from escalation.records.crisis import Presence
from tests.agreement import agreement
from tests.escalation.crisis.story import ROOM, Cell


def test_cri_4_at_acceptance_a_room_is_asked_for_named_after_the_component() -> None:
    cell = Cell()
    cell.ask(incident=cell.incident(component="vpn"))
    cell.do(c.AcceptCrisis, "hana")
    (effect,) = cell.effects(OpenRoom.topic)
    assert (str(effect.to), effect.urgent) == ("crisis/CRI-0001", True)
    assert effect.facts["name"] == "crisis-cri-0001-vpn"


@given(reason=st.text(min_size=1).filter(lambda text: bool(user_text.optional(text[:3000]))))
def test_cri_4_any_reason_gives_a_channel_name_that_slack_takes(reason: str) -> None:
    cell = Cell()
    cell.ask(reason=reason[:3000])
    cell.do(c.AcceptCrisis, "hana")
    name = cell.facts(OpenRoom.topic)["name"]
    assert re.fullmatch(r"crisis-cri-0001[a-z0-9-]{0,65}", name)


def test_cri_4_a_name_is_written_without_accents() -> None:
    contract = agreement()
    paie = Component(
        id="paie", name="Paie & déclarations", criticality=Criticality.STRATEGIC, rank=1
    )
    cell = Cell(replace(contract, components=(*contract.components, paie)))
    cell.opened(incident=cell.incident(component="paie"))
    assert cell.facts(OpenRoom.topic)["name"] == "crisis-cri-0001-paie-declarations"


def test_cri_4_once_the_room_is_there_topic_brief_card_and_invitations_go_out() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.ask(incident=incident)
    cell.do(c.AcceptCrisis, "hana")
    cell.hush()
    crisis = cell.do(c.RoomOpened, "escalade", room=ROOM, name="crisis-cri-0001")
    assert (crisis.room, crisis.room_name) == (ROOM, "crisis-cri-0001")
    for topic in (SetTopic.topic, Brief.topic, CrisisCard.topic):
        assert cell.told(topic) == ["crisis/CRI-0001"]
    (invitation,) = cell.effects(Invite.topic)
    invited = set(invitation.facts["people"])
    assert invited == {member.person for member in crisis.members}
    assert set(cell.told(CrisisCall.topic)) == invited
    assert cell.facts(CrisisCall.topic)["room"] == ROOM


def test_cri_4_a_second_room_is_ignored_and_only_escalade_opens_one() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    crisis = cell.do(c.RoomOpened, "escalade", room="C0OTHER", name="other")
    assert crisis.room == ROOM
    assert not cell.memory.outbox
    with pytest.raises(NotAllowed):
        cell.do(c.RoomOpened, "sam", room="C0OTHER", name="other")


def test_cri_4_a_room_that_comes_after_the_end_says_that_it_is_over() -> None:
    cell = Cell()
    cell.ask()
    cell.do(c.AcceptCrisis, "hana")
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    cell.hush()
    crisis = cell.do(c.RoomOpened, "escalade", room=ROOM, name="late")
    assert crisis.room == ROOM
    assert cell.told(CrisisClosed.topic) == ["crisis/CRI-0001"]
    assert not cell.effects(Invite.topic)


def test_cri_4_who_is_missing_is_chased_until_they_come() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("sam", "hana", "cid")
    cell.hush()
    cell.wait(minutes=12)
    cell.joined("dan")
    cell.wait(minutes=30)
    assert cell.told_at(CrisisCall.topic) == [("dan", 5), ("dan", 10)]
    assert [e.facts["number"] for e in cell.effects(CrisisCall.topic)] == [2, 3]
    assert not any(name.startswith("member/") for name in cell.armed())


def test_cri_4_chasing_never_stops_while_the_cell_is_open_and_the_lead_hears_of_it() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("sam", "hana", "cid")
    cell.wait(hours=10)
    assert cell.member("dan").chased == 120
    missing = cell.told_at(MemberMissing.topic)
    assert missing[:3] == [("sam", 15), ("sam", 30), ("sam", 45)]
    assert cell.facts(MemberMissing.topic)["person"] == "dan"


def test_cri_4_of_a_missing_lead_the_other_lead_hears() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("dan", "cid")
    cell.left("hana")
    cell.wait(minutes=15)
    assert cell.told(MemberMissing.topic) == ["sam"]
    assert cell.facts(MemberMissing.topic)["person"] == "hana"


def test_cri_4_a_delegate_is_chased_in_the_place_of_the_member() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("sam", "hana", "cid")
    cell.do(c.NameDelegate, "dan", delegate="sue")
    cell.hush()
    cell.wait(minutes=10)
    assert cell.told(CrisisCall.topic) == ["sue", "sue"]
    cell.wait(minutes=5)  # the third time the member learns that nobody came for them
    assert cell.told(CrisisCall.topic)[2:] == ["sue", "dan"]


def test_cri_4_the_table_shows_present_represented_and_missing() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameDelegate, "dan", delegate="sue")
    cell.joined("sue")
    assert cell.presence() == {
        "sam": Presence.PRESENT,
        "dan": Presence.REPRESENTED,
        "hana": Presence.PRESENT,
        "cid": Presence.MISSING,
    }


def test_cri_4_who_leaves_is_missing_again_and_so_is_whom_they_stood_for() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameDelegate, "dan", delegate="sue")
    cell.joined("sam", "sue")
    for person in ("sam", "sue"):
        cell.left(person)
    assert cell.presence()["sam"] == cell.presence()["dan"] == Presence.MISSING
    assert {"member/sam/chase", "member/dan/chase"} <= cell.armed()


def test_cri_4_coming_twice_changes_nothing() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("cid")
    before = cell.crisis.member("cid")
    cell.wait(minutes=1)
    cell.joined("cid")
    assert cell.crisis.member("cid") == before
    assert len(cell.lines(cell.id, "crisis.member_joined")) == 1


def test_cri_4_somebody_not_on_the_list_who_comes_is_recorded_as_a_visitor() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("nora")  # of a supplier
    member = cell.member("nora")
    assert (member.why, member.mandated) == ("visitor", False)
    assert cell.facts(CrisisNews.topic)["person"] == "nora"
    with pytest.raises(NotAllowed):
        cell.do(c.Decide, "nora", text="Reboot everything")
    assert cell.do(c.AddMember, "sam", person="nora").member("nora").why == "asked"
    cell.joined("tess")
    assert cell.left("tess").member("tess") is None


def test_cri_4_a_chase_missed_by_an_outage_fires_once_and_says_how_late() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("sam", "hana", "cid")
    cell.hush()
    timer = cell.memory.due()
    assert timer is not None
    assert timer.name == "member/dan/chase"
    cell.now = timer.due.replace(minute=33)
    cell.memory.fire(timer, cell.now)
    assert cell.told(CrisisCall.topic) == ["dan"]
    assert cell.facts(CrisisCall.topic)["late"] == 28 * 60
    following = cell.crisis.alarms.get("member/dan/chase")
    assert following is not None
    assert following.due == timer.due.replace(minute=35)


def test_cri_4_chasing_runs_on_the_clock_the_contract_says() -> None:
    contract = agreement()
    rules = replace(contract.crisis, chase_every=Duration.parse("5h coverage"))
    cell = Cell(replace(contract, crisis=rules))
    cell.opened()
    cell.hush()
    cell.wait(hours=24)
    calls = [minute for who, minute in cell.told_at(CrisisCall.topic) if who == "dan"]
    assert calls == [300, 300 + 180 + 13 * 60 + 30 + 120]  # 15:00; 18:00 to 07:30 does not count


def test_cri_4_whoever_leads_decides_or_acts_in_the_cell_is_there() -> None:
    cell = Cell()
    cell.opened()
    assert cell.presence()["sam"] == cell.presence()["hana"] == Presence.PRESENT
    cell.do(c.Decide, "dan", text="Fail over")
    cell.do(c.AddAction, "cid", text="Call the carrier", owner="tess")
    assert set(cell.presence().values()) == {Presence.PRESENT}
    cell.hush()
    cell.wait(minutes=30)
    assert not cell.told(CrisisCall.topic)
    cell.do(c.CompleteAction, "tess", number=1)
    assert cell.crisis.member("tess") is None, "to do one's own action is not to be a member"


def test_cri_4_naming_a_delegate_is_not_being_there() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.NameDelegate, "cid", delegate="hana")
    cell.do(c.NameDelegate, "dan", delegate="sue")
    assert cell.presence()["dan"] == Presence.MISSING


def test_cri_4_who_is_added_while_the_room_is_being_opened_is_called_once_with_the_way_in() -> None:
    cell = Cell()
    cell.ask()
    cell.do(c.AcceptCrisis, "hana")
    cell.do(c.AddMember, "sam", person="tess")
    assert not cell.told(CrisisCall.topic)
    cell.do(c.RoomOpened, "escalade", room=ROOM, name="crisis")
    (call,) = [e for e in cell.effects(CrisisCall.topic) if e.to.person == "tess"]
    assert call.facts["room"] == ROOM


def test_cri_4_the_second_word_that_brings_the_room_does_not_open_the_cell_again() -> None:
    cell = Cell()
    cell.ask()
    cell.do(c.AcceptCrisis, "hana")
    cell.wait(seconds=10)
    assert not any(e.facts.get("again") for e in cell.effects(CrisisCall.topic))
    cell.hush()
    cell.do(c.RoomOpened, "escalade", room=ROOM, name="crisis")
    assert all(e.facts["again"] for e in cell.effects(CrisisCall.topic))


def test_cri_14_a_member_who_joins_late_is_told_what_has_happened_so_far() -> None:
    cell = Cell()
    cell.opened()
    cell.joined("dan")
    assert not cell.told(SoFar.topic)  # at once: nothing has happened yet
    cell.do(c.Decide, "sam", text="Fail over")
    cell.joined("cid", "nora")
    assert cell.told(SoFar.topic) == ["cid"]  # not the visitor
    cell.joined("cid")
    cell.do(c.Decide, "tom", text="Wait")  # who acts was there, and had not said so
    assert cell.told(SoFar.topic) == ["cid"]
    cell.wait(minutes=10)
    cell.joined("olga")
    assert cell.told(SoFar.topic) == ["cid", "olga"]


def test_cri_14_what_is_written_in_the_running_log_stands_there_and_in_the_room() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(c.AddLogEntry, "dan", text="The carrier is on site")
    assert cell.lines(cell.id, "crisis.logged")[0].facts["text"] == "The carrier is on site"
    assert cell.told(CrisisNews.topic) == ["crisis/CRI-0001"]
    with pytest.raises(BadValue):
        cell.do(c.AddLogEntry, "dan", text=" ")


def test_cri_4_the_room_hears_once_that_nobody_mandated_is_missing_any_more() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.joined("dan", "cid")
    cell.left("cid")
    cell.joined("cid")
    said = [e for e in cell.effects(CrisisNews.topic) if e.facts["action"] == "crisis.complete"]
    assert [str(e.to) for e in said] == ["crisis/CRI-0001"]

"""The room of a crisis cell: refused by Slack, borrowed, and who cannot be let in."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.base.refusals import NotAllowed
from escalation.decision.commands import crisis as crisis_commands
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AddMember,
    AddSupplier,
    CloseCrisis,
    CompleteAction,
    ConfirmLead,
    OfferLead,
    OnCrisis,
    RemoveMember,
    RoomOpened,
    SetBrief,
)
from escalation.decision.commands.delivery import RecordDelivery
from escalation.messages.crisis import (
    Brief,
    CrisisCall,
    CrisisCard,
    CrisisNews,
    InvitationRefused,
    PoolLow,
    RoomNotArchived,
    RoomRefused,
)
from escalation.messages.destinations import crisis_room
from escalation.messages.room_actions import ArchiveRoom, Invite, OpenRoom, SetTopic, Uninvite
from escalation.messages.undelivered import NotTold
from escalation.records.crisis import Crisis
from tests.escalation.crisis.story import ROOM, Cell

SHARED = "C0SHARED"


def refused(cell: Cell, *, room: str = SHARED, **asked: Any) -> Crisis:
    """Asked for and accepted; Slack gives no channel."""
    cell.ask(**asked)
    cell.do(AcceptCrisis, "hana")
    cell.hush()
    why = "restricted_action"
    return cell.do(crisis_commands.RoomRefused, "escalade", why=why, room=room, name="incidents")


def test_cri_4_a_cell_without_a_channel_meets_in_the_shared_room_and_both_hear_why() -> None:
    cell = Cell()
    crisis = refused(cell)
    assert (crisis.room, crisis.room_name, crisis.borrows_room) == (SHARED, "incidents", True)
    assert cell.told(RoomRefused.topic) == ["sam", "hana"]
    assert crisis.room_refused == "restricted_action"
    (line,) = cell.lines(cell.id, "crisis.room_refused")
    assert (line.facts["why"], line.facts["name"]) == ("restricted_action", "incidents")
    (invitation,) = cell.effects(Invite.topic)
    assert invitation.facts["people"] == [member.person for member in crisis.members]
    assert cell.facts(CrisisCall.topic)["room"] == SHARED
    for topic in (Brief.topic, CrisisCard.topic):
        assert cell.told(topic) == ["crisis/CRI-0001"]


def test_cri_4_what_others_have_in_the_shared_room_is_left_as_it_is() -> None:
    cell = Cell()
    refused(cell)
    cell.do(AddMember, "sam", person="tess")
    cell.do(RemoveMember, "sam", person="tess")
    cell.hush()
    cell.do(CloseCrisis, "sam")
    cell.do(CloseCrisis, "hana")
    for topic in (SetTopic.topic, Uninvite.topic, ArchiveRoom.topic):
        assert not cell.effects(topic)
    assert cell.facts(Brief.topic)["unpin"] is True


def test_cri_4_the_brief_in_a_room_of_its_own_stays_pinned() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(CloseCrisis, "sam")
    cell.do(CloseCrisis, "hana")
    assert not cell.effects(Brief.topic)


def test_con_2_a_supplier_does_not_enter_the_shared_room() -> None:
    cell = Cell()
    refused(cell)
    cell.hush()
    crisis = cell.do(AddSupplier, "sam", supplier="network")
    assert not cell.effects(Invite.topic)
    assert cell.told(InvitationRefused.topic) == ["rex", "sam"]
    assert cell.member("rex").kept_out == "shared_room"
    assert cell.told(CrisisCall.topic) == ["rex"]
    assert crisis.borrows_room


def test_con_2_a_supplier_enters_a_room_of_the_cells_own() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(AddSupplier, "sam", supplier="network")
    assert cell.facts(Invite.topic)["people"] == ["rex"]
    assert not cell.effects(InvitationRefused.topic)


def test_cri_10_an_exercise_is_not_held_in_the_shared_room() -> None:
    cell = Cell()
    crisis = refused(cell, exercise=True)
    assert (crisis.room, crisis.room_refused) == (None, "restricted_action")
    assert cell.told(RoomRefused.topic) == ["sam", "hana"]
    assert not cell.effects(CrisisCard.topic)


def test_cri_4_without_any_room_the_cell_goes_on_and_says_so_once() -> None:
    cell = Cell()
    refused(cell, room="")
    crisis = cell.do(crisis_commands.RoomRefused, "escalade", why="restricted_action")
    assert crisis.room is None
    assert cell.told(RoomRefused.topic) == ["sam", "hana"]
    assert cell.joined("sam").member("sam").joined_at
    cell.hush()
    cell.wait(minutes=6)
    assert "cid" in cell.told(CrisisCall.topic), "they are chased all the same"


@pytest.mark.parametrize("room", ["", SHARED])
def test_cri_4_a_room_that_opens_after_all_is_entered_where_there_was_none(room: str) -> None:
    cell = Cell()
    refused(cell, room=room)
    crisis = cell.do(RoomOpened, "escalade", room=ROOM, name="crisis-cri-0001")
    assert crisis.room == (room or ROOM)
    assert crisis.borrows_room is bool(room)
    if not room:
        (invitation,) = cell.effects(Invite.topic)
        assert invitation.facts["people"] == [member.person for member in crisis.members]
        assert set(cell.told(CrisisCall.topic)) == set(invitation.facts["people"])


def test_cri_4_a_room_given_up_by_the_dispatcher_is_told_of_in_the_same_words() -> None:
    cell = Cell()
    cell.ask()
    cell.do(AcceptCrisis, "hana")
    cell.hush()
    cell.perform(
        RecordDelivery, "escalade", subject=cell.id, meaning=OpenRoom(name="crisis"),
        to=crisis_room("CRI-0001"), delivered=False, why="not_written",
    )  # fmt: skip
    assert cell.told(RoomRefused.topic) == ["sam", "hana"]
    assert not cell.effects(NotTold.topic)
    assert cell.crisis.room_refused == "not_written"


def test_cri_4_a_refusal_that_comes_after_the_end_or_after_the_room_is_nothing() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    assert cell.do(crisis_commands.RoomRefused, "escalade", why="x", room=SHARED).room == ROOM
    cell.do(CloseCrisis, "sam")
    cell.do(CloseCrisis, "hana")
    other = Cell()
    other.ask()
    other.do(AcceptCrisis, "hana")
    other.do(CloseCrisis, "sam")
    other.do(CloseCrisis, "hana")
    other.hush()
    assert other.do(crisis_commands.RoomRefused, "escalade", why="x", room=SHARED).room is None
    assert not cell.effects(RoomRefused.topic)
    assert not other.memory.outbox


# ── letting in ───────────────────────────────────────────────────────────────────────────────


def test_cri_4_who_cannot_be_let_in_is_told_and_so_is_who_leads_beside_them() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    for _ in range(2):  # said again, as after a crash
        cell.do(
            crisis_commands.InvitationRefused, "escalade", person="cid", why="user_is_restricted"
        )
    assert cell.told(InvitationRefused.topic) == ["cid", "hana"]
    (line,) = cell.lines(cell.id, "crisis.invitation_refused")
    assert line.facts["person"] == "cid"
    cell.do(crisis_commands.InvitationRefused, "escalade", person="hana", why="user_is_restricted")
    assert cell.told(InvitationRefused.topic)[2:] == ["hana", "sam"]
    cell.joined("cid")
    assert cell.member("cid").kept_out == ""


def test_cri_4_two_leads_who_come_at_once_are_invited_at_once() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(OfferLead, "sam", leads={"provider": "bea", "client": "eve"})
    cell.do(ConfirmLead, "bea")
    cell.do(ConfirmLead, "eve")
    (invitation,) = cell.effects(Invite.topic)
    assert invitation.facts["people"] == ["bea", "eve"]


def test_cri_4_the_topic_is_set_once_whatever_the_brief_says() -> None:
    cell = Cell()
    cell.opened()
    cell.hush()
    cell.do(SetBrief, "sam", text="The fibre is cut")
    assert cell.told(Brief.topic) == ["crisis/CRI-0001"]
    assert not cell.effects(SetTopic.topic)


@pytest.mark.parametrize(
    "command", [crisis_commands.RoomRefused, crisis_commands.InvitationRefused]
)
def test_only_escalade_says_what_slack_refuses(command: type[OnCrisis]) -> None:
    cell = Cell()
    cell.opened()
    more = {"person": "cid"} if command is crisis_commands.InvitationRefused else {}
    with pytest.raises(NotAllowed):
        cell.do(command, "sam", why="x", **more)


def pooled(cell: Cell, *, left: int = 3) -> Crisis:
    """A cell that meets in a room of the pool; so many are left."""
    cell.ask()
    cell.do(AcceptCrisis, "hana")
    cell.hush()
    return cell.do(RoomOpened, "escalade", room=ROOM, name="pool-a", left=left)


def closed(cell: Cell) -> Crisis:
    cell.do(CloseCrisis, "sam")
    return cell.do(CloseCrisis, "hana")


@pytest.mark.parametrize(("left", "told"), [(0, ["sam"]), (1, ["sam"]), (2, [])])
def test_cri_4_the_delivery_manager_hears_that_few_rooms_are_left(
    left: int, told: list[str]
) -> None:
    cell = Cell()
    pooled(cell, left=left)
    assert cell.told(PoolLow.topic) == told


def test_cri_4_a_room_of_the_pool_is_archived_a_week_after_its_cell() -> None:
    cell = Cell()
    pooled(cell)
    cell.do(AddAction, "sam", text="Write it up", owner="sam")
    closed(cell)
    cell.hush()
    cell.wait(days=6)
    assert not cell.effects(ArchiveRoom.topic)
    cell.wait(days=2)
    assert cell.told(ArchiveRoom.topic) == ["crisis/CRI-0001"]
    (line,) = cell.lines(cell.id, "crisis.room_archived")
    assert line.facts["name"] == "pool-a"

    cell.hush()
    cell.do(CompleteAction, "sam", number=1)
    assert not [to for to in cell.told(CrisisNews.topic) if to.startswith("crisis/")]
    assert not cell.effects(CrisisCard.topic), "nothing is said in it any more"


def test_cri_4_a_room_of_the_pool_that_opens_too_late_has_served_too() -> None:
    cell = Cell()
    cell.ask()
    cell.do(AcceptCrisis, "hana")
    closed(cell)
    crisis = cell.do(RoomOpened, "escalade", room=ROOM, name="pool-a", left=2)
    assert crisis.pooled
    cell.hush()
    cell.wait(days=8)
    assert cell.effects(ArchiveRoom.topic)


def test_cri_4_a_room_that_slack_does_not_archive_is_told_of_and_serves_on_as_it_was() -> None:
    cell = Cell()
    pooled(cell)
    cell.do(AddAction, "sam", text="Write it up", owner="sam")
    closed(cell)
    cell.wait(days=8)
    cell.hush()
    cell.perform(
        RecordDelivery, "escalade", subject=cell.id, meaning=ArchiveRoom(),
        to=crisis_room("CRI-0001"), delivered=False, why="restricted_action",
    )  # fmt: skip
    assert cell.told(RoomNotArchived.topic) == ["sam"]
    assert not cell.effects(NotTold.topic)
    assert cell.armed() == {"action/1/lead"}
    cell.do(CompleteAction, "sam", number=1)
    assert cell.told(CrisisCard.topic) == ["crisis/CRI-0001"]

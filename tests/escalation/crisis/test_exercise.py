"""A crisis as an exercise."""

import pytest

from escalation.base.refusals import BadValue, NotFound
from escalation.decision.commands import crisis as c
from escalation.messages.crisis import CrisisMembers, CrisisRequest, ExerciseTimes
from escalation.messages.room_actions import OpenRoom
from tests.escalation.crisis.story import ROOM, Cell, with_people

NO = {"drills": False}


def whole_drill(cell: Cell) -> None:
    """An exercise from asking to closing, with a bit of everything."""
    cell.ask(by="sam", exercise=True)
    cell.wait(minutes=10)
    accepted = cell.crisis.pings[-1].person
    cell.do(c.AcceptCrisis, accepted)
    cell.do(c.RoomOpened, "escalade", room=ROOM, name="drill")
    cell.do(c.AddMember, "sam", person="tess")
    cell.do(c.Decide, "sam", text="Fail over")
    cell.wait(minutes=90)
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, accepted)


def test_cri_10_an_exercise_is_marked_in_the_whole_timeline_and_on_its_room() -> None:
    cell = Cell()
    whole_drill(cell)
    assert all(n.facts["exercise"] is True for n in cell.memory.timeline("acme", cell.id))
    assert cell.facts(OpenRoom.topic)["name"].startswith("crisis-exercice-cri-0001")


def test_cri_10_an_exercise_reaches_only_people_who_agreed() -> None:
    cell = Cell(with_people(hana=NO, dan=NO, bea=NO, hal=NO, tom=NO))
    whole_drill(cell)
    reached = {str(e.to) for _, e in cell.memory.told() if e.subject == cell.id}
    assert not reached & {f"person/{who}" for who in ("hana", "dan", "bea", "hal", "tom")}
    assert {member.person for member in cell.crisis.members} == {
        "sam", "cid", "eve", "olga", "tess"
    }  # fmt: skip
    assert cell.told(CrisisRequest.topic)[0] == "cid"  # hana does not take part: the level above


def test_cri_10_who_was_left_out_is_shown() -> None:
    cell = Cell(with_people(dan=NO))
    cell.opened(exercise=True)
    assert cell.facts(CrisisMembers.topic)["left_out"] == ["dan"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (c.AddMember, {"person": "bea"}),
        (c.NameDelegate, {"delegate": "bea"}),
        (c.NameCommunicationLead, {"person": "bea"}),
        (c.AddAction, {"text": "Call", "owner": "bea"}),
        (c.OfferLead, {"leads": {"provider": "bea", "client": "cid"}}),
    ],
)
def test_cri_10_who_did_not_agree_is_not_drawn_in(
    kind: type[c.OnCrisis], values: dict[str, object]
) -> None:
    cell = Cell(with_people(bea=NO))
    cell.opened(exercise=True)
    with pytest.raises(BadValue) as refused:
        cell.do(kind, "sam", **values)
    assert refused.value.code == "no_drills"


def test_cri_10_an_exercise_that_can_reach_nobody_is_not_asked_for() -> None:
    cell = Cell(with_people(hana=NO, cid=NO, eve=NO))
    with pytest.raises(NotFound) as refused:
        cell.ask(exercise=True)
    assert refused.value.code == "nobody_to_ask"
    cell.ask()  # the real thing asks everybody


def test_cri_10_about_an_incident_that_is_an_exercise_the_crisis_is_one() -> None:
    cell = Cell()
    incident = cell.incident(exercise=True)
    assert cell.ask(incident=incident).exercise
    assert Cell().ask().exercise is False


def test_cri_10_who_does_not_take_part_in_exercises_asks_for_none() -> None:
    with pytest.raises(BadValue):
        Cell(with_people(sam=NO)).ask(exercise=True)


def test_cri_10_afterwards_those_who_took_part_hear_how_long_each_step_took() -> None:
    cell = Cell()
    cell.ask(by="sam", exercise=True)
    cell.wait(minutes=4)
    cell.do(c.AcceptCrisis, "hana")
    cell.do(c.RoomOpened, "escalade", room=ROOM, name="drill")
    cell.wait(minutes=3)
    cell.joined("dan", "cid")
    cell.wait(minutes=20)
    cell.do(c.OfferLead, "dan", leads={"provider": "dan", "client": "cid"})
    crisis = cell.do(c.ConfirmLead, "cid")
    assert [cell.minutes(at) for at in (crisis.opened_at, crisis.complete_at, crisis.led_at)] == [
        4, 7, 27
    ]  # fmt: skip
    cell.do(c.CloseCrisis, "dan")
    cell.do(c.CloseCrisis, "cid")
    assert cell.told(ExerciseTimes.topic) == ["dan", "cid", "crisis/CRI-0001"]


def test_cri_10_of_a_real_crisis_nobody_is_told_how_long_it_took() -> None:
    cell = Cell()
    cell.opened()
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    assert not cell.told(ExerciseTimes.topic)

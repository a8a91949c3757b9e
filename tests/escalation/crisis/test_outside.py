"""Who has an incident, or reported it, hears of its cell without sitting in it (CRI-5, CON-2)."""

from __future__ import annotations

from escalation.decision.commands import crisis as c
from escalation.decision.commands.incident import AssignIncident, MergeIncident, TakeIncident
from escalation.messages.crisis import CellOfIncident
from escalation.records.crisis import CrisisState
from tests.escalation.crisis.story import Cell, with_people

TOPIC = CellOfIncident.topic


def taken(cell: Cell, **values: object) -> str:
    """An incident that Rita reported and Tom has."""
    incident = cell.incident(by="rita", **values)
    cell.do(TakeIncident, "tom", incident)
    return incident


def heard(cell: Cell, action: str) -> set[str]:
    """Who heard of that step of the cell."""
    return {str(e.to.person) for e in cell.effects(TOPIC) if e.facts["action"] == action}


def test_cri_5_who_has_the_incident_and_who_reported_it_hear_of_its_cell() -> None:
    cell = Cell()
    incident = taken(cell)
    cell.ask(incident=incident)
    assert "tom" in heard(cell, "crisis.asked")
    assert "rita" not in heard(cell, "crisis.asked"), "it may never form"
    cell.do(c.AcceptCrisis, "hana")
    cell.do(c.RoomOpened, "escalade", room="C0", name="crisis")
    members = {m.person for m in cell.crisis.members}
    assert {"rita"} <= heard(cell, "crisis.opened")
    assert not heard(cell, "crisis.opened") & members, "they are called to it"
    cell.do(c.CloseCrisis, "sam")
    cell.do(c.CloseCrisis, "hana")
    assert cell.crisis.state is CrisisState.CLOSED
    assert "rita" in heard(cell, "crisis.closed")


def test_cri_5_whoever_gets_the_incident_while_its_cell_meets_hears_of_it_once() -> None:
    cell = Cell()
    incident = taken(cell)
    cell.opened(incident=incident)
    cell.hush()
    cell.do(AssignIncident, "sam", incident, person="ned")
    cell.do(AssignIncident, "sam", incident, person="tess", group="netops")
    told = [e.to.person for e in cell.effects(TOPIC)]
    assert {"ned", "tess"} <= set(told)
    assert "nora" in told, "the group that takes part"
    assert len(told) == len(set(told))


def test_cri_2_who_has_the_incident_hears_that_no_cell_forms() -> None:
    for step, by, values in (
        (c.RefuseCrisis, "hana", {"reason": "Nearly mended"}),
        (c.CloseCrisis, "sam", {}),
    ):
        cell = Cell()
        cell.ask(incident=taken(cell))
        cell.do(step, by, **values)
        action = "crisis.refused" if by == "hana" else "crisis.withdrawn"
        assert "tom" in heard(cell, action)
        assert "rita" not in heard(cell, action)


def test_inc_x_who_has_the_original_hears_of_the_cell_that_a_merge_brings() -> None:
    cell = Cell()
    original = taken(cell)
    cell.do(AssignIncident, "sam", original, person="ned")
    duplicate = taken(cell)
    cell.opened(incident=duplicate)
    cell.hush()
    cell.do(MergeIncident, "sam", duplicate, into=original)
    assert "ned" in heard(cell, "crisis.opened")


def test_cri_10_an_exercise_reaches_none_of_those_who_take_no_part() -> None:
    cell = Cell(with_people(tom={"drills": False}))
    cell.ask(incident=taken(cell), exercise=True)
    assert "tom" not in heard(cell, "crisis.asked")


def test_cri_5_whoever_reported_a_duplicate_hears_of_the_cell_of_its_original() -> None:
    cell = Cell()
    original = taken(cell)
    cell.opened(incident=original)
    duplicate = cell.incident(by="otto")
    cell.hush()
    cell.do(MergeIncident, "sam", duplicate, into=original)
    assert [e.to.person for e in cell.effects(TOPIC)] == ["otto"]

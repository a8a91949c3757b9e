"""A cell and what becomes of the incident that it is about: where the two meet."""

from datetime import timedelta

import pytest

from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis
from escalation.decision.commands.incident import (
    AddNote,
    AgreeLowering,
    CancelIncident,
    CloseIncident,
    MergeIncident,
    ReopenIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
from escalation.messages.crisis import (
    CloseRequest,
    CrisisCall,
    CrisisCard,
    CrisisClosed,
    CrisisNews,
    CrisisRequest,
    IncidentOver,
)
from escalation.messages.incident import IncidentNews
from escalation.records.crisis import CrisisState
from tests.escalation.crisis.story import TEN, Cell


def cell_about(**values: object) -> tuple[Cell, str]:
    """An open cell about a priority 1, and the incident's number."""
    cell = Cell()
    incident = cell.incident(**({"by": "rita"} | values))
    cell.do(TakeIncident, "tom", incident)
    cell.opened(incident=incident)
    cell.hush()
    return cell, incident


def over(cell: Cell, incident: str) -> None:
    """Restored, verified and closed."""
    cell.do(ResolveIncident, "tom", incident, cause_gone=True)
    cell.do(VerifyIncident, "rita", incident, fixed=True)
    cell.do(CloseIncident, "sam", incident)


def test_inc_8_the_cells_room_hears_of_restored_verified_closed_and_reopened() -> None:
    cell, incident = cell_about()
    over(cell, incident)
    cell.do(ReopenIncident, "rita", incident, reason="Down again")
    said = [e.facts["action"] for _, e in cell.memory.told(IncidentNews.topic) if not e.to.person]
    assert said == [
        "incident.resolved", "incident.verified", "incident.closed", "incident.reopened"
    ]  # fmt: skip
    assert set(cell.told(CrisisCard.topic)) == {"crisis/CRI-0001"}


def test_inc_x_an_incident_that_ends_while_its_cell_is_open_warns_and_calls_nobody_any_more() -> (
    None
):
    cell, incident = cell_about()
    cell.wait(minutes=6)
    assert cell.told(CrisisCall.topic)  # chased so far
    over(cell, incident)
    warned = {e.to.person for e in cell.effects(IncidentOver.topic)}
    assert warned == {"sam", "hana"}  # who lead; and sam, who closes it
    cell.hush()
    cell.wait(hours=3)
    assert not cell.told(CrisisCall.topic)
    assert cell.crisis.state is CrisisState.OPEN
    cell.do(CloseCrisis, "sam")
    cell.do(CloseCrisis, "hana")
    own = cell[cell.crisis.report or ""]
    assert own.deadline == cell.now + timedelta(hours=24)  # its own report follows: no empty word


@pytest.mark.parametrize("raised", [True, False], ids=["raised", "reopened"])
def test_cri_9_who_agreed_to_close_before_it_became_worse_agrees_anew(raised: bool) -> None:
    cell, incident = cell_about(**({"severity": 2} if raised else {}))
    if not raised:
        over(cell, incident)
    cell.do(CloseCrisis, "sam")
    if raised:
        cell.do(SetPriority, "sam", incident, severity=1, reason="All sites")
    else:
        cell.do(ReopenIncident, "rita", incident, reason="Down again")
    assert cell.crisis.closing == ()
    assert "sam" in cell.told(CrisisNews.topic), "whoever agreed hears of it"
    assert cell.lines(cell.id, "crisis.closing_void")
    cell.do(CloseCrisis, "hana")
    assert cell.crisis.state is CrisisState.OPEN
    assert cell.told(CloseRequest.topic)[-1] == "sam"
    cell.do(CloseCrisis, "sam")
    assert cell.crisis.state is CrisisState.CLOSED


def test_cri_9_lowered_while_the_cell_is_closing_the_agreement_stands() -> None:
    cell, incident = cell_about()
    cell.do(CloseCrisis, "sam")
    cell.do(SetPriority, "sam", incident, level=3, reason="One office")
    cell.do(AgreeLowering, "hana", incident)
    assert cell[incident].level == 3
    cell.do(CloseCrisis, "hana")
    assert cell.crisis.state is CrisisState.CLOSED


def test_inc_x_reopened_while_the_cell_is_open_the_missing_are_chased_again() -> None:
    cell, incident = cell_about()
    over(cell, incident)
    cell.do(ReopenIncident, "rita", incident, reason="Down again")
    cell.hush()
    cell.wait(minutes=5)
    assert {"dan", "cid"} <= set(cell.told(CrisisCall.topic))


def test_inc_x_a_request_that_nobody_answered_lapses_with_its_incident() -> None:
    cell = Cell()
    incident = cell.incident(by="rita")
    cell.ask(incident=incident)
    cell.do(CancelIncident, "rita", incident, reason="A mistake")
    assert cell.crisis.state is CrisisState.CLOSED
    assert cell.told(CrisisClosed.topic) == ["sam", "hana"]
    cell.hush()
    cell.wait(hours=1)
    assert not cell.told(CrisisRequest.topic)


def test_inc_x_the_cell_of_a_duplicate_follows_the_original() -> None:
    cell = Cell()
    original = cell.incident(by="rita")
    duplicate = cell.incident(by="rita")
    cell.opened(incident=duplicate)
    cell.do(MergeIncident, "tom", duplicate, into=original)
    assert cell.crisis.incident == original
    assert cell[original].crises == (cell.id,)
    assert not cell.crisis.incident_over
    cell.hush()
    cell.do(UndoEnding, "sam", duplicate, reason="They differ after all")
    assert cell.crisis.incident == duplicate
    assert cell[original].crises == ()
    cell.do(MergeIncident, "tom", duplicate, into=original)
    cell.do(TakeIncident, "tom", original)
    over(cell, original)
    assert cell.crisis.incident_over


def test_cri_4_what_no_card_shows_does_not_write_the_cells_card_anew() -> None:
    cell, incident = cell_about()
    cell.do(AddNote, "tom", incident, text="The carrier is on site")
    assert not cell.told(CrisisCard.topic)
    assert cell.now == TEN


def test_inc_x_one_cell_meets_about_an_incident_and_other_requests_for_it_lapse() -> None:
    for first in ("original", "duplicate"):
        cell = Cell()
        original, duplicate = (cell.incident(by=by) for by in ("otto", "rita"))
        meeting, asked = (original, duplicate) if first == "original" else (duplicate, original)
        cell.opened(incident=meeting)
        other = cell.perform(AskCrisis, "cid", reason="Mail is dead", incident=asked)
        cell.hush()
        cell.do(MergeIncident, "sam", duplicate, into=original)
        meets, cell.id = cell.id, other
        assert cell.crisis.state is CrisisState.CLOSED
        assert {e.facts["instead"] for e in cell.effects(CrisisClosed.topic)} == {meets}
        assert set(cell.told(CrisisClosed.topic)) == {"cid", "dan"}
        cell.wait(minutes=20)
        assert not cell.effects(CrisisRequest.topic), "nobody is asked any more"


def test_inc_x_of_two_requests_about_what_is_one_incident_the_first_accepted_counts() -> None:
    cell = Cell()
    original, duplicate = (cell.incident(by=by) for by in ("otto", "rita"))
    cell.ask(incident=original)
    other = cell.perform(AskCrisis, "cid", reason="Mail is dead", incident=duplicate)
    cell.do(MergeIncident, "sam", duplicate, into=original)
    assert cell[other].state is CrisisState.ASKED
    cell.do(AcceptCrisis, "dan", other)
    assert [cell[each].state for each in (cell.id, other)] == [
        CrisisState.CLOSED, CrisisState.OPEN
    ]  # fmt: skip

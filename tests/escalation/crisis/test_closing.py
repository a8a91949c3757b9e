"""Closing a crisis cell."""

from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.decision.commands.crisis import (
    AddAction,
    AddMember,
    CloseCrisis,
    ConfirmLead,
    Decide,
    NameDelegate,
    OfferLead,
)
from escalation.messages.crisis import CloseRequest, CrisisClosed
from escalation.messages.room_actions import ArchiveRoom
from escalation.records.crisis import CrisisState
from escalation.records.kinds import REPORT
from tests.escalation.crisis.story import TEN, Cell


def closed(cell: Cell) -> None:
    """Both leads agree to close."""
    for lead in cell.crisis.leads.values():
        cell.do(CloseCrisis, lead)


def test_cri_9_both_leads_agree_to_close() -> None:
    cell = Cell()
    cell.opened()
    crisis = cell.do(CloseCrisis, "sam")
    assert crisis.state is CrisisState.OPEN
    assert cell.told(CloseRequest.topic) == ["hana"]
    with pytest.raises(AlreadyDone):
        cell.do(CloseCrisis, "sam")
    with pytest.raises(NotAllowed):
        cell.do(CloseCrisis, "dan")
    crisis = cell.do(CloseCrisis, "hana")
    assert (crisis.state, crisis.closed_at) == (CrisisState.CLOSED, TEN)


def test_cri_9_the_leads_who_took_over_close_it() -> None:
    cell = Cell()
    cell.opened()
    cell.do(OfferLead, "dan", leads={"provider": "dan", "client": "cid"})
    cell.do(ConfirmLead, "cid")
    cell.do(CloseCrisis, "dan")
    assert cell.do(CloseCrisis, "cid").state is CrisisState.CLOSED


def test_cri_9_once_closed_nothing_rings_any_more_and_all_who_knew_are_told() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.opened(incident=incident)
    cell.do(AddMember, "sam", person="tess")
    cell.do(AddAction, "sam", text="Call the carrier", owner="tess")
    closed(cell)
    assert cell.armed() == {"action/1/owner"}  # which is followed until it is done
    told = set(cell.told(CrisisClosed.topic))
    assert {"sam", "hana", "dan", "cid", "tess", "bea", "eve", "hal", "crisis/CRI-0001"} <= told
    assert not cell.effects(ArchiveRoom.topic)
    (line,) = cell.lines(incident, "crisis.closed")
    assert line.facts["crisis"] == cell.id
    assert line.facts["open_actions"] == ["1 · tess · Call the carrier"]


def test_cri_9_a_written_report_follows() -> None:
    cell = Cell()
    cell.opened()
    closed(cell)
    report = cell.crisis.report
    assert report is not None
    assert cell.memory.get(REPORT, "acme", report).crisis == cell.id


def test_cri_11_the_report_of_a_crisis_about_an_incident_does_not_wait_for_its_closing() -> None:
    cell = Cell()
    incident = cell.incident(component="wiki", severity=3, by="rita")
    cell.opened(incident=incident)
    closed(cell)
    report = cell.crisis.report
    assert report is not None
    assert cell.memory.get(REPORT, "acme", report).deadline == TEN + timedelta(hours=24)
    assert cell[incident].report is None


def test_cri_9_a_closed_cell_is_over() -> None:
    cell = Cell()
    cell.opened()
    closed(cell)
    for kind, by, values in (
        (Decide, "sam", {"text": "One more"}),
        (AddMember, "sam", {"person": "tess"}),
        (NameDelegate, "dan", {"delegate": "sue"}),
        (CloseCrisis, "sam", {}),
    ):
        with pytest.raises(NotNow) as refused:
            cell.do(kind, by, **values)
        assert refused.value.code == "crisis_closed"
    before = cell.crisis.members
    cell.joined("tess")
    assert cell.left("sam").members == before

"""How an incident's card and its cell's speak of each other (Rules CRI-1, CRI-4)."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from escalation.decision.commands.incident import ResolveIncident, TakeIncident, VerifyIncident
from escalation.perform.practices.crises import cell_of
from handlers.crisis.card import crisis_card
from handlers.incident.card import incident_card
from handlers.words.texts import Texts
from tests.escalation.crisis.story import ROOM, Cell
from tests.handlers.blockkit import verbs_of

EN = Texts.of("en", ZoneInfo("Europe/Paris"))


def shown(cell: Cell, incident: str, reader: str | None) -> tuple[set[str], str]:
    """The verbs of the incident's card, and all of its words."""
    record = cell[incident]
    card = incident_card(
        record, cell.contract, EN, cell.now, reader=reader, cell=cell_of(cell.memory, record)
    )
    return {verb.partition("#")[0] for verb in verbs_of(card)}, json.dumps(card.blocks)


def test_cri_1_a_cell_is_offered_where_it_is_plausible_and_allowed_then_led_to() -> None:
    cell = Cell()
    incident = cell.incident()
    assert "crisis/ask" in shown(cell, incident, "sam")[0]
    assert "crisis/ask" not in shown(cell, incident, "rita")[0], "not hers to ask for"
    assert "crisis/ask" not in shown(cell, cell.incident(component="wiki", severity=3), "sam")[0]
    cell.opened(incident=incident)
    verbs, words = shown(cell, incident, "sam")
    assert "crisis/ask" not in verbs
    assert "crisis/status" in verbs
    assert f"<#{ROOM}>" in words


def test_con_2_whoever_is_not_in_the_cell_reads_whom_to_reach_instead_of_a_closed_room() -> None:
    cell = Cell()
    incident = cell.incident(by="rita")
    cell.do(TakeIncident, "ned", incident)
    cell.opened(incident=incident)
    for reader, whom in (("ned", "Sam Delivery"), ("rita", "Hana Head")):
        words = shown(cell, incident, reader)[1]
        assert f"to reach it: {whom} (+33" in words
        assert ROOM not in words
    assert f"<#{ROOM}>" in shown(cell, incident, "sam")[1]
    in_the_room = shown(cell, incident, None)[1]
    assert "led by Sam Delivery and Hana Head" in in_the_room
    assert f"<#{ROOM}>, for its members" in in_the_room


def test_cri_4_the_cells_card_shows_how_the_incident_stands_and_what_is_due() -> None:
    cell = Cell()
    incident = cell.incident()
    cell.opened(incident=incident)
    card = crisis_card(
        cell.crisis, cell.contract, EN, cell.now, reader=None, incident=cell[incident]
    )
    words = json.dumps(card.blocks, ensure_ascii=False)
    assert "INC-0001 · P1 · qualified" in words
    assert "To be restored by" in words


def test_inc_x_closing_an_incident_whose_cell_meets_is_asked_about_first() -> None:
    cell = Cell()
    incident = cell.incident(by="rita")
    cell.opened(incident=incident)
    cell.do(TakeIncident, "tom", incident)
    cell.do(ResolveIncident, "tom", incident, cause_gone=True)
    cell.do(VerifyIncident, "rita", incident, fixed=True)
    assert "is still open" in shown(cell, incident, "sam")[1]

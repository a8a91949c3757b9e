"""What those outside a cell read, and how they are brought in (Rules CRI-3, CRI-5, CRI-8)."""

from __future__ import annotations

from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis
from escalation.decision.commands.incident import TakeIncident
from escalation.messages.crisis import CellOfIncident, CrisisMembers
from escalation.records.kinds import CRISIS
from handlers.words.rendered import Rendered
from tests.handlers.blockkit import buttons_of
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened


def meeting() -> tuple[Stage, str]:
    """A cell that Sam and Hana lead, about what Rita reported and Ned has."""
    stage = Stage()
    incident = opened(stage)
    stage.do(TakeIncident, "ned", incident=incident)
    cell = stage.do(AskCrisis, "sam", reason="all is down", incident=incident)
    stage.do(AcceptCrisis, "hana", crisis=cell)
    return stage, cell


def verbs(rendered: Rendered | None) -> list[str]:
    assert rendered is not None
    return [each["action_id"].removeprefix("do/") for each in buttons_of(rendered)]


async def test_cri_3_who_leads_brings_in_whoever_has_the_incident_by_one_click() -> None:
    stage, cell = meeting()
    question = stage.say(stage.last(CrisisMembers.topic, "sam"))
    assert question is not None
    assert "Ned Night has the incident, and is not in the cell." in question.text
    assert "crisis/add#ned" in verbs(question)
    answer = await Counter(stage).clicked("sam", "crisis/add", cell, person="ned")
    assert isinstance(answer, Rendered), "no form"
    assert stage.memory.get(CRISIS, "acme", cell).member("ned") is not None
    assert "crisis/add#ned" not in verbs(stage.say(stage.last(CrisisMembers.topic, "hana")))


def test_cri_5_who_reported_it_reads_that_a_cell_meets_and_whom_to_reach() -> None:
    stage, cell = meeting()
    first = stage.last(CellOfIncident.topic, "rita")
    words = stage.words(CellOfIncident.topic, "rita")
    assert "A crisis cell of both firms follows this incident now." in words
    assert "turn to Hana Head (+33" in words
    assert "stays with you" not in words
    assert "stays with you" in stage.words(CellOfIncident.topic, "ned")
    for lead in ("sam", "hana"):
        stage.do(CloseCrisis, lead, crisis=cell)
    assert stage.say(first) is None, "what is past is not told"
    assert "est close" in stage.words(CellOfIncident.topic, "rita", "fr")

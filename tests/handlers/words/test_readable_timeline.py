"""What is done to an incident stands in the timeline that people read (INC-6, INC-10, ORG-4)."""

from __future__ import annotations

import json

from escalation.decision.commands.incident import (
    AddNote,
    AssignIncident,
    ForeseeDelay,
    MergeIncident,
    ResumeWork,
    UndoEnding,
    WaitFor,
)
from escalation.decision.commands.ladder import (
    AcknowledgePing,
    AddToRung,
    HandOverPing,
    SnoozeLadder,
)
from escalation.messages.incident import DelayNotice
from tests.agreement import paris
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened


async def _answered(stage: Stage, person: str, line: str, language: str = "en") -> str:
    page = await Counter(stage, language).shown(person, "incident", line)
    return json.dumps(page.blocks, ensure_ascii=False)


async def _shown(stage: Stage, person: str, incident: str) -> str:
    return await _answered(stage, person, f"show {incident}")


async def test_inc_10_notes_groups_delays_lists_and_moves_stand_in_the_timeline() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(AddNote, "tess", incident=incident, text="looked at the logs")
    stage.do(AssignIncident, "sam", incident=incident, group="netops")
    stage.do(AddNote, "nora", incident=incident, text="a fibre is cut")
    stage.do(ForeseeDelay, "tom", incident=incident, reason="the part is late")
    stage.do(AddToRung, "tom", incident=incident, person="ned")
    stage.do(HandOverPing, "tom", incident=incident, to="tess")
    stage.do(SnoozeLadder, "tess", incident=incident)
    other = opened(stage, component="mail")
    stage.do(MergeIncident, "sam", incident=other, into=incident)
    stage.do(UndoEnding, "sam", incident=other, reason="another fault")
    shown = await _shown(stage, "rita", incident)
    for sentence in (
        "Note by Tess Deputy: looked at the logs",
        "Note by Nora Network: a fibre is cut",
        "Support group brought in by Sam Delivery: Network operations",
        "Delay told to the requester: the part is late",
        "Told of the priority 1: Sam Delivery, Hana Head, Cid Cio",
        "Ned Night called as well, at the wish of Tom Leader",
        "Handed over to Tess Deputy by Tom Leader",
        "Next step put off by Tess Deputy",
        "INC-0002 merged into it by Sam Delivery",
    ):
        assert sentence in shown, sentence
    shown = await _shown(stage, "sam", other)
    assert "Merge or cancellation undone by Sam Delivery: another fault" in shown


async def test_con_2_a_supplier_reads_its_own_notes_and_no_others() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(AddNote, "tess", incident=incident, text="between the two firms")
    stage.do(AddNote, "nora", incident=incident, text="a fibre is cut")
    shown = await _shown(stage, "nora", incident)
    assert "a fibre is cut" in shown
    assert "between the two firms" not in shown
    assert "Told of the priority 1" not in shown


async def test_org_4_a_groups_contact_and_competences_are_shown() -> None:
    stage = Stage()
    shown = await _shown(stage, "tom", opened(stage))
    assert "Network operations: network" in shown


def test_inc_6_a_time_that_is_past_is_said_to_be_past() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(ForeseeDelay, "tom", incident=incident, reason="the part is late")
    assert "will probably not be restored by 14:00" in stage.words(DelayNotice.topic, "rita")
    stage.at(paris("2026-07-15 17:59"))
    said = stage.words(DelayNotice.topic, "rita", "fr")
    assert "n’a pas été rétabli à l’échéance convenue\u00a0: 14:00" in said


async def test_inc_9_every_clock_explains_itself_in_both_languages() -> None:
    stage = Stage()
    incident = opened(stage, component="wiki")
    stage.do(WaitFor, "tom", incident=incident, waiting_for="client", reason="the key")
    stage.wait(hours=1)
    stage.do(ResumeWork, "tom", incident=incident)
    stage.at(paris("2026-07-16 09:30"))
    said = await _answered(stage, "sam", f"explain {incident}")
    assert 'incidents.targets.3.restore = \\"20h coverage\\"' in said
    assert "stopped by Tom Leader, waiting for Client Agency: the key" in said
    assert "9 h counted, 13 h 30 min outside hours" in said
    assert "9 h counted out of 20 h in coverage hours" in said
    french = await _answered(stage, "rita", f"expliquer {incident}", "fr")
    assert "9 h comptées, 13 h 30 min hors des heures" in french


async def test_inc_10_taking_the_incident_and_its_call_by_one_click_is_one_line() -> None:
    stage = Stage()
    incident = opened(stage, severity=1)
    stage.at(paris("2026-07-15 10:02"))
    stage.do(AcknowledgePing, "tom", incident=incident)
    shown = await _shown(stage, "rita", incident)
    assert "Incident and escalation taken at echelon 1 by Tom Leader" in shown
    assert shown.count("by Tom Leader") == 1
    stage.do(AcknowledgePing, "olga", incident=incident)
    assert "Taken at echelon 1 by Olga Operations" in await _shown(stage, "rita", incident)

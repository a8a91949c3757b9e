"""What an answer says is so by then: of both sides, of who is at it, of what is only asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.commands.incident import ResolveIncident, TakeIncident, VerifyIncident
from escalation.decision.commands.ladder import (
    AcknowledgePing,
    EscalateUp,
    HandOverPing,
    SettleLadder,
)
from escalation.records.incident import Origin
from handlers.refusals.words import refusal_words
from handlers.registry.views import render
from handlers.words.rendered import Reader, Rendered
from handlers.words.texts import Texts
from tests.escalation.crisis.story import Cell
from tests.handlers.blockkit import verbs_of
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened
from tests.handlers.test_cells_on_cards import shown

LANGUAGES = ("en", "fr")


def copy(stage: Stage, person: str, language: str = "en", topic: str = "ping") -> Rendered:
    """The copy of a call that stands with somebody, as it is shown anew."""
    texts = Texts.of(language, stage.contract.zone)
    reader = Reader(contract=stage.contract, person=stage.contract.person(person), texts=texts)
    rendered = render(stage.last(topic, person), stage.memory, reader, stage.now, standing=True)
    assert rendered is not None
    return rendered


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("’", "'")


async def answer(stage: Stage, person: str, command: str, line: str, language: str = "en") -> str:
    """What the answer to a typed line says."""
    said: Any = await Counter(stage, language).typed(person, command, line)
    return plain(said.text)


# ── the call, once it is taken ───────────────────────────────────────────────────────────────


def test_esc_2_whoever_took_it_still_reads_whom_to_phone() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(AcknowledgePing, "tom", incident)
    assert "Your counterpart: Olga Operations (+33200000001)." in copy(stage, "tom").text
    french = plain(copy(stage, "olga", "fr").text)
    assert "Votre homologue : Tom Leader (+33100000001)." in french
    stage.do(AcknowledgePing, "olga", incident)
    assert "(+33200000001)" in copy(stage, "tom").text
    stage.do(EscalateUp, "olga", incident, reason="no progress")
    assert "counterpart" not in copy(stage, "tom").text, "the echelon above speaks to its own peer"


def test_esc_5_whoever_counts_as_having_it_reads_whom_to_phone() -> None:
    stage = Stage()
    incident = opened(stage, "olga")
    told = copy(stage, "olga", topic="counted_as_taken")
    assert "You are not called" in told.text
    assert "Your counterpart: Tom Leader (+33100000001)." in told.text
    stage.do(SettleLadder, "olga", incident)
    stage.do(SettleLadder, "tom", incident)
    assert "counterpart" not in copy(stage, "olga", topic="counted_as_taken").text, "it is over"


def test_esc_2_who_has_settled_is_shown_and_is_not_asked_again() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(AcknowledgePing, "tom", incident)
    stage.do(AcknowledgePing, "olga", incident)
    assert "escalate/settle" in verbs_of(copy(stage, "olga"))
    stage.do(SettleLadder, "olga", incident)
    for words in (copy(stage, "tom").text, copy(stage, "olga").text):
        assert "Olga Operations, since 10:00 · point settled according to Olga" in words
    assert "point réglé selon Olga Operations, 10:00" in plain(copy(stage, "tom", "fr").text)
    assert "escalate/settle" not in verbs_of(copy(stage, "olga"))
    assert "escalate/settle" in verbs_of(copy(stage, "tom"))
    stage.do(HandOverPing, "olga", incident, to="otto")
    stage.do(AcknowledgePing, "otto", incident)
    assert "escalate/settle" not in verbs_of(copy(stage, "otto")), "their side has said so"
    assert "point settled according to" in str(stage.say(stage.last("incident_card")))


# ── the answers ──────────────────────────────────────────────────────────────────────────────


async def test_esc_2_the_second_side_to_settle_reads_that_it_is_over() -> None:
    stage = Stage()
    incident = opened(stage)
    first = await answer(stage, "tom", "escalate", f"settle {incident}")
    assert first == f"Noted. The escalation of {incident} ends as soon as both sides have said so."
    second = await answer(stage, "olga", "escalate", f"settle {incident}", "fr")
    assert second == (
        f"Merci. Les deux sociétés l'ont indiqué : l'escalade ({incident}) est terminée."
    )
    stage.wait(minutes=1)
    stage.do(EscalateUp, "tom", incident, reason="it is down again")
    again = await answer(stage, "tom", "escalate", f"settle {incident}")
    assert again.startswith("Noted."), "what ended before is not what is settled now"


async def test_esc_3_escalating_claims_nothing_of_who_is_told() -> None:
    stage = Stage()
    incident = opened(stage, severity=2)
    said = [
        await answer(stage, "tom", "escalate", f"up {incident} down", language)
        for language in LANGUAGES
    ]
    assert said == [f"{incident} is escalated.", f"{incident} est escaladé."]


async def test_esc_5_taking_ones_side_is_not_said_to_be_taking_the_incident() -> None:
    stage = Stage()
    incident = opened(stage)
    said = await answer(stage, "olga", "incident", f"take {incident}", "fr")
    assert said == f"Vous répondez pour Client Agency dans l'escalade ({incident})."
    mine = await answer(stage, "tom", "incident", f"take {incident}")
    assert mine == f"You have taken {incident}."


@pytest.mark.parametrize(
    ("by", "command"), [("olga", TakeIncident), ("tom", TakeIncident), ("tom", AcknowledgePing)]
)
def test_esc_5_whoever_has_it_is_not_told_so_in_the_third_person(by: str, command: Any) -> None:
    stage = Stage()
    incident = opened(stage, "olga")
    stage.do(AcknowledgePing, "tom", incident)
    with pytest.raises(AlreadyDone) as refusal:
        stage.do(command, by, incident)
    words = refusal_words(refusal.value, Texts.of("en", stage.contract.zone))
    assert words.startswith("You answer for it already")


# ── the rooms ────────────────────────────────────────────────────────────────────────────────


def test_inc_7_the_client_is_told_who_is_at_it_as_it_is_by_then() -> None:
    stage = Stage()
    incident = opened(stage, "ned", origin=Origin.MONITORING)
    assert "; its people are being called." in stage.words("client_informed")
    stage.do(AcknowledgePing, "tom", incident)
    assert "10:00 and is working on it." in stage.words("client_informed")
    opened(stage, "tom", origin=Origin.MONITORING)  # it counts as his; he has not said so
    assert stage.words("client_informed").endswith("detected this incident at 10:00.")


def test_cri_2_a_cell_that_is_only_asked_for_is_shown_as_asked_for() -> None:
    cell = Cell()
    incident = cell.incident()
    crisis = cell.ask(incident=incident).id
    assert f"Crisis cell asked for: {crisis}" in shown(cell, incident, "sam")[1]
    cell = Cell()
    incident = cell.incident()
    cell.opened(incident=incident)
    words = shown(cell, incident, "sam")[1]
    assert "Crisis cell: CRI-" in words
    assert "asked for" not in words


async def test_inc_11_whoever_says_that_the_cause_remains_reads_just_that() -> None:
    stage = Stage()
    stage.contract = replace(stage.contract, version="2", problems=ProblemRules())
    stage.memory.amend(stage.contract)
    incident = opened(stage)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=None)
    stage.wait(hours=4)
    asked = stage.last("cause_asked", "tom")
    assert "When you resolved the incident" in stage.words("cause_asked", "tom")
    again = await answer(stage, "tom", "incident", f"cause {incident} gone=unknown", "fr")
    assert again == (
        f"Noté pour {incident} : on ne sait pas encore si la cause a disparu. "
        "La question vous sera posée de nouveau."
    )
    said: Any = await Counter(stage).typed("tom", "incident", f"cause {incident} gone=no")
    assert said.text.startswith(f"Noted for {incident}: the cause is not gone.")
    assert "PRB-0001 is proposed in your name" in str(said.blocks)
    texts = Texts.of("en", stage.contract.zone)
    reader = Reader(contract=stage.contract, person=stage.contract.person("tom"), texts=texts)
    answered = render(asked, stage.memory, reader, stage.now, standing=True)
    assert answered is not None
    assert "The cause is not gone, according to Tom Leader" in answered.text
    shown = await Counter(stage).shown("tom", "incident", f"show {incident}")
    assert "whether the cause is gone is not known yet" in str(shown.blocks)


def test_inc_8_the_list_and_who_watches_targets_read_who_has_it_with_the_card() -> None:
    stage = Stage()
    incident = opened(stage)
    listed = stage.last("priority_1_notice").to.name or ""
    told = stage.say(stage.last("priority_1_notice", listed))
    assert told is not None
    assert "Being called, no answer yet: Tom Leader." in told.text
    assert verbs_of(told) == ["incident/show"]
    stage.do(TakeIncident, "tess", incident=incident)
    assert "In hand since 10:00: Tess Deputy (+33100000002)." in stage.words(
        "priority_1_notice", listed
    )
    stage.wait(hours=5)
    told = stage.say(stage.last("target_missed", "sam"))
    assert told is not None
    assert "In hand since 10:00: Tess Deputy" in told.text
    assert verbs_of(told) == ["incident/show"]


def test_esc_5_a_deputy_reads_that_whoever_was_called_before_has_not_answered_yet() -> None:
    stage = Stage()
    opened(stage)
    assert "Called before you" not in stage.words("ping", "tom")
    stage.wait(minutes=10)
    assert "Called before you, no answer yet: Tom Leader." in stage.words("ping", "tess")
    assert "sans réponse à ce stade : Tom" in plain(stage.words("ping", "tess", "fr"))
    other = opened(stage)
    stage.do(AcknowledgePing, "tom", other)
    stage.do(HandOverPing, "tom", other, to="tess")
    assert "Called before you" not in stage.words("ping", "tess"), "he answered, and passed it on"


def test_inc_4_who_may_close_what_is_verified_is_asked_to_by_a_click() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(TakeIncident, "tess", incident=incident)
    stage.do(ResolveIncident, "tess", incident=incident, cause_gone=True)
    stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    told = stage.say(stage.last("incident_news", "sam"))
    assert told is not None
    assert "Please close it, when all is noted; else Escalade closes it: " in told.text
    assert verbs_of(told) == ["incident/close", "incident/show"]
    theirs = stage.say(stage.last("incident_news", "tess"))
    assert theirs is not None
    assert "incident/close" not in verbs_of(theirs)

"""What those outside a cell read, and how they are brought in (Rules CRI-3, CRI-5, CRI-8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import BadValue
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AddSupplier,
    AskCrisis,
    CloseCrisis,
    RoomOpened,
)
from escalation.decision.commands.incident import CancelIncident, TakeIncident
from escalation.messages.crisis import (
    ActionAsked,
    ActionDue,
    ActionNews,
    CellOfIncident,
    CrisisCall,
    CrisisClosed,
    CrisisMembers,
)
from escalation.records.kinds import CRISIS
from handlers.crisis.card import crisis_card
from handlers.router.router import OpenForm
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts
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


def given(**values: Any) -> tuple[Stage, str]:
    """Action 1 of the cell is for Tess, who is not in it."""
    stage, cell = meeting()
    due = stage.now + timedelta(minutes=30)
    stage.do(AddAction, "sam", crisis=cell, text="Start line 2", owner="tess", due=due, **values)
    return stage, cell


def test_cri_8_whoever_is_to_do_an_action_reads_all_that_they_need() -> None:
    stage, _ = given()
    asked = stage.say(stage.last(ActionAsked.topic, "tess"))
    assert asked is not None
    for words in (
        "Sam Delivery gives you action 1:", "Start line 2", "Due: 10:30", "INC-0001",
        "/crisis done CRI-0001 1",
    ):  # fmt: skip
        assert words in asked.text, words
    assert verbs(asked) == ["crisis/done#1", "crisis/unable#1"]
    assert "`/crise fait CRI-0001 1`" in stage.words(ActionAsked.topic, "tess", "fr")


async def test_cri_8_by_clicking_alone_they_say_done_or_that_they_cannot() -> None:
    stage, cell = given()
    counter = Counter(stage)
    assert isinstance(await counter.clicked("tess", "crisis/unable", cell, number="1"), OpenForm)
    await counter.clicked("tess", "crisis/unable", cell, number="1", reason="No key")
    told = stage.say(stage.last(ActionNews.topic, "sam"))
    assert told is not None
    assert "Tess Deputy cannot do action 1" in told.text
    assert "No key" in told.text
    assert verbs(told) == ["crisis/done#1", "crisis/amend#1", "crisis/cancel#1"]
    assert isinstance(await counter.clicked("sam", "crisis/amend", cell, number="1"), OpenForm)
    await counter.clicked("sam", "crisis/amend", cell, number="1", owner="ned")
    assert "passes to Ned Night" in stage.words(ActionNews.topic, "tess")
    await counter.clicked("ned", "crisis/done", cell, number="1")
    assert "Ned Night has done action 1" in stage.words(ActionNews.topic, "sam")
    assert stage.say(stage.last(ActionAsked.topic, "ned")) is None, "the button is spent"


def test_cri_8_it_is_said_when_an_action_is_overdue_and_that_it_outlives_the_cell() -> None:
    stage, cell = given()
    stage.wait(minutes=36)
    assert "Action 1 is overdue:" in stage.words(ActionDue.topic, "tess")
    for lead in ("sam", "hana"):
        stage.do(CloseCrisis, lead, crisis=cell)
    closed = stage.say(stage.last(CrisisClosed.topic, "tess"))
    assert closed is not None
    assert "Yours stay with you until they are done" in closed.text
    assert verbs(closed) == ["crisis/done#1", "crisis/unable#1"]


def test_cri_7_the_invitation_says_what_is_asked_of_each() -> None:
    stage, cell = meeting()
    stage.do(RoomOpened, "escalade", crisis=cell, room="C0CRISIS", name="crisis")
    assert "Your task in it: you keep your firm informed" in stage.words(CrisisCall.topic, "olga")
    assert "Votre rôle" in stage.words(CrisisCall.topic, "olga", "fr")
    assert "Your task in it" not in stage.words(CrisisCall.topic, "dan")
    stage.do(AddSupplier, "sam", crisis=cell, supplier="network")
    assert "You are called for your firm" in stage.words(CrisisCall.topic, "rex")


def test_cri_9_who_hears_that_the_cell_is_closed_reads_that_its_incident_goes_on() -> None:
    stage, cell = meeting()
    for lead in ("sam", "hana"):
        stage.do(CloseCrisis, lead, crisis=cell)
    words = stage.words(CrisisClosed.topic, "olga")
    for said in (
        "The crisis is closed. The incident goes on:", "INC-0001 · P1", "in progress",
        "Assigned to: Ned Night", "To reach Ned Night: +33", "To be restored by",
    ):  # fmt: skip
        assert said in words, said
    assert "L’incident se poursuit" in stage.words(CrisisClosed.topic, "olga", "fr")
    stage.do(CancelIncident, "sam", incident="INC-0001", reason="A test")
    assert "goes on" not in stage.words(CrisisClosed.topic, "olga")


def shown(stage: Stage, cell: str, reader: str) -> Rendered:
    """The cell's card as one of its readers sees it."""
    crisis, contract = stage.memory.get(CRISIS, "acme", cell), stage.contract
    texts = Texts.of("en", contract.zone)
    return crisis_card(crisis, contract, texts, stage.now, reader=reader, incident=None)


async def test_cri_8_actions_are_changed_and_cancelled_from_the_cells_card() -> None:
    stage, cell = given()
    counter = Counter(stage)
    assert {"crisis/amend", "crisis/cancel"} <= set(verbs(shown(stage, cell, "sam")))
    assert not {"crisis/amend", "crisis/cancel"} & set(verbs(shown(stage, cell, "tess")))
    form = await counter.clicked("sam", "crisis/amend", cell, number="1")
    assert isinstance(form, OpenForm)
    for lead in ("sam", "hana"):
        stage.do(CloseCrisis, lead, crisis=cell)
    assert {"crisis/amend", "crisis/cancel"} <= set(verbs(shown(stage, cell, "sam"))), "left to do"
    answer = await counter.typed("sam", "crisis", f'cancel {cell} 1 "the sites know"')
    assert isinstance(answer, Rendered), "number and reason are read, no form is needed"
    assert stage.memory.get(CRISIS, "acme", cell).actions[0].cancelled_for == "the sites know"
    assert not {"crisis/amend", "crisis/cancel"} & set(verbs(shown(stage, cell, "sam")))


async def test_cri_8_a_number_that_is_none_is_refused_before_a_form_would_lose_it() -> None:
    stage, cell = given()
    with pytest.raises(BadValue, match="not_a_number"):
        await Counter(stage).typed("sam", "crisis", f"cancel {cell} number=two")

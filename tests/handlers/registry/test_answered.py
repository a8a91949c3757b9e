"""Each question says its own answer: of one action, one member, one hand-over (CRI-4, 6, 8)."""

from __future__ import annotations

from dataclasses import replace

from escalation.decision.commands.crisis import (
    AddAction,
    CompleteAction,
    ConfirmLead,
    MemberJoined,
    OfferLead,
)
from escalation.decision.commands.event import TakeEvents
from escalation.decision.commands.incident import ResolveIncident, TakeIncident
from escalation.messages.crisis import ActionDue, LeadRequest, MemberMissing
from escalation.messages.destinations import person
from escalation.messages.effects import Effect, Message
from escalation.messages.event import EventsCleared
from escalation.messages.room_actions import ShowAnswers
from escalation.records.event import Seen
from handlers.registry.views import answered, questions
from handlers.words.rendered import Reader
from handlers.words.texts import Texts
from tests.escalation.event.test_taking import watched
from tests.handlers.registry.test_views import asked_and_open
from tests.handlers.stories import Stage


def copy(stage: Stage, cell: str, question: Message, who: str) -> str:
    """What somebody's copy of a question says by now; "" while it waits."""
    contract = stage.contract
    texts = Texts.of("en", contract.zone)
    reader = Reader(contract=contract, person=contract.person(who), texts=texts)
    about = Effect(meaning=question, contract="acme", subject=cell, to=person(who))
    assert question.puts in questions(about, stage.memory)
    said = answered(question, about, stage.memory, reader, stage.now)
    return said.text if said else ""


def test_cri_8_each_action_of_an_owner_is_asked_about_and_answered_by_itself() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    for text in ("switch the payroll", "warn the branches"):
        stage.do(AddAction, "sam", crisis=cell, text=text, owner="tom")
    stage.do(CompleteAction, "tom", crisis=cell, number=1)
    shown = {effect.to.name for _, effect in stage.memory.told(ShowAnswers.topic)}
    first, second = (ActionDue(number=number, due=None) for number in (1, 2))
    for who in ("tom", "sam"):  # who leads is reminded as well, and may say that it is done
        assert who in shown
        assert "switch the payroll" in copy(stage, cell, first, who)
        assert not copy(stage, cell, second, who)


def test_cri_4_each_member_who_is_missing_is_asked_about_and_answered_by_themselves() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    missing = [m.person for m in stage[cell].members if m.mandated and not m.joined_at]
    first, second = missing[:2]
    stage.do(MemberJoined, first, crisis=cell)
    name = stage.contract.name_of(first)
    assert name in copy(stage, cell, MemberMissing(person=first, chased=3), "sam")
    assert not copy(stage, cell, MemberMissing(person=second, chased=3), "sam")


def test_cri_6_the_copy_of_an_offered_lead_says_what_came_of_that_offer() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    stage.do(OfferLead, "sam", crisis=cell, leads={"provider": "dan", "client": "cid"})
    stage.wait(minutes=5)
    for who in ("dan", "cid"):
        stage.do(ConfirmLead, who, crisis=cell)
    stage.wait(minutes=60)
    stage.do(OfferLead, "dan", crisis=cell, leads={"provider": "bea", "client": "eve"})
    stage.do(ConfirmLead, "bea", crisis=cell)
    bea = stage.contract.name_of("bea")
    assert f"{bea} has confirmed the lead" in copy(stage, cell, LeadRequest(by="dan"), "bea")
    assert not copy(stage, cell, LeadRequest(by="dan"), "eve")
    stage.wait(hours=6)
    assert stage[cell].hand_over is None
    assert "the lead stays as it is" in copy(stage, cell, LeadRequest(by="dan"), "eve")


def test_cri_6_an_offer_that_another_one_takes_the_place_of_says_so() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    stage.do(OfferLead, "sam", crisis=cell, leads={"provider": "dan", "client": "cid"})
    stage.do(OfferLead, "sam", crisis=cell, leads={"provider": "bea", "client": "eve"})
    assert "asked to lead the cell" in copy(stage, cell, LeadRequest(by="sam"), "cid")
    assert not copy(stage, cell, LeadRequest(by="sam"), "eve")


def test_evt_1_the_copy_that_asks_whether_it_is_resolved_says_who_resolved_it() -> None:
    stage = Stage(watched())
    alert = Seen(source="prom", group="g", alert="a", occurrence="1", severity=3, title="Queue")
    for firing in (True, False):
        stage.do(TakeEvents, "escalade", component="vpn", seen=(replace(alert, firing=firing),))
    stage.wait(minutes=30)
    asked = stage.last(EventsCleared.topic)
    incident, who = asked.subject, asked.to.name
    assert not copy(stage, incident, asked.meaning, who)
    stage.do(TakeIncident, "tess", incident=incident)
    stage.do(
        ResolveIncident, "tess", incident=incident, cause="Full", cure="Emptied", cause_gone=True
    )
    assert "Service restored, according to Tess" in copy(stage, incident, asked.meaning, who)
    assert who in [effect.to.name for _, effect in stage.memory.told(ShowAnswers.topic)]

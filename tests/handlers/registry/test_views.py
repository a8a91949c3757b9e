"""Every topic in words: within Slack's limits, harmless, said in both languages, and still true."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import get_args, get_type_hints

import pytest

from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AddAction,
    AgreeMembers,
    AskCrisis,
    CloseCrisis,
    ConfirmLead,
    MemberJoined,
    OfferLead,
)
from escalation.decision.commands.incident import (
    AssignIncident,
    ResolveIncident,
    SetPriority,
    TakeIncident,
    VerifyIncident,
)
from escalation.decision.commands.ladder import (
    AcknowledgePing,
    AddToRung,
    EscalateUp,
    HandOverPing,
    SettleLadder,
)
from escalation.decision.commands.report import ApproveReport, EditReport
from escalation.messages.crisis import (
    CloseRequest,
    CrisisCard,
    CrisisClosed,
    CrisisMembers,
    CrisisNews,
    CrisisRequest,
    CrisisRequested,
    LeadRequest,
    MemberMissing,
)
from escalation.messages.effects import Effect, Message, RoomAction
from escalation.messages.incident import (
    IncidentAssigned,
    IncidentCard,
    IncidentNews,
    PleaseVerify,
    TargetWarning,
)
from escalation.messages.ladder import EscalationStopped, HandedOver, Ping, SettleAsked
from escalation.messages.report import ReportCard
from escalation.messages.table import MEANINGS
from escalation.records.kinds import CRISIS, INCIDENT, REPORT
from handlers.crisis import views as crisis_views
from handlers.crisis.room_views import room_topic
from handlers.incident import views as incident_views
from handlers.ladder import call_views as calls
from handlers.ladder import views as ladder_views
from handlers.registry.commands import COMMANDS
from handlers.registry.views import VIEWS
from handlers.words.rendered import Rendered
from handlers.words.shared import ladder_reasons
from handlers.words.texts import Texts
from tests.handlers.blockkit import buttons_of, check_message, verbs_of
from tests.handlers.stories import HOSTILE, Said, Stage, crisis, everything, life, opened

TOP = 3  # the highest rung of the ladder towards the client


@cache
def told(title: str) -> tuple[Said, ...]:
    """Everything told in the stories, with that title, each wording once."""
    kept: dict[tuple[str, str, str], Said] = {}
    for said in everything(title).said:
        facts = json.dumps(dict(said.effect.facts), sort_keys=True)
        kept.setdefault((said.effect.topic, said.language, facts), said)
    return tuple(kept.values())


def shown(title: str) -> list[tuple[Said, Rendered]]:
    """What was not dropped, and goes to readers."""
    return [(said, said.rendered) for said in told(title) if said.rendered is not None]


def test_every_message_has_one_view_of_its_own_and_is_told_in_both_languages() -> None:
    messages = {each for each in MEANINGS.values() if issubclass(each, Message)}
    assert set(VIEWS) == messages
    for message, view in VIEWS.items():
        (of,) = get_args(get_type_hints(view)["context"])
        assert message in (get_args(of) or [of]), view
    for language in ("en", "fr"):
        seen = {
            type(s.effect.meaning)
            for s in told("VPN down")
            if s.rendered and s.language == language
        }
        assert seen == messages


def test_con_2_no_message_offers_its_reader_what_they_may_not_do() -> None:
    refused = {
        (said.effect.topic, said.effect.to.name, verb)
        for said in everything("VPN down").said
        for verb in said.refused
    }
    assert refused == set()


def test_room_actions_have_no_words() -> None:
    effects = [effect.meaning for _, effect in everything("VPN down").memory.outbox]
    actions = {each for each in MEANINGS.values() if issubclass(each, RoomAction)}
    assert {type(each) for each in effects if isinstance(each, RoomAction)} == actions


@pytest.mark.parametrize(
    "title", ["VPN down", HOSTILE, "<&>" * 83], ids=["plain", "hostile", "amp"]
)
def test_everything_told_is_within_slacks_limits_and_harmless(title: str) -> None:
    for said, rendered in shown(title):
        try:
            check_message(rendered)
        except AssertionError as error:
            error.add_note(f"{said.effect} in {said.language}")
            raise


def test_the_text_alone_names_the_record_and_says_what_the_blocks_say() -> None:
    for said, rendered in shown("VPN down"):
        assert said.effect.subject in rendered.text, said.effect
        if said.effect.topic not in {IncidentCard.topic, CrisisCard.topic}:
            assert len(rendered.text) > len(said.effect.subject) + 25, rendered.text


def test_french_readers_read_french() -> None:
    by_effect: dict[str, dict[str, str]] = {}
    for said, rendered in shown("VPN down"):
        if said.effect.topic in {IncidentCard.topic, CrisisCard.topic}:
            continue
        by_effect.setdefault(repr(said.effect), {})[said.language] = rendered.text
    same = {e: words["en"] for e, words in by_effect.items() if len(set(words.values())) == 1}
    assert not same


def test_no_sentence_names_a_code_or_keeps_a_hole() -> None:
    for said, rendered in shown("VPN down"):
        everything_said = rendered.text + json.dumps(rendered.blocks)
        for code in ("%(", "None", "trigger:", "_answered", "not_settled"):
            assert code not in everything_said, (code, said.effect, rendered.text)


def test_every_step_that_is_told_has_its_sentence_and_every_sentence_its_step() -> None:
    for topic, sentences in (
        (IncidentNews.topic, incident_views.NEWS),
        (CrisisNews.topic, crisis_views.NEWS),
    ):
        told_of = {s.effect.facts["action"] for s in told("VPN down") if s.effect.topic is topic}
        assert told_of == set(sentences)


def test_every_way_to_a_rung_and_to_the_end_of_an_escalation_has_its_words() -> None:
    told_of = {s.effect.facts["why"] for s in told("VPN down") if s.effect.topic == Ping.topic}
    said_otherwise = {"started", "escalated", "stepped_down"}  # by the reason, by whom, their words
    assert told_of - said_otherwise <= {*ladder_reasons.WHYS, *calls.PASSED_ON}
    assert told_of >= {"started", "escalated", "nobody_answered", "nobody_reachable"}
    ends = [s for s in told("VPN down") if s.effect.topic == EscalationStopped.topic]
    assert {s.effect.facts["why"] for s in ends} <= set(ladder_views.ENDED)


def test_con_1_every_button_answers_to_a_verb_about_the_record() -> None:
    verbs = {f"{command.name}/{verb.name}": verb for command in COMMANDS for verb in command.verbs}
    for _, rendered in shown("VPN down"):
        for button, name in zip(buttons_of(rendered), verbs_of(rendered), strict=True):
            contract, subject, values = json.loads(button["value"])
            verb = verbs[name]
            assert contract == "acme"
            assert subject.startswith(verb.about) or verb.subject_optional
            assert all(verb.field(field) for field in values), button


# ── what is no longer true is not said ───────────────────────────────────────────────────────


def dropped(stage: Stage, effect: Effect) -> bool:
    return stage.say(effect) is None


def test_a_ping_is_dropped_once_its_side_has_answered() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.wait(minutes=20)
    provider = [e for _, e in stage.memory.told(Ping.topic) if e.facts["side"] == "provider"][-1]
    client = stage.last(Ping.topic, "hana")
    assert not dropped(stage, provider)
    stage.do(AcknowledgePing, "sam", incident=incident)
    assert all(
        dropped(stage, e) for _, e in stage.memory.told(Ping.topic) if e.facts["side"] == "provider"
    )
    assert not dropped(stage, client)
    stage.do(AddToRung, "sam", incident=incident, person="ned")
    assert not dropped(stage, stage.last(Ping.topic, "ned"))
    stage.do(HandOverPing, "sam", incident=incident, to="dan")
    assert not dropped(stage, stage.last(Ping.topic, "dan"))
    stage.do(SettleLadder, "dan", incident=incident)
    assert not dropped(stage, client)
    stage.do(SettleLadder, "hana", incident=incident)
    assert dropped(stage, client)


def test_esc_5_whoever_took_it_at_the_top_hears_that_they_are_asked_again() -> None:
    stage = Stage()
    incident = opened(stage)
    while stage.memory.get(INCIDENT, "acme", incident).walks[0].rung < TOP:
        stage.do(EscalateUp, "sam", incident=incident, reason="stuck")
    first = stage.last(Ping.topic, "bea")
    stage.do(AcknowledgePing, "bea", incident=incident)
    stage.do(AcknowledgePing, "eve", incident=incident)
    assert dropped(stage, first)
    stage.wait(minutes=90)
    again = stage.last(Ping.topic, "bea")
    assert again != first
    assert not dropped(stage, again)


def test_a_ping_of_a_rung_that_was_left_is_dropped() -> None:
    stage = Stage()
    incident = opened(stage)
    first = stage.last(Ping.topic, "olga")
    stage.do(EscalateUp, "sam", incident=incident, reason="stuck")
    assert dropped(stage, first)
    assert not dropped(stage, stage.last(Ping.topic, "hana"))


def test_inc_5_a_request_to_verify_is_dropped_after_reopening() -> None:
    stage = Stage()
    incident = opened(stage, component="mail")
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=True, cure="restart")
    request = stage.last(PleaseVerify.topic, "rita")
    assert "> restart" in stage.words(PleaseVerify.topic, "rita")
    stage.do(VerifyIncident, "rita", incident=incident, fixed=False, note="still down")
    assert dropped(stage, request)


def test_inc_9_a_warning_is_dropped_once_its_due_time_has_moved() -> None:
    stage = Stage()
    incident = opened(stage, component="mail")
    stage.wait(hours=5)
    warning = stage.last(TargetWarning.topic)
    assert warning.facts["target"] == "restore"
    assert not dropped(stage, warning)
    stage.do(SetPriority, "sam", incident=incident, level=3, reason="few users")
    assert dropped(stage, warning)


def test_an_assignment_is_dropped_once_it_is_taken() -> None:
    stage = Stage()
    incident = opened(stage, component="mail")
    stage.do(AssignIncident, "sam", incident=incident, person="tess")
    assert not dropped(stage, stage.last(IncidentAssigned.topic))
    stage.do(TakeIncident, "tess", incident=incident)
    assert dropped(stage, stage.last(IncidentAssigned.topic))


def asked_and_open(stage: Stage) -> str:
    cell = stage.do(AskCrisis, "sam", reason="all is down")
    request, said = stage.last(CrisisRequest.topic), stage.last(CrisisRequested.topic)
    assert not dropped(stage, request)
    assert "+33200000003" in stage.words(CrisisRequested.topic, "sam")
    stage.do(AcceptCrisis, "hana", crisis=cell)
    assert dropped(stage, request)
    assert dropped(stage, said)
    return cell


def test_cri_2_the_asker_hears_who_kept_silent_and_whom_to_call_now() -> None:
    stage = Stage()
    stage.do(AskCrisis, "sam", reason="x " * 1500)
    first = stage.last(CrisisRequested.topic)
    stage.wait(minutes=15)
    words = stage.words(CrisisRequested.topic, "sam")
    assert "Hana Head has not answered. Cid Cio is asked now" in words
    assert "+33200000004" in words
    assert dropped(stage, first)
    request = stage.say(stage.last(CrisisRequest.topic, "cid"))
    assert request is not None
    assert "+33100000003" in json.dumps(request.blocks)  # however long the reason
    assert verbs_of(request) == ["crisis/accept", "crisis/refuse"]


def test_cri_9_a_withdrawn_request_says_so_and_promises_no_report() -> None:
    stage = Stage()
    cell = stage.do(AskCrisis, "sam", reason="all is down")
    stage.do(CloseCrisis, "sam", crisis=cell)
    words = stage.words(CrisisClosed.topic, "hana")
    assert "Sam Delivery has withdrawn the request" in words
    assert "report" not in words
    assert "a retiré" in stage.words(CrisisClosed.topic, "hana", "fr")


def test_cri_3_and_cri_9_what_my_side_agreed_to_is_not_asked_again() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    members = stage.last(CrisisMembers.topic, "sam")
    assert not dropped(stage, members)
    stage.do(AgreeMembers, "sam", crisis=cell)
    assert dropped(stage, members)
    stage.do(AddAction, "sam", crisis=cell, text="Call the vendor", owner="tess", due=None)
    stage.do(CloseCrisis, "sam", crisis=cell)
    request = stage.last(CloseRequest.topic, "hana")
    words = stage.words(CloseRequest.topic, "hana")
    assert "Call the vendor (Tess Deputy)" in words
    stage.do(CloseCrisis, "hana", crisis=cell)
    assert dropped(stage, request)


def test_cri_4_a_missing_member_is_said_with_number_and_delegate() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    stage.wait(minutes=40)
    missing = [e for _, e in stage.memory.told(MemberMissing.topic) if e.facts["person"] == "dan"]
    rendered = stage.say(missing[-1])
    assert rendered is not None
    assert "Dan Director has been called" in rendered.text
    assert "+33100000005" in rendered.text
    assert verbs_of(rendered) == ["crisis/represented"]
    stage.do(MemberJoined, "dan", crisis=cell)
    assert dropped(stage, missing[-1])


def test_cri_6_whoever_confirmed_is_not_asked_again() -> None:
    stage = Stage()
    cell = asked_and_open(stage)
    stage.do(OfferLead, "sam", crisis=cell, leads={"provider": "dan", "client": "cid"})
    to_dan, to_cid = stage.last(LeadRequest.topic, "dan"), stage.last(LeadRequest.topic, "cid")
    stage.do(ConfirmLead, "dan", crisis=cell)
    assert dropped(stage, to_dan)
    assert not dropped(stage, to_cid)


def test_esc_6_the_end_of_an_escalation_says_why() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(AcknowledgePing, "tom", incident=incident)
    stage.do(SettleLadder, "tom", incident=incident, note="both agree")
    assert "Tom Leader says that the point is settled" in stage.words(SettleAsked.topic, "olga")
    assert "> both agree" in stage.words(SettleAsked.topic, "olga")
    stage.do(SettleLadder, "olga", incident=incident, note="so do we")
    words = stage.words(EscalationStopped.topic, "tom")
    assert "Olga Operations and Tom Leader say that the point is settled" in words
    assert "> so do we" in words
    other = opened(stage, title="Another")
    stage.do(ResolveIncident, "tom", incident=other, cause_gone=True)
    assert "the incident is resolved" in stage.words(EscalationStopped.topic, "olga")


def test_esc_6_a_hand_over_names_both() -> None:
    stage = Stage()
    incident = opened(stage)
    stage.do(HandOverPing, "tom", incident=incident, to="tess")
    words = stage.words(HandedOver.topic, "olga")
    assert "Tom Leader has handed the escalation over to Tess Deputy" in words


def test_rep_4_a_preliminary_report_asks_for_its_approval() -> None:
    stage = Stage()
    life(stage, "Mail is down")
    stage.wait(hours=30)
    assert "went out as preliminary" in stage.words(ReportCard.topic, "sam")
    report = stage.memory.list(REPORT, "acme")[-1].id
    stage.do(EditReport, "sam", report=report, sections={"cause": "a full disk"})
    stage.do(ApproveReport, "tom", report=report)
    assert "Version 2 is issued" in stage.words(ReportCard.topic, "sam")


def test_cri_10_an_exercise_is_marked_in_everything_that_is_told() -> None:
    stage = Stage()
    cell = crisis(stage, "all is down", exercise=True)
    told = [s for s in stage.said if s.rendered and s.effect.subject == cell]
    for said in told:
        assert said.rendered is not None
        assert said.rendered.text.startswith(("EXERCISE", "EXERCICE")), said.effect
    held = stage.memory.get(CRISIS, "acme", cell)
    assert room_topic(held, Texts.of("fr", stage.contract.zone)).startswith("EXERCICE")


def test_whom_a_later_contract_no_longer_names_is_still_named() -> None:
    stage = Stage()
    incident = opened(stage)
    people = tuple(p for p in stage.contract.people if p.id != "rita")
    stage.contract = replace(stage.contract, version="2", people=people)
    stage.memory.amend(stage.contract)
    card = stage.say(stage.last(IncidentCard.topic))
    assert card is not None
    assert "Rita Requester" in json.dumps(card.blocks)
    assert incident in card.text

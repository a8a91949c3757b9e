"""Every form, in both languages: what Slack takes, what it shows, and what it gives back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.views import View

from escalation.contract import Contract, Person
from escalation.contract.processes.changes import ChangeRules
from escalation.decision.commands import report as c
from escalation.decision.commands.change import RequestChange
from escalation.records.kinds import REPORT
from handlers.application import Caller
from handlers.registry.commands import COMMANDS
from handlers.verbs.forms import LABEL_LIMIT, MOST_OPTIONS, TITLE_LIMIT, Purpose, form, read_form
from handlers.verbs.verb import Field, Invocation, Kind, Verb
from handlers.words.blocks import TEXT_LIMIT
from handlers.words.texts import LANGUAGES, Texts
from tests.agreement import agreement
from tests.escalation.problem.story import ProblemStory, with_problems
from tests.handlers.blockkit import texts_in
from tests.handlers.stories import TEN, Stage, crisis, life

VERBS = [verb for command in COMMANDS for verb in command.verbs]
NAMES = [f"{verb.command}-{verb.name}" for verb in VERBS]
SUBJECTS = {
    "": "",
    "INC": "INC-123456",
    "CRI": "CRI-123456",
    "REP": "REP-123456",
    "PRB": "PRB-123456",
    "CHG": "CHG-123456",
}
SUBJECTS["COV"] = "COV-123456"
SUBJECTS["EVT"] = "EVT-123456"
METADATA_LIMIT = 3000
OF_KIND = {
    Kind.TEXT: "some words",
    Kind.LONG_TEXT: "two\nlines",
    Kind.NUMBER: "12",
    Kind.YES_NO: "yes",
    Kind.INSTANT: "2026-07-15T16:00:00+00:00",
}


def caller(language: str = "en", person: str = "sam", contract: Contract | None = None) -> Caller:
    contract = contract or agreement()
    texts = Texts.of(language, contract.zone)
    return Caller(contract=contract, person=contract.person(person), slack_user="U1", texts=texts)


def bare() -> Contract:
    """A contract without anything that is not needed."""
    full = agreement()
    people = tuple(p for p in full.people if p.organisation != "network")
    return replace(full, people=people, groups=(), suppliers=(), components=(), ladders=())


def opened(verb: Verb, who: Caller, **given: str) -> dict[str, Any]:
    return form(verb, who, SUBJECTS[verb.about], "C1", given)


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group["options"]]


def filled(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends where somebody submits the form as it is shown."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        answer: dict[str, Any] = {"type": element["type"]}
        if element["type"] == "static_select":
            answer["selected_option"] = element.get("initial_option")
        elif element["type"] == "datetimepicker":
            answer["selected_date_time"] = element.get("initial_date_time")
        else:
            answer["value"] = element.get("initial_value")
        state[block["block_id"]] = {element["action_id"]: answer}
    return state


def check_view(view: dict[str, Any]) -> None:
    """Fails where Slack would refuse the modal."""
    View(**view).validate_json()
    assert 1 <= len(view["title"]["text"]) <= TITLE_LIMIT
    assert 1 <= len(view["submit"]["text"]) <= TITLE_LIMIT
    assert 1 <= len(view["close"]["text"]) <= TITLE_LIMIT
    assert len(view["private_metadata"]) <= METADATA_LIMIT
    assert len(view["blocks"]) <= 100
    ids = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert len(ids) == len(set(ids))
    for text in texts_in(view["blocks"]):
        assert 1 <= len(text["text"]) <= TEXT_LIMIT
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        assert len(block["label"]["text"]) <= 2000
        assert element.get("max_length", 1) <= 3000
        if element["type"] == "static_select":
            for group in element.get("option_groups") or [element]:
                assert 1 <= len(group["options"]) <= MOST_OPTIONS
            for option in options_of(element):
                assert 1 <= len(option["text"]["text"]) <= LABEL_LIMIT
                assert 1 <= len(option["value"]) <= LABEL_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_every_form_is_one_that_slack_takes(verb: Verb, language: str) -> None:
    for contract in (agreement(), bare()):
        view = opened(verb, caller(language, contract=contract))
        check_view(view)
        required = {f.name for f in verb.fields if f.required}
        asked = {b["block_id"]: b["optional"] for b in view["blocks"] if b["type"] == "input"}
        assert required == {name for name, optional in asked.items() if not optional}


@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_a_form_gives_back_the_values_it_was_opened_with(verb: Verb) -> None:
    who = caller()

    def value(field: Field) -> str:
        if field.kind in OF_KIND:
            return OF_KIND[field.kind]
        view = opened(verb, who)
        block = next(b for b in view["blocks"] if b.get("block_id") == field.name)
        return str(options_of(block["element"])[-1]["value"])

    blocks = {block.get("block_id") for block in opened(verb, who)["blocks"]}
    offered = [field for field in verb.fields if field.name in blocks]
    given = {field.name: value(field) for field in offered} | {"number_of_old": "7"}
    view = opened(verb, who, **given)
    check_view(view)
    purpose = Purpose.load(view["private_metadata"])
    assert (purpose.command, purpose.verb) == (verb.command, verb.name)
    assert (purpose.contract, purpose.subject, purpose.channel) == (
        "acme", SUBJECTS[verb.about], "C1",
    )  # fmt: skip
    assert read_form(verb, purpose, filled(view)) == given


def test_every_label_is_translated() -> None:
    same = {
        "Action",
        "Cause",
        "Impact",
        "Description",
        "Note",
        "Notes",
        "Client",
        "Actions",
        "Page",
        "Version",
        "Site",
        "Incident",
    }
    for verb in VERBS:
        english, french = opened(verb, caller("en")), opened(verb, caller("fr"))
        for one, other in zip(english["blocks"], french["blocks"], strict=True):
            if one["type"] == "input" and one["label"]["text"] not in same:
                assert one["label"] != other["label"], (verb.name, one["label"])
            if one["type"] == "context":
                assert one != other, verb.name


def find(command: str, name: str) -> Verb:
    return next(verb for verb in VERBS if (verb.command, verb.name) == (command, name))


def test_a_menu_without_anything_to_choose_is_not_shown() -> None:
    view = opened(find("crisis", "add"), caller(contract=bare()))
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == ["person"]


def test_a_required_menu_without_choices_is_typed() -> None:
    alone = replace(
        agreement(),
        people=tuple(p for p in agreement().people if p.id != "nora"),
        groups=(),
    )
    view = opened(find("escalate", "handover"), caller(person="rex", contract=alone))
    check_view(view)
    elements = {b["block_id"]: b["element"]["type"] for b in view["blocks"] if b["type"] == "input"}
    assert elements["to"] == "plain_text_input"


def test_more_people_than_one_menu_takes_come_in_groups() -> None:
    crowd = tuple(
        Person(
            id=f"p{number}", name=f"Person {number:03d}", organisation="client", roles=(),
            email=f"p{number}@client.example",
        )
        for number in range(230)
    )  # fmt: skip
    contract = replace(agreement(), people=(*agreement().people, *crowd))
    view = opened(find("crisis", "remove"), caller(contract=contract), person="p229")
    check_view(view)
    block = next(b for b in view["blocks"] if b.get("block_id") == "person")
    assert len(options_of(block["element"])) == len(contract.people)
    assert block["element"]["initial_option"]["value"] == "p229"


def test_what_was_typed_in_words_is_chosen_in_the_menu() -> None:
    view = opened(find("escalate", "handover"), caller(), to="tess deputy")
    block = next(b for b in view["blocks"] if b.get("block_id") == "to")
    assert block["element"]["initial_option"]["value"] == "tess"
    view = opened(find("incident", "resolve"), caller("fr"), cause_gone="Oui")
    block = next(b for b in view["blocks"] if b.get("block_id") == "cause_gone")
    assert block["element"]["initial_option"]["value"] == "yes"


# ── forms that show what stands ──────────────────────────────────────────────────────────────


def asking(
    stage: Stage | ProblemStory, verb: Verb, subject: str, person: str = "sam"
) -> Invocation:
    return Invocation(
        verb=verb, caller=caller(person=person, contract=stage.contract), subject=subject,
        values={}, source="form", key="", now=TEN,
    )  # fmt: skip


def test_rep_3_the_report_is_completed_from_what_it_says() -> None:
    stage = Stage()
    life(stage, "Mail is down")
    report = stage.memory.list(REPORT, "acme")[-1]
    verb = find("report", "edit")
    assert verb.prefill is not None
    invocation = asking(stage, verb, report.id)
    standing = verb.prefill(stage.memory, invocation)
    assert standing["cure"] == report.sections.cure == "Mail is down"

    view = form(verb, invocation.caller, report.id, "C1", {}, standing=standing)
    check_view(view)
    elements = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert elements["cure"]["initial_value"] == "Mail is down"
    purpose = Purpose.load(view["private_metadata"])

    state = filled(view)
    assert read_form(verb, purpose, state) == {}  # nothing was changed
    state["cause"]["cause"]["value"] = "A full disk"
    state["cure"]["cure"]["value"] = None
    values = read_form(verb, purpose, state)
    assert values == {"cause": "A full disk", "cure": ""}

    assert verb.build is not None
    edit = verb.build(replace(invocation, values=values))
    assert isinstance(edit, c.EditReport)
    stage.memory.do(edit, stage.now)
    sections = stage.memory.get(REPORT, "acme", report.id).sections
    assert (sections.cause, sections.cure) == ("A full disk", "")
    assert sections.impact == report.sections.impact


def test_the_brief_is_rewritten_from_the_present_one() -> None:
    stage = Stage()
    cell = crisis(stage, "All sites are down")
    verb = find("crisis", "brief")
    assert verb.prefill is not None
    invocation = asking(stage, verb, cell)
    standing = verb.prefill(stage.memory, invocation)
    view = form(verb, invocation.caller, cell, "C1", {}, standing=standing)
    purpose = Purpose.load(view["private_metadata"])
    assert read_form(verb, purpose, filled(view)) == {"text": "All sites are down"}


def test_chg_1_what_a_problem_says_is_kept_in_the_change_that_is_asked_for_because_of_it() -> None:
    story = ProblemStory(with_problems(changes=ChangeRules()))
    story.taken()
    problem = story.problem
    verb = find("change", "request")
    given = {"born_of": problem.id}
    ask = replace(asking(story, verb, ""), values=given)
    assert verb.prefill is not None
    assert verb.shape is not None
    verb = replace(verb, fields=verb.shape(ask.caller, given))
    standing = verb.prefill(story.memory, ask)
    view = form(verb, ask.caller, "", "C1", given, standing=standing)
    values = read_form(verb, Purpose.load(view["private_metadata"]), filled(view))
    assert verb.build is not None
    asked = verb.build(replace(ask, values=values))
    assert isinstance(asked, RequestChange)
    assert (asked.title, asked.components, asked.born_of) == (
        problem.title, ("mail",), problem.id,
    )  # fmt: skip

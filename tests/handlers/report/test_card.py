"""What the card of a report says and offers, to whom and when (Rules REP-2 to REP-4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.decision.commands.crisis import AcceptCrisis, AskCrisis, CloseCrisis
from escalation.decision.commands.incident import ReopenIncident, TakeIncident
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    SendBackReport,
    SubmitReport,
)
from escalation.decision.context import Context
from escalation.messages.report import ReportCard
from escalation.perform.practices import reports
from escalation.records import kinds
from handlers.report.document import render_html, render_markdown
from handlers.report.words import title as title_of
from handlers.router.router import OpenForm
from handlers.words.texts import Texts
from tests.handlers.blockkit import check_message, verbs_of
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, life, opened

REPORT = "REP-0001"


@pytest.fixture
def stage() -> Stage:
    """A priority 1 was just closed; its report is Sam's, and was asked for."""
    stage = Stage()
    life(stage, "Mail is down")
    stage.do(
        EditReport, "sam", report=REPORT, sections={"cause": "A plug was pulled.", "impact": "All."}
    )
    return stage


def offered(stage: Stage, person: str) -> list[str]:
    """The buttons of somebody's card now."""
    rendered = stage.say(stage.last(ReportCard.topic, person))
    assert rendered is not None
    check_message(rendered)
    return [verb.removeprefix("report/") for verb in verbs_of(rendered)]


def says(stage: Stage, person: str, language: str = "en") -> str:
    return stage.words(ReportCard.topic, person, language)


def test_rep_3_each_finds_the_button_of_the_next_step_and_no_other(stage: Stage) -> None:
    assert offered(stage, "sam") == ["show", "edit", "submit"]
    stage.do(SubmitReport, "sam", report=REPORT)
    assert offered(stage, "sam") == ["show", "edit"]
    assert "Approval is asked for, of Sue Deputy and Hana Head" in says(stage, "sam")
    assert offered(stage, "tom") == offered(stage, "cid") == ["show", "approve", "return"]
    assert "Sam Delivery asks for your approval" in says(stage, "hana")
    assert "Approval is asked for, of Sue Deputy and Hana Head" in says(stage, "cid")
    stage.do(ApproveReport, "cid", report=REPORT)
    assert offered(stage, "cid") == ["show"]
    assert offered(stage, "sam") == ["show", "issue"]
    assert "Cid Cio has approved the report. Please issue it" in says(stage, "sam")
    stage.do(IssueReport, "sam", report=REPORT)
    for person in ("sam", "tom", "cid"):
        assert offered(stage, person) == ["show"]
        assert "Version 1 is issued." in says(stage, person)


def test_rep_3_who_is_to_approve_reads_the_report_there(stage: Stage) -> None:
    stage.do(SubmitReport, "sam", report=REPORT)
    rendered = stage.say(stage.last(ReportCard.topic, "hana"))
    assert "A plug was pulled." in str(rendered.blocks if rendered else "")
    told = stage.say(stage.last(ReportCard.topic, "cid"))
    assert "A plug was pulled." not in str(told.blocks if told else ""), "in short: others decide"


def test_rep_3_the_owner_reads_why_it_was_sent_back(stage: Stage) -> None:
    stage.do(SubmitReport, "sam", report=REPORT)
    stage.do(SendBackReport, "hana", report=REPORT, reason="Who was hit?")
    assert "Hana Head does not approve the report yet: Who was hit?" in says(stage, "sam")
    assert offered(stage, "sam") == ["show", "edit", "submit"]
    assert offered(stage, "hana") == ["show"]
    assert "n’approuve pas encore le rapport" in says(stage, "sam", "fr")


def test_rep_3_who_had_approved_reads_who_changed_it(stage: Stage) -> None:
    stage.do(SubmitReport, "sam", report=REPORT)
    stage.do(ApproveReport, "tom", report=REPORT)
    stage.do(EditReport, "sue", report=REPORT, sections={"impact": "Everybody"})
    (told,) = [e for e in stage.effects(ReportCard.topic) if e.facts.get("changed_by")]
    rendered = stage.say(told)
    assert rendered is not None
    assert "Sue Deputy has changed the report since your approval" in rendered.text


def test_rep_3_without_a_cause_its_approval_is_not_offered_yet(stage: Stage) -> None:
    stage.do(EditReport, "sam", report=REPORT, sections={"cause": ""})
    assert offered(stage, "sam") == ["show", "edit"]
    assert "the cause first" in says(stage, "sam")


def test_rep_4_after_a_preliminary_version_the_card_says_so(stage: Stage) -> None:
    stage.wait(hours=30)
    assert "Version 1 went out as preliminary, not approved" in says(stage, "sam")
    assert offered(stage, "sam") == ["show", "edit", "submit"]


def test_inc_x_while_the_incident_is_open_again_nothing_is_to_be_done(stage: Stage) -> None:
    stage.do(SubmitReport, "sam", report=REPORT)
    stage.do(ReopenIncident, "rita", incident="INC-0001", reason="It fails again")
    assert "INC-0001 is open again; the report REP-0001 waits" in says(stage, "tom")
    assert offered(stage, "tom") == ["show", "edit"]


def test_rep_2_the_card_says_who_asked_for_the_report(stage: Stage) -> None:
    assert "Sam Delivery has asked for this report: Mail is down" in says(stage, "sam")


async def test_rep_3_by_clicking_what_the_report_lacks_is_asked_about_in_a_form() -> None:
    stage = Stage()
    life(stage, "Mail is down")
    assert "Nothing is said yet of: Impact." in says(stage, "sam")
    counter = Counter(stage)
    form = await counter.clicked("sam", "report/submit", REPORT)
    assert isinstance(form, OpenForm)
    assert "says nothing yet of: Impact" in str(form.view)
    await counter.clicked("sam", "report/submit", REPORT, reason="It was a test bench")
    words = says(stage, "hana")
    assert "Sam Delivery asks for your approval" in words
    assert "Its approval is asked for as it is: It was a test bench" in words


def closed_cell() -> Stage:
    """A cell that Sam and Hana led about a priority 1 which goes on; its report is REP-0001."""
    stage = Stage()
    incident = opened(stage)
    stage.do(TakeIncident, "ned", incident=incident)
    cell = stage.do(AskCrisis, "sam", reason="all is down", incident=incident)
    stage.do(AcceptCrisis, "hana", crisis=cell)
    for lead in ("sam", "hana"):
        stage.do(CloseCrisis, lead, crisis=cell)
    return stage


def test_cri_11_the_coordinators_read_that_they_write_it_together_and_who_approves() -> None:
    stage = closed_cell()
    assert "Nothing is said yet of: Cause, What restored the service and Impact." in says(
        stage, "sam"
    )
    assert "Sam Delivery and Hana Head write it together" in says(stage, "hana")
    assert "n’a pas écrit en dernier" in says(stage, "hana", "fr")
    stage.do(EditReport, "sam", report=REPORT, sections={"impact": "All."})
    said = {"cause": "A plug was pulled.", "cure": "Plugged in."}
    stage.do(EditReport, "hana", report=REPORT, sections=said)
    stage.do(SubmitReport, "hana", report=REPORT)
    assert "Hana Head asks for your approval" in says(stage, "sam")
    assert offered(stage, "sam") == ["show", "approve", "return"]
    stage.do(ApproveReport, "sam", report=REPORT)
    assert offered(stage, "sam") == ["show", "issue"]


def test_cri_11_the_cells_report_says_when_it_met_and_that_its_incident_goes_on() -> None:
    stage = closed_cell()
    report = stage.memory.get(kinds.REPORT, "acme", REPORT)
    facts = reports.facts_of(stage.memory, Context(now=stage.now, contract=stage.contract), report)
    for language, title, on in (
        ("en", "Report of the crisis cell", "INC-0001 (in progress), which goes on"),
        ("fr", "Rapport de la cellule de crise", "dont le traitement se poursuit"),
    ):
        texts = Texts.of(language, stage.contract.zone)
        written = render_markdown(report, facts, texts)
        for words in (title, on, texts("Asked for by"), texts("Opened"), texts("Closed")):
            assert words in written, words
        assert on in render_html(report, facts, texts)
    lone = replace(facts, cells=(), title="Rapport d'incident")
    assert title_of(lone, Texts.of("en", stage.contract.zone)) == "Incident report"

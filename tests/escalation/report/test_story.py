"""Whole stories by command, from an opening to the report of both firms (REP-1 to REP-4, CRI-9)."""

from __future__ import annotations

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

from escalation.decision.commands.crisis import CloseCrisis, Decide, RecordBriefing
from escalation.decision.commands.incident import (
    AddNote,
    CloseIncident,
    ResolveIncident,
    VerifyIncident,
)
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.decision.commands.report import ApproveReport, IssueReport
from escalation.decision.context import Context
from escalation.messages.report import ReportCard
from escalation.perform.practices.reports import facts_of
from escalation.records.kinds import REPORT
from escalation.records.report import Issue, Report, ReportState
from escalation.report.issuing import digest
from handlers.report.document import render_html, render_markdown
from handlers.words.texts import Texts
from store.schema.kinds import stored
from tests.escalation.crisis.story import Cell


def closed_incident(cell: Cell, incident: str) -> None:
    """Resolved, verified by the requester, closed."""
    for by, command in (
        ("tom", ResolveIncident(contract="acme", by="tom", incident=incident, cause_gone=True,
                                  cause="A certificate expired.", cure="It was renewed.")),
        ("rita", VerifyIncident(contract="acme", by="rita", incident=incident, fixed=True)),
        ("sam", CloseIncident(contract="acme", by="sam", incident=incident)),
    ):  # fmt: skip
        assert command.by == by
        cell.wait(minutes=5)
        cell.memory.do(command, cell.now)


def story(*, crisis_closes_first: bool) -> Cell:
    """A priority 1 that became a crisis; both are over."""
    cell = Cell()
    incident = cell.incident(by="rita")
    cell.wait(minutes=2)
    cell.memory.do(AcknowledgePing(contract="acme", by="tom", incident=incident), cell.now)
    cell.opened(incident=incident)
    cell.joined("dan", "cid", "sam", "hana")
    cell.do(Decide, "hana", text="Switch to the spare")
    if not crisis_closes_first:
        closed_incident(cell, incident)
    cell.do(CloseCrisis, "sam")
    cell.do(CloseCrisis, "hana")
    if crisis_closes_first:
        closed_incident(cell, incident)
    return cell


def of_incident(cell: Cell) -> Report:
    """The incident's own report."""
    report: Report = cell[cell["INC-0001"].report]
    return report


def test_cri_11_incident_and_cell_have_a_report_each_whichever_closes_first() -> None:
    for crisis_closes_first in (True, False):
        cell = story(crisis_closes_first=crisis_closes_first)
        reports = cell.memory.list(REPORT, "acme", open_only=False)
        assert {(r.incident, r.of_cell) for r in reports} == {("INC-0001", False), (None, True)}
        assert cell.crisis.report
        report, own = of_incident(cell), cell[cell.crisis.report]
        assert report.deadline == cell["INC-0001"].closed_at + timedelta(hours=24)
        assert own.deadline == cell.crisis.closed_at + timedelta(hours=24)
        assert own.writers == ("sam", "hana")
        assert "Switch to the spare" in own.sections.actions


def issued(cell: Cell) -> Issue:
    """The report, approved and issued."""
    report = of_incident(cell)
    command = ApproveReport(contract="acme", by="sue", report=report.id)
    cell.memory.do(command, cell.now)
    cell.memory.do(IssueReport(contract="acme", by="sam", report=report.id), cell.now)
    report = of_incident(cell)
    assert report.state is ReportState.ISSUED
    return report.issues[-1]


def test_rep_3_the_report_tells_the_whole_story_in_both_languages() -> None:
    cell = story(crisis_closes_first=True)
    issue = issued(cell)
    assert issue.facts.approved_by == "Sue Deputy"
    assert [call.person for call in issue.facts.calls if call.acknowledged_at] == [
        "Tom Leader",
        "Hana Head",
    ]
    told = [moment.action for moment in issue.facts.moments]
    assert told[0] == "incident.opened"
    assert told.count("crisis.opened") == 1
    assert told[-1] == "incident.closed"
    report = of_incident(cell)
    for language in ("en", "fr"):
        texts = Texts.of(language, ZoneInfo("Europe/Paris"))
        page = render_html(report, issue.facts, texts, issue=issue)
        assert "Switch to the spare" in page
        assert "Tom Leader" in render_markdown(report, issue.facts, texts, issue=issue)


def test_con_3_what_was_issued_comes_back_from_the_database_as_it_was() -> None:
    cell = story(crisis_closes_first=False)
    issue = issued(cell)
    report = of_incident(cell)
    body = stored(REPORT).body(report)
    assert json.loads(body)["issues"][0]["facts"]["incident"]["id"] == "INC-0001"
    assert stored(REPORT).read(body) == report
    assert digest(stored(REPORT).read(body).issues[0]) == digest(issue)


def test_rep_1_a_crisis_that_was_withdrawn_owes_nothing() -> None:
    cell = Cell()
    incident = cell.incident(component="mail", severity=3)
    cell.ask(incident=incident)
    cell.do(CloseCrisis, "sam")
    cell.wait(minutes=1)
    cell.memory.do(
        ResolveIncident(contract="acme", by="tom", incident=incident, cause_gone=True), cell.now
    )
    cell.memory.do(VerifyIncident(contract="acme", by="sam", incident=incident, fixed=True),
                   cell.now)  # fmt: skip
    cell.memory.do(CloseIncident(contract="acme", by="sam", incident=incident), cell.now)
    assert not cell.memory.list(REPORT, "acme", open_only=False)


def test_con_2_what_a_firm_told_its_own_people_stays_out_of_the_report() -> None:
    cell = Cell()
    incident = cell.incident(by="rita")
    cell.opened(incident=incident)
    cell.memory.do(
        AddNote(contract="acme", by="tom", incident=incident, text="our own affair"), cell.now
    )
    cell.do(RecordBriefing, "sam", text="keep calm inside", audience="Provider Ltd")
    closed_incident(cell, incident)
    report = of_incident(cell)
    context = Context(now=cell.now, contract=cell.contract)
    facts = str(facts_of(cell.memory, context, report))
    assert "keep calm inside" not in facts
    assert "our own affair" not in facts
    assert cell.memory.told(ReportCard.topic)

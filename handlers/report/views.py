"""Views of what is told about reports (Rules REP-1 to REP-4)."""

from __future__ import annotations

from escalation.decision.context import Context
from escalation.messages.effects import Meaning
from escalation.messages.report import (
    ReportApprovalWithdrawn,
    ReportDrafted,
    ReportFile,
    ReportIssued,
    ReportReminder,
)
from escalation.perform.reports import facts_of
from escalation.records.report import Report, ReportState
from escalation.records.report_facts import ReportFacts
from handlers.incident.card import exercise_mark
from handlers.report.document import chunks, file_name, render_html, render_markdown
from handlers.words import blocks as b
from handlers.words.rendered import Block, File, Rendered
from handlers.words.texts import Texts
from handlers.words.view_context import ViewContext, Views


def heading(report: Report, texts: Texts) -> str:
    """Number and what it is about, in plain text."""
    mark = exercise_mark(texts, exercise=report.exercise)
    about = report.incident or report.crisis or ""
    return f"{mark}📄 {report.id} · {about}"


def told(context: ViewContext[Meaning], report: Report, sentence: str, *buttons: Block) -> Rendered:
    """A short message about a report."""
    head = b.plain(heading(report, context.texts))
    return b.short(head, sentence, *buttons)


def _buttons(context: ViewContext[Meaning], report: Report) -> list[Block]:
    texts, record = context.texts, (context.contract, report.id)
    shown = [
        b.button(texts("Show"), "report/show", *record),
        b.button(texts("Complete"), "report/edit", *record),
    ]
    if report.state is ReportState.DRAFT:
        shown.append(b.button(texts("Approve"), "report/approve", *record, style="primary"))
    elif report.state is ReportState.APPROVED:
        issue = b.asking(
            b.button(texts("Issue"), "report/issue", *record, style="primary"),
            texts("Issue the report?"),
            texts(
                "%(id)s goes out to the distribution list of both firms at once, and cannot be "
                "called back.",
                id=report.id,
            ),
            yes=texts("Issue"),
            no=texts("Not yet"),
        )
        shown.append(issue)
    return shown


def drafted(context: ViewContext[ReportDrafted]) -> Rendered | None:
    """To the owner: the draft is written (REP-3)."""
    report, texts = context.report(), context.texts
    if report.state is ReportState.ISSUED:
        return None
    sentence = texts(
        "The report is drafted from the record. Please complete it and have a second person "
        "approve it; it is due at %(due)s.",
        due=texts.clock(report.deadline, context.now),
    )
    return told(context, report, sentence, *_buttons(context, report))


def reminder(context: ViewContext[ReportReminder]) -> Rendered | None:
    """The deadline draws near (REP-4)."""
    report, texts = context.report(), context.texts
    if report.state is ReportState.ISSUED:
        return None
    if context.message.preliminary:
        sentence = texts(
            "Nobody had approved the report in time: it was issued as preliminary. Please have a "
            "second person approve it; it is then issued at once."
        )
    else:
        sentence = texts(
            "The report is due at %(due)s and is not issued yet.",
            due=texts.clock(report.deadline, context.now),
        )
    return told(context, report, sentence, *_buttons(context, report))


def approval_withdrawn(context: ViewContext[ReportApprovalWithdrawn]) -> Rendered | None:
    """To whoever approved: the report was changed since."""
    report = context.report()
    if report.state is not ReportState.DRAFT:
        return None
    sentence = context.texts(
        "%(by)s has changed the report since your approval; it needs approval again.",
        by=context.name_of(context.message.by),
    )
    return told(context, report, sentence, *_buttons(context, report))


def issued(context: ViewContext[ReportIssued | ReportFile]) -> Rendered | None:
    """To one person of the list, or to a room: the report, with its HTML file (REP-1)."""
    report, texts = context.report(), context.texts
    if not report.issues:
        return None
    wanted = context.message.version
    issue = next((i for i in report.issues if i.version == wanted), report.issues[-1])
    deciding = Context(now=context.now, contract=context.reader.contract)
    facts = facts_of(context.tx, deciding, report)
    page = render_html(report, facts, texts, issue=issue)
    if issue.preliminary:
        sentence = texts(
            "Version %(version)s is issued as preliminary, not approved. The approved one follows.",
            version=issue.version,
        )
    else:
        sentence = texts("Version %(version)s is issued.", version=issue.version)
    rendered = told(context, report, sentence)
    file = File(
        name=file_name(report, issue),
        title=heading(report, texts),
        content=page.encode(),
    )
    return Rendered(text=rendered.text, blocks=rendered.blocks, file=file)


def report_blocks(report: Report, facts: ReportFacts, texts: Texts) -> list[Block]:
    """The whole report for the chat."""
    return [b.section(chunk) for chunk in chunks(render_markdown(report, facts, texts))]


VIEWS: Views = {
    ReportDrafted: drafted,
    ReportReminder: reminder,
    ReportApprovalWithdrawn: approval_withdrawn,
    ReportIssued: issued,
    ReportFile: issued,
}

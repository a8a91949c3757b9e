"""Views of what is told about reports (Rules REP-1 to REP-4)."""

from __future__ import annotations

from escalation.decision.context import Context
from escalation.messages.effects import Meaning
from escalation.messages.report import (
    ReportAsked,
    ReportCard,
    ReportFile,
    ReportIssued,
    ReportNotShown,
)
from escalation.perform.practices.reports import facts_of
from escalation.records.kinds import INCIDENT
from escalation.records.report import Issue, Report
from escalation.records.report_facts import ReportFacts
from handlers.incident.card import heading as incident_heading
from handlers.report.card import card, heading
from handlers.report.document import chunks, file_name, page_of, render_markdown
from handlers.words import blocks as b
from handlers.words.rendered import Block, File, Rendered
from handlers.words.texts import Texts
from handlers.words.view_context import Told, ViewContext, Views


def told(context: ViewContext[Meaning], report: Report, sentence: str, *buttons: Block) -> Rendered:
    """A short message about a report."""
    head = b.plain(heading(report, context.texts))
    return b.short(head, sentence, *buttons)


def asked(context: ViewContext[ReportAsked]) -> Rendered | None:
    """To whoever has an incident in hand: a report on it is asked for (REP-2)."""
    incident, texts = context.incident(), context.texts
    if incident.state in INCIDENT.over:
        return None
    sentence = texts(
        "%(by)s asks for a report on this incident; it is drafted when the incident is over: "
        "%(reason)s",
        by=context.name_of(context.message.by),
        reason=b.plain(context.message.reason),
    )
    return b.short(b.plain(incident_heading(incident, texts)), sentence)


def issued(context: ViewContext[ReportIssued | ReportFile]) -> Rendered | None:
    """To one person of the list, or to a room: the report, with its HTML file (REP-1)."""
    report, texts = context.report(), context.texts
    if not report.issues:
        return None
    wanted = context.message.version
    issue = next((i for i in report.issues if i.version == wanted), report.issues[-1])
    deciding = Context(now=context.now, contract=context.reader.contract)
    facts = facts_of(context.tx, deciding, report)
    page = page_of(report, facts, texts, context.reader.contract, issue=issue)
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


def not_shown(context: ViewContext[ReportNotShown]) -> Rendered:
    """To whoever writes it: a room did not get it, for not everybody there may read it."""
    texts, message = context.texts, context.message
    sentence = texts(
        "Version %(version)s is not posted in %(room)s: not everybody there may read it.",
        version=message.version,
        room=b.plain(context.reader.contract.channel_of(message.room.name) or message.room.name),
    )
    if message.to:
        names = context.names_of(message.to)
        sentence += " " + texts("In person it went to: %(names)s", names=names)
    return told(context, context.report(), sentence)


def report_blocks(
    report: Report, facts: ReportFacts, texts: Texts, *, issue: Issue | None = None
) -> list[Block]:
    """The whole report for the chat, or a version of it that was issued."""
    written = render_markdown(report, facts, texts, issue=issue)
    return [b.section(chunk) for chunk in chunks(written)]


VIEWS: Views = {
    ReportNotShown: not_shown,
    ReportCard: card,
    ReportAsked: asked,
    ReportIssued: issued,
    ReportFile: issued,
}
TOLD: Told = {Report: told}

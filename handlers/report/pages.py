"""Looking at reports."""

from __future__ import annotations

from escalation.base.refusals import BadValue
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.practices.reports import facts_of
from escalation.records.kinds import REPORT
from escalation.records.report import Issue, Report, ReportState
from escalation.records.report_facts import ReportFacts
from handlers.application import Application
from handlers.incident.pages import contract_of
from handlers.report.card import Seen, heading
from handlers.report.views import report_blocks
from handlers.verbs.pages import Page, listed_records, record_row
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg

STATES = {
    ReportState.DRAFT: msg("draft"),
    ReportState.APPROVED: msg("approved, to be issued"),
    ReportState.ISSUED: msg("issued"),
    ReportState.MERGED: msg("merged"),
}


async def listing(application: Application, invocation: Invocation) -> Rendered:
    """A page of the reports that are due, the earliest deadline first."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    found = await application.read(lambda tx: tx.list(REPORT, invocation.contract.id))
    seen = [r for r in found if rights.visible(invocation.contract, me, r)]
    if not seen:
        return Rendered(text=texts("No report is due."), in_place=invocation.turns_page)
    page = Page.of(invocation.number("page"), len(seen))
    rows = [
        record_row(
            texts(
                "%(heading)s · %(state)s · due by %(due)s",
                heading=b.plain(heading(report, texts)),
                state=texts(STATES[report.state]),
                due=texts.clock(report.deadline, invocation.now),
            ),
            "report/show",
            report,
            texts,
        )
        for report in page.cut(seen)
    ]
    title = texts.n("%(n)s report is due", "%(n)s reports are due", len(seen))
    return listed_records(invocation, title, rows, page)


async def show(application: Application, invocation: Invocation) -> Rendered:
    """A report, or a version of it that was issued, and what the reader can do with it."""
    texts, number = invocation.caller.texts, invocation.number("version")

    def look(tx: Transaction) -> tuple[Report, Issue | None, ReportFacts, Seen]:
        report = tx.get(REPORT, invocation.contract.id, invocation.subject)
        if not rights.visible(invocation.contract, invocation.caller.person.id, report):
            raise REPORT.not_found(invocation.subject)
        issue = next((each for each in report.issues if each.version == number), None)
        if number is not None and issue is None:
            known = [str(each.version) for each in report.issues]
            raise BadValue("unknown_version", id=report.id, version=number, known=known)
        context = Context(now=invocation.now, contract=contract_of(tx, report, invocation))
        reader = invocation.caller.person.id
        seen = Seen.by(tx, report, context.contract, reader, texts, invocation.now)
        return report, issue, facts_of(tx, context, report), seen

    report, issue, facts, seen = await application.read(look)
    shown = report_blocks(report, facts, texts, issue=issue)
    return Rendered(
        text=b.plain(heading(report, texts)), blocks=[*shown, b.actions(*seen.buttons())]
    )

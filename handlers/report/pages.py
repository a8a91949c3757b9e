"""Looking at reports."""

from __future__ import annotations

from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.reports import facts_of
from escalation.records.kinds import REPORT
from escalation.records.report import Report, ReportState
from escalation.records.report_facts import ReportFacts
from handlers.application import Application
from handlers.incident.pages import contract_of
from handlers.report.views import heading, report_blocks
from handlers.verbs.pages import Page, listed
from handlers.verbs.verb import Ask
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg

STATES = {
    ReportState.DRAFT: msg("draft"),
    ReportState.APPROVED: msg("approved, to be issued"),
    ReportState.ISSUED: msg("issued"),
}


async def listing(application: Application, ask: Ask) -> Rendered:
    """A page of the reports that are due, the earliest deadline first."""
    texts, me = ask.caller.texts, ask.caller.person.id
    found = await application.read(lambda tx: tx.list(REPORT, ask.contract.id))
    seen = [r for r in found if rights.visible(ask.contract, me, r)]
    if not seen:
        return Rendered(text=texts("No report is due."), in_place=ask.turns_page)
    page = Page.of(ask.number("page"), len(seen))
    lines = [
        texts(
            "%(heading)s · %(state)s · due at %(due)s",
            heading=b.plain(heading(report, texts)),
            state=texts(STATES[report.state]),
            due=texts.clock(report.deadline, ask.now),
        )
        for report in page.cut(seen)
    ]
    title = texts.n("%(n)s report is due", "%(n)s reports are due", len(seen))
    return listed(ask, title, lines, page)


async def show(application: Application, ask: Ask) -> Rendered:
    """A report as it stands."""
    texts = ask.caller.texts

    def look(tx: Transaction) -> tuple[Report, ReportFacts]:
        report = tx.get(REPORT, ask.contract.id, ask.subject)
        if not rights.visible(ask.contract, ask.caller.person.id, report):
            raise REPORT.not_found(ask.subject)
        context = Context(now=ask.now, contract=contract_of(tx, report, ask))
        return report, facts_of(tx, context, report)

    report, facts = await application.read(look)
    return Rendered(
        text=b.plain(heading(report, texts)), blocks=report_blocks(report, facts, texts)
    )

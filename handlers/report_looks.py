"""Looking at reports."""

from __future__ import annotations

from escalation import authority
from escalation.kinds import REPORT
from escalation.ports import Transaction
from escalation.report import Report, ReportState
from escalation.reporting_facts import ReportFacts
from escalation.turn import Turn
from escalation.usecases.reports import facts_of
from handlers import blocks as b
from handlers.front import Front
from handlers.incident_looks import contract_of
from handlers.pages import Page, listed
from handlers.rendered import Rendered
from handlers.report_views import heading, report_blocks
from handlers.texts import msg
from handlers.verbs import Ask

STATES = {
    ReportState.DRAFT: msg("draft"),
    ReportState.APPROVED: msg("approved, to be issued"),
    ReportState.ISSUED: msg("issued"),
}


async def listing(front: Front, ask: Ask) -> Rendered:
    """A page of the reports that are due, the earliest deadline first."""
    texts, me = ask.caller.texts, ask.caller.person.id
    found = await front.read(lambda tx: tx.list(REPORT, ask.contract.id))
    seen = [r for r in found if authority.visible(ask.contract, me, r)]
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


async def show(front: Front, ask: Ask) -> Rendered:
    """A report as it stands."""
    texts = ask.caller.texts

    def look(tx: Transaction) -> tuple[Report, ReportFacts]:
        report = tx.get(REPORT, ask.contract.id, ask.subject)
        if not authority.visible(ask.contract, ask.caller.person.id, report):
            raise REPORT.not_found(ask.subject)
        turn = Turn(now=ask.now, contract=contract_of(tx, report, ask))
        return report, facts_of(tx, turn, report)

    report, facts = await front.read(look)
    return Rendered(
        text=b.plain(heading(report, texts)), blocks=report_blocks(report, facts, texts)
    )

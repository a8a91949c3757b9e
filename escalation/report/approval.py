"""A report is completed, and approved by a second person, who may refuse to (Rule REP-3).

Of each firm whoever decides is asked, with the report; others who may are told. The first who
answers answers for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.report import ReportAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.people import roles as w
from escalation.records.report import Report, ReportState, Sections
from escalation.report.cards import owners, update_cards, willing

SECTIONS = tuple(field.name for field in fields(Sections))
EXPECTED = ("cure", "impact")  # besides the cause; without them it goes on with a reason
DECIDERS = (
    w.DELIVERY_MANAGER,
    w.INCIDENT_MANAGER,
    w.TEAM_LEADER,
    w.SERVICE_OWNER,
    w.CIO,
    w.QUALITY_MANAGER,
)


def edit(context: Context, report: Report, sections: Mapping[str, str]) -> Report:
    """Complete sections. What was approved is no longer; what was issued gets a next version.

    Whoever was asked for their approval, and writes, leaves it to another of their firm.
    """
    _require_its_own(report)
    changed: dict[str, str] = {}
    for section, text in sections.items():
        if section not in SECTIONS:
            raise BadValue("unknown_section", section=section, known=list(SECTIONS))
        cleaned = user_text.optional(text)
        if cleaned != getattr(report.sections, section):
            changed[section] = cleaned
    if not changed:
        return report
    was = report.state
    giver = report.approved_by if was is ReportState.APPROVED else None
    report = withdrawn(context, report)
    context.record(report.id, ReportAction.EDITED, sections=list(changed), **changed)
    report = replace(
        report,
        sections=replace(report.sections, **changed),
        edited_by=(*(p for p in report.edited_by if p != context.actor), context.actor),
    )
    anew: tuple[str, ...] = () if was is ReportState.DRAFT else owners(context, report)
    if report.submitted_at is not None and context.actor in report.asked:  # they do not decide now
        before, asked = report.asked, approvers(context, report)
        report = replace(report, asked=asked, submitted_at=report.submitted_at if asked else None)
        anew = tuple(person for person in asked if person not in before)
    return update_cards(context, report, anew=anew, withdrawn_from=giver)


def submit(context: Context, report: Report, reason: str = "") -> Report:
    """Ask those who decide; the author of a report has it approved by a click (REP-3).

    What it lacks is said first; it goes on without that with a reason (CON-5).
    """
    _require_draft(report)
    if report.submitted_at is not None:
        raise AlreadyDone("already_submitted", id=report.id, people=list(report.asked))
    _require_complete(report)
    asked = approvers(context, report)
    if not asked:
        raise NotNow("nobody_approves", id=report.id)
    lacks, reason = list(lacking(report)), user_text.optional(reason)
    if lacks and not reason:
        raise BadValue("report_lacks", id=report.id, missing=lacks, field="reason")
    reason = reason if lacks else ""
    context.record(
        report.id, ReportAction.SUBMITTED,
        people=list(asked), missing=lacks or None, reason=reason or None,
    )  # fmt: skip
    report = replace(
        report, submitted_at=context.now, submitted_by=context.actor, asked=asked, lacks_for=reason,
        returned_by=None, returned_for="",
    )  # fmt: skip
    return update_cards(context, report, anew=second_readers(context, report))


def lacking(report: Report) -> tuple[str, ...]:
    """List which of the sections that every report is to have are empty (Rule REP-3)."""
    return tuple(name for name in EXPECTED if not getattr(report.sections, name))


def approve(context: Context, report: Report) -> Report:
    """A second person approves, who has not written it: see `written_by` (Rule REP-3)."""
    _require_draft(report)
    _require_second(context, report)
    _require_complete(report)
    context.record(report.id, ReportAction.APPROVED)
    report = replace(
        report, state=ReportState.APPROVED, approved_by=context.actor, approved_at=context.now
    )
    return update_cards(context, report, anew=owners(context, report))


def send_back(context: Context, report: Report, reason: str) -> Report:
    """Do not approve: the report goes back to its owner, with the reason (Rules REP-3, CON-5)."""
    _require_draft(report)
    _require_second(context, report)
    reason = user_text.required(reason)
    context.record(report.id, ReportAction.SENT_BACK, reason=reason)
    report = replace(report, submitted_at=None, returned_by=context.actor, returned_for=reason)
    return update_cards(context, report, anew=owners(context, report))


def approvers(context: Context, report: Report) -> tuple[str, ...]:
    """List who is asked to approve: of each firm, of those who are there, whoever decides first.

    Of a cell's report the coordinator who has not written last (Rule CRI-11).
    """
    there = second_readers(context, report)
    if others := [p for p in report.coordinators if report.of_cell and p in there]:
        return tuple(others)
    found = []
    for firm in (PROVIDER, CLIENT):
        cases = [
            w.Case(contract=context.contract, person=person, record=report, at=context.now)
            for person in map(context.contract.person, there)
            if person.organisation == firm
        ]
        ranked = (case.person.id for who in DECIDERS for case in cases if who.fits(case))
        found += [*ranked][:1]
    return tuple(found) or there


def second_readers(context: Context, report: Report) -> tuple[str, ...]:
    """Everybody who may approve and has not written it, or stands in; the absent left out."""
    contract, now = context.contract, context.now
    may = [p.id for p in contract.people if may_approve(contract, report, p.id, at=now)]
    present = [p for p in may if availability.present(contract, p, now)]
    return willing(contract, present or may, exercise=report.exercise)


def may_approve(
    contract: Contract, report: Report, person: str, *, at: datetime | None = None
) -> bool:
    """Tell whether somebody is a second person who may approve; `at` lets stand-ins count."""
    if not contract.knows(person) or person in written_by(report):
        return False
    case = w.Case(contract=contract, person=contract.person(person), record=report, at=at)
    return any(who.fits(case) for who in w.APPROVERS)


def written_by(report: Report) -> frozenset[str]:
    """List who wrote the report, and so cannot approve it.

    The coordinators write a cell's report together: of them only whoever wrote last (Rule CRI-11).
    """
    wrote = frozenset({report.owner, *report.edited_by})
    if not report.of_cell:
        return wrote
    both = report.coordinators
    last = next((p for p in reversed(report.edited_by) if p in both), report.owner)
    return wrote - frozenset(both) | {last}


def withdrawn(context: Context, report: Report) -> Report:
    """A draft again: an approval given for other words, or asked for, is taken back."""
    if report.state is ReportState.DRAFT:
        return report
    if report.state is ReportState.APPROVED:
        context.record(report.id, ReportAction.APPROVAL_WITHDRAWN, person=report.approved_by)
    return replace(
        report,
        state=ReportState.DRAFT,
        approved_by=None,
        approved_at=None,
        submitted_at=None,
        edited_by=() if report.state is ReportState.ISSUED else report.edited_by,
    )


def _require_draft(report: Report) -> None:
    if report.state is ReportState.ISSUED:
        raise AlreadyDone("already_issued", id=report.id, version=report.issues[-1].version)
    if report.state is ReportState.APPROVED:
        raise AlreadyDone("already_approved", id=report.id, by=report.approved_by)
    _require_its_own(report)


def _require_its_own(report: Report) -> None:
    """Refuse to go on with a report that was merged into another."""
    if report.state is ReportState.MERGED:
        raise NotNow("report_merged", id=report.id, into=report.merged_into)


def _require_second(context: Context, report: Report) -> None:
    if context.actor in {*written_by(report), ESCALADE}:
        raise NotAllowed("own_report", id=report.id, owner=report.owner)


def _require_complete(report: Report) -> None:
    if not report.sections.cause:
        raise NotNow("report_incomplete", id=report.id, missing=["cause"])

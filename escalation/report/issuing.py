"""Sending a report: to the list, or at the last moment (Rules REP-1, REP-3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from escalation.base.evolve import replace
from escalation.base.journal_actions.report import ReportAction
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.base.timer_names.report import LastMoment
from escalation.contract import PROVIDER, Contract
from escalation.decision.context import Context
from escalation.messages.destinations import Destination
from escalation.messages.report import ReportFile, ReportIssued, ReportNotShown
from escalation.records.report import Issue, Report, ReportState
from escalation.records.report_facts import ReportFacts
from escalation.report import reminding
from escalation.report.cards import notify, owners, update_cards, willing
from escalation.report.readers import Places, in_person


def recipients(contract: Contract, report: Report) -> tuple[str, ...]:
    """The distribution list (Rule REP-1); of a cell's report, where it has one, its own (CRI-9)."""
    exercise, roles = report.exercise, contract.report.provider_roles
    if report.of_cell and contract.crisis.report_list:
        return willing(contract, contract.crisis.report_list, exercise=exercise)
    held = (p.id for role in roles for p in contract.holders(role, PROVIDER))
    everybody = dict.fromkeys((*contract.report.client_list, *held))
    return willing(contract, everybody, exercise=exercise)


def issue(context: Context, report: Report, *, facts: ReportFacts, places: Places) -> Report:
    """Issue the approved report to the list, as its next version (Rules REP-1, REP-3)."""
    if report.state is ReportState.ISSUED:
        raise AlreadyDone("already_issued", id=report.id, version=report.issues[-1].version)
    if report.state is not ReportState.APPROVED:
        raise NotNow("not_approved", id=report.id)
    report = _issued(context, report, facts=facts, places=places, preliminary=False)
    report = replace(report, state=ReportState.ISSUED, alarms=report.alarms.clear_all())
    unaware = [p for p in owners(context, report) if p not in report.issues[-1].to]
    return update_cards(context, report, anew=unaware)


def issue_at_last(
    context: Context, report: Report, *, facts: ReportFacts, places: Places
) -> Report:
    """The last moment: the approved report goes out, or a preliminary one (Rule REP-3)."""
    report = replace(report, alarms=report.alarms.clear(LastMoment()))
    if report.state is ReportState.APPROVED:
        return issue(context, report, facts=facts, places=places)
    report = _issued(context, report, facts=facts, places=places, preliminary=True)
    report = reminding.arm_next(context, report, since=context.now)
    return update_cards(context, report, anew=owners(context, report))


def _issued(
    context: Context, report: Report, *, facts: ReportFacts, places: Places, preliminary: bool
) -> Report:
    to = recipients(context.contract, report)
    version = Issue(
        version=len(report.issues) + 1,
        at=context.now,
        preliminary=preliminary,
        sections=report.sections,
        to=to,
        approved_by=report.approved_by,
        facts=facts,
    )
    besides = willing(context.contract, places.people, exercise=report.exercise)
    besides = tuple(person for person in besides if person not in to)
    context.record(
        report.id,
        ReportAction.ISSUED,
        to=list(to),
        besides=list(besides) or None,
        approved_by=version.approved_by,
        digest=digest(version),
        version=version.version,
        preliminary=version.preliminary,
        incident=report.incident,
        crisis=report.crisis,
        due=report.deadline.isoformat(),
        exercise=report.exercise or None,
        late=int(context.late.total_seconds()) or None,
    )
    notify(context, report, ReportIssued(version=version.version), (*to, *besides))
    context.notify(ReportFile(version=version.version), report.id, *places.rooms)
    return replace(report, issues=(*report.issues, version), besides=besides)


def hold_back(
    context: Context, report: Report, *, version: int, room: Destination, people: Iterable[str]
) -> Report:
    """A room does not get that version: of these people, who may read it gets it in person.

    Each gets a version once, whatever rooms they are in. `people` are those whom Slack finds in the
    room; their right is asked here.
    """
    issue = next((each for each in report.issues if each.version == version), None)
    if issue is None:
        return report
    newest = issue is report.issues[-1]
    had = {*issue.to, *(report.besides if newest else ())}
    may = in_person(context.contract, report, room, people)
    to = tuple(p for p in willing(context.contract, may, exercise=report.exercise) if p not in had)
    context.record(
        report.id, ReportAction.HELD_BACK, version=version, room=str(room), people=list(to)
    )
    notify(context, report, ReportIssued(version=version), to)
    not_shown = ReportNotShown(version=version, room=room, to=to)
    notify(context, report, not_shown, owners(context, report))
    return replace(report, besides=(*report.besides, *to)) if newest else report


# what versions that were issued before did not say: their digests stay what the journal has
ADDED = (
    ("times", 1), ("last_at", None), ("monitoring", None), ("problems", ()), ("changes", ()),
    ("about", ""), ("about_state", ""),
)  # fmt: skip


def digest(version: Issue) -> str:
    """Work out the digest that the journal keeps of a version: nobody altered it (Rule CON-3)."""
    said = asdict(version, dict_factory=_as_first_written)
    content = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _as_first_written(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(field for field in fields if field not in ADDED)

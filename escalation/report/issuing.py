"""Sending a report: to the list, or at the last moment; reminding before (REP-1, REP-3, REP-4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from escalation.base.evolve import replace
from escalation.base.journal_actions.report import ReportAction
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.base.timer_names import report as t
from escalation.base.timer_names.report import LastMoment
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, Contract, Post
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.destinations import Destination
from escalation.messages.destinations import person as direct
from escalation.messages.effects import Message
from escalation.messages.report import ReportFile, ReportIssued, ReportReminder
from escalation.records.report import Issue, Report, ReportState
from escalation.records.report_facts import ReportFacts
from escalation.report.readers import Places, in_person

LADDER_TOP = 3  # reminders go up the provider's echelons 1, 2 and 3 (Rule REP-4)


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
    return replace(report, state=ReportState.ISSUED, alarms=report.alarms.clear_all())


def issue_at_last(
    context: Context, report: Report, *, facts: ReportFacts, places: Places
) -> Report:
    """The last moment: the approved report goes out, or a preliminary one (Rule REP-3)."""
    report = replace(report, alarms=report.alarms.clear(LastMoment()))
    if report.state is ReportState.APPROVED:
        return issue(context, report, facts=facts, places=places)
    report = _issued(context, report, facts=facts, places=places, preliminary=True)
    notify(context, report, ReportReminder(preliminary=True), [report.owner])
    return report


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
    return replace(report, besides=(*report.besides, *to)) if newest else report


# what versions that were issued before did not say: their digests stay what the journal has
ADDED = (("times", 1), ("last_at", None))


def digest(version: Issue) -> str:
    """What the journal remembers of a version: it proves that nobody altered it (Rule CON-3)."""
    said = asdict(version, dict_factory=_as_first_written)
    content = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _as_first_written(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(field for field in fields if field not in ADDED)


# ── reminding ────────────────────────────────────────────────────────────────────────────────


def remind(context: Context, report: Report, timer: Timer[t.ReportReminder]) -> Report:
    """Remind the owner; from the second time on also the next echelon up (Rule REP-4)."""
    report = replace(report, alarms=report.alarms.clear(timer.name))
    if report.state is not ReportState.DRAFT:
        return report
    number = timer.name.number
    to = list(report.writers)
    if not availability.present(context.contract, report.owner, context.now):
        stand_in = availability.stand_in(context.contract, report.owner, context.now)
        to += [stand_in] if stand_in else []
    above = [person for person in _ladder(context) if person not in to]
    if number > 1 and above:
        to.append(above[min(number - 2, len(above) - 1)])
    context.record(
        report.id,
        ReportAction.REMINDED,
        to=list(notify(context, report, ReportReminder(), to)),
        incident=report.incident,
        owner=report.owner,
        due=report.deadline.isoformat(),
        number=number,
        late=int(context.late.total_seconds()) or None,
        exercise=report.exercise or None,
    )
    return report


def _ladder(context: Context) -> tuple[str, ...]:
    """Whoever answers for the provider at echelons 1, 2 and 3, level by level."""
    levels = sorted(context.contract.echelons, key=lambda echelon: echelon.level)
    people: list[str] = []
    for echelon in levels:
        if echelon.level <= LADDER_TOP:
            post = Post(people=echelon.provider.people)  # paperwork wakes nobody on call
            people += availability.queue(context.contract, context.calendar, post, context.now)[:1]
    return tuple(dict.fromkeys(people))


def notify(
    context: Context, report: Report, message: Message, people: Iterable[str]
) -> tuple[str, ...]:
    """Tell these people; an exercise reaches only those who agreed to take part."""
    reached = willing(context.contract, dict.fromkeys(people), exercise=report.exercise)
    context.notify(message, report.id, *map(direct, reached))
    return reached


def willing(contract: Contract, people: Iterable[str], *, exercise: bool) -> tuple[str, ...]:
    """These people of the contract; in an exercise, those who agreed to drills (Rule CRI-10)."""
    return tuple(
        p for p in people if contract.knows(p) and (not exercise or contract.person(p).drills)
    )

"""The incident report: when it is owed, drafted, completed and approved (Rules REP-1 to REP-4).

The deadline is never missed. A report carries its timers: reminders before the deadline, then, a
margin before it, "report/preliminary": whatever is there goes out, approved or marked preliminary.
How it goes out stands in `issuing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from escalation.base import user_text
from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions.report import ReportAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.base.timer_names.report import LastMoment, ReportReminder
from escalation.contract import ESCALADE, PROVIDER, Contract
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.messages.report import ReportApprovalWithdrawn, ReportDrafted
from escalation.people import audience
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.report import Report, ReportState, Sections
from escalation.report.issuing import notify, willing

SECTIONS = tuple(field.name for field in fields(Sections))


def owed(incident: Incident) -> bool:
    """Whether a closed incident owes a report: ever priority 1, or a target missed (REP-1, REP-2).

    Lowered since, it still does (Rule INC-19).
    """
    return incident.ever_priority_1 or bool(incident.missed)


# ── drafting ─────────────────────────────────────────────────────────────────────────────────


def draft(
    context: Context,
    *,
    report_id: str,
    incident: Incident | None,
    crises: Sequence[Crisis],
    closure: datetime,
) -> Report:
    """The first draft, at closure; its deadline counts from there (Rules REP-1, REP-3)."""
    exercise = incident.exercise if incident else any(crisis.exercise for crisis in crises)
    report = Report(
        id=report_id,
        contract=context.contract.id,
        contract_version=context.contract.version,
        incident=incident.id if incident else None,
        crisis=crises[-1].id if crises else None,
        exercise=exercise,
        owner=_owner(context, incident, crises, exercise=exercise),
        coordinators=_coordinators(crises),
        drafted_at=context.now,
        deadline=_deadline(context, incident, closure),
        sections=_sections(context.contract, Sections(), incident, crises),
    )
    return _drafted(context, _scheduled(context, report))


def redraft(
    context: Context,
    report: Report,
    *,
    incident: Incident | None,
    crises: Sequence[Crisis],
    closure: datetime,
) -> Report:
    """The next draft of the same report, after a new closure: a new deadline, nothing lost."""
    report = _withdrawn(context, report)
    report = replace(
        report,
        contract_version=context.contract.version,
        incident=incident.id if incident else report.incident,
        crisis=crises[-1].id if crises else report.crisis,
        coordinators=tuple(dict.fromkeys((*report.coordinators, *_coordinators(crises)))),
        drafted_at=context.now,
        deadline=_deadline(context, incident, closure),
        sections=_sections(context.contract, report.sections, incident, crises),
    )
    return _drafted(context, _scheduled(context, report))


def _drafted(context: Context, report: Report) -> Report:
    """Note the draft, and tell its owner."""
    context.record(
        report.id,
        ReportAction.DRAFTED,
        owner=report.owner,
        incident=report.incident,
        crisis=report.crisis,
        due=report.deadline.isoformat(),
        version=len(report.issues) + 1,
        exercise=report.exercise or None,
    )
    notify(context, report, ReportDrafted(), report.writers)
    return report


def _deadline(context: Context, incident: Incident | None, closure: datetime) -> datetime:
    """When it is due, from the closing; a cell's by the contract's time for those (CRI-11)."""
    within = context.contract.report.within
    if incident is None:
        within = context.contract.crisis.report_within or within
    return context.calendar.after(closure, within)


def _owner(
    context: Context, incident: Incident | None, crises: Sequence[Crisis], *, exercise: bool
) -> str:
    """The incident manager: the assignee if they are one; else the first one present.

    Of a cell's report, whoever led the cell for the provider: with the client's they write it.
    """
    contract = context.contract
    if incident is None:
        return crises[-1].leads[PROVIDER]
    managers = willing(contract, audience.incident_managers(contract), exercise=exercise)
    if incident.assignee in managers:
        return incident.assignee
    present = [m for m in managers if availability.present(contract, m, context.now)]
    fallback = [incident.assignee] if incident.assignee else []
    post = min(contract.echelons, key=lambda echelon: echelon.level).provider
    return [*present, *managers, *fallback, *post.people][0]


def _sections(
    contract: Contract, kept: Sections, incident: Incident | None, crises: Iterable[Crisis]
) -> Sections:
    """What is known so far, behind what people wrote: their words are never lost."""
    cause, cure, impact, actions = kept.cause, kept.cure, kept.impact, kept.actions
    if incident is not None:
        cause = _joined(cause, incident.cause)
        cure = _joined(cure, incident.cure)
        impact = _joined(impact, incident.description)
    for crisis in crises:
        for resolution in crisis.resolutions:
            actions = _joined(actions, f"– {resolution.text}")
        for action in crisis.actions:
            owner = contract.name_of(action.owner)
            actions = _joined(actions, f"– {action.text}" + (f" ({owner})" if owner else ""))
    return replace(kept, cause=cause, cure=cure, impact=impact, actions=actions)


def _joined(kept: str, more: str) -> str:
    """The text with another paragraph, unless it is there already or the form could not hold it.

    Nothing is lost by that: the facts of the report state every decision and action.
    """
    longer = f"{kept}\n{more.strip()}".strip()
    return kept if more.strip() in kept or len(longer) > user_text.TEXT_LIMIT else longer


def _coordinators(crises: Iterable[Crisis]) -> tuple[str, ...]:
    """Who led the cells for each firm, and with the owner write the report (Rule CRI-9)."""
    leads = (person for c in crises for person in (c.leads or c.initiators).values())
    return tuple(dict.fromkeys(leads))


def _scheduled(context: Context, report: Report) -> Report:
    """Arm the reminders, and the last moment to issue (Rules REP-3, REP-4)."""
    rules, alarms = context.contract.report, report.alarms.clear_all()
    reminders = sorted(before(context.calendar, report.deadline, r) for r in rules.reminders)
    for number, due in enumerate(reminders, start=1):
        if due > context.now:
            alarms = alarms.set(ReportReminder(number), due)
    last = before(context.calendar, report.deadline, rules.preliminary_margin)
    return replace(report, alarms=alarms.set(LastMoment(), max(last, context.now)))


def before(calendar: Calendar, end: datetime, duration: Duration) -> datetime:
    """The latest instant, to the second, from which the duration ends by `end` (Rule CAL-3)."""
    far = max(duration.seconds, duration.days * 86400)
    while far and calendar.after(end - timedelta(seconds=far), duration) > end:
        far *= 2
    near = 0
    while near < far:
        middle = (near + far) // 2
        if calendar.after(end - timedelta(seconds=middle), duration) <= end:
            far = middle
        else:
            near = middle + 1
    return end - timedelta(seconds=far)


def suspend(context: Context, report: Report) -> Report:
    """The incident was opened again: nothing is due until it closes, which makes the next draft."""
    context.record(report.id, ReportAction.SUSPENDED, incident=report.incident)
    return replace(report, alarms=report.alarms.clear_all())


# ── completing and approving ─────────────────────────────────────────────────────────────────


def edit(context: Context, report: Report, sections: Mapping[str, str]) -> Report:
    """Complete sections. What was approved is no longer; what was issued gets a next version."""
    changed: dict[str, str] = {}
    for section, text in sections.items():
        if section not in SECTIONS:
            raise BadValue("unknown_section", section=section, known=list(SECTIONS))
        cleaned = user_text.optional(text)
        if cleaned != getattr(report.sections, section):
            changed[section] = cleaned
    if not changed:
        return report
    report = _withdrawn(context, report)
    context.record(report.id, ReportAction.EDITED, sections=list(changed), **changed)
    return replace(
        report,
        sections=replace(report.sections, **changed),
        edited_by=tuple(dict.fromkeys((*report.edited_by, context.actor))),
    )


def approve(context: Context, report: Report) -> Report:
    """A second person approves: neither the owner nor anybody who edited (Rule REP-3)."""
    if report.state is ReportState.ISSUED:
        raise AlreadyDone("already_issued", id=report.id, version=report.issues[-1].version)
    if report.state is ReportState.APPROVED:
        raise AlreadyDone("already_approved", id=report.id, by=report.approved_by)
    if context.actor in {report.owner, *report.edited_by, ESCALADE}:
        raise NotAllowed("own_report", id=report.id, owner=report.owner)
    if not report.sections.cause:
        raise NotNow("report_incomplete", id=report.id, missing=["cause"])
    context.record(report.id, ReportAction.APPROVED)
    return replace(
        report, state=ReportState.APPROVED, approved_by=context.actor, approved_at=context.now
    )


def _withdrawn(context: Context, report: Report) -> Report:
    """A draft again. An approval given for other words is taken back, and its giver told."""
    if report.state is ReportState.APPROVED and report.approved_by:
        context.record(report.id, ReportAction.APPROVAL_WITHDRAWN, person=report.approved_by)
        notify(context, report, ReportApprovalWithdrawn(by=context.actor), [report.approved_by])
    editors = () if report.state is ReportState.ISSUED else report.edited_by
    return replace(
        report,
        state=ReportState.DRAFT,
        approved_by=None,
        approved_at=None,
        edited_by=editors,
    )

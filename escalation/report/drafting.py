"""The incident report is drafted, and its timers armed (Rules REP-1 to REP-4).

The deadline is never missed. A report carries its timers: reminders before the deadline, then, a
margin before it, "report/preliminary": whatever is there goes out, approved or marked preliminary.
How it is approved stands in `approval`, how it goes out in `issuing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from escalation.base import user_text
from escalation.base.durations import Clock, Duration
from escalation.base.evolve import replace
from escalation.base.journal_actions.report import ReportAction
from escalation.base.timer_names.report import LastMoment, ReportReminder
from escalation.contract import PROVIDER, Contract
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.people import audience
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.report import Report, ReportState, Sections
from escalation.report.approval import withdrawn
from escalation.report.cards import owners, update_cards, willing
from escalation.report.owed import CRISIS, reasons

_HOUR = Duration(seconds=3600, clock=Clock.COVERAGE)


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
        owner=owner_of(context, incident, crises, exercise=exercise),
        coordinators=_coordinators(crises),
        **_owed(context, incident),
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
    giver = _giver(report)
    report = replace(
        withdrawn(context, report),
        submitted_at=None,
        moved_from=(),
        **_owed(context, incident),
        contract_version=context.contract.version,
        incident=incident.id if incident else report.incident,
        crisis=crises[-1].id if crises else report.crisis,
        coordinators=tuple(dict.fromkeys((*report.coordinators, *_coordinators(crises)))),
        drafted_at=context.now,
        deadline=_deadline(context, incident, closure),
        sections=_sections(context.contract, report.sections, incident, crises),
    )
    return _drafted(context, _scheduled(context, report), withdrawn_from=giver)


def _giver(report: Report) -> str | None:
    """Name who has approved what is about to change."""
    return report.approved_by if report.state is ReportState.APPROVED else None


def _owed(context: Context, incident: Incident | None) -> dict[str, Any]:
    """List why the report is owed, and who asked for it (Rule REP-2)."""
    if incident is None:
        return {"owed_for": (CRISIS,)}
    return {
        "owed_for": reasons(context.contract.report, incident),
        "asked_by": incident.report_asked_by,
        "asked_for": incident.report_asked_for,
    }


def _drafted(context: Context, report: Report, *, withdrawn_from: str | None = None) -> Report:
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
        owed_for=list(report.owed_for) or None,
    )
    return update_cards(
        context, report, anew=owners(context, report), withdrawn_from=withdrawn_from
    )


def _deadline(context: Context, incident: Incident | None, closure: datetime) -> datetime:
    """Work out when it is due, from the closing; a cell's by the time set for those (CRI-11)."""
    within = context.contract.report.within
    if incident is None:
        within = context.contract.crisis.report_within or within
    return context.calendar.after(closure, within)


def owner_of(
    context: Context, incident: Incident | None, crises: Sequence[Crisis], *, exercise: bool
) -> str:
    """The incident manager: the assignee if they are one; else the first one present.

    Of a cell's report, whoever led the cell for the provider, while the contract names them: with
    the client's they write it.
    """
    contract = context.contract
    managers = willing(contract, audience.incident_managers(contract), exercise=exercise)
    first = (incident.assignee if incident else crises[-1].leads[PROVIDER]) or ""
    if first in managers or (incident is None and contract.knows(first)):
        return first
    present = [m for m in managers if availability.present(contract, m, context.now)]
    fallback = [first] if first else []
    post = min(contract.echelons, key=lambda echelon: echelon.level).provider
    return [*present, *managers, *fallback, *post.people][0]


def _sections(
    contract: Contract, kept: Sections, incident: Incident | None, crises: Iterable[Crisis]
) -> Sections:
    """Put what is known so far behind what people wrote: their words are never lost."""
    cause, cure, impact, actions = kept.cause, kept.cure, kept.impact, kept.actions
    if incident is not None:
        cause = _joined(cause, incident.cause)
        cure = _joined(cure, incident.cure)
        impact = _joined(impact, incident.description)
    for crisis in crises:
        for resolution in crisis.resolutions:
            actions = _joined(actions, f"– {resolution.text}")
        for action in crisis.actions:
            owner, mark = contract.name_of(action.owner), "✅" if action.done_at else "–"
            stated = action.text + (f" ({owner})" if owner else "")
            if action.cancelled_at is None and stated not in actions:
                actions = _joined(actions, f"{mark} {stated}")
    return replace(kept, cause=cause, cure=cure, impact=impact, actions=actions)


def _joined(kept: str, more: str) -> str:
    """The text with another paragraph, unless it is there already or the form could not hold it.

    Nothing is lost by that: the facts of the report state every decision and action.
    """
    longer = f"{kept}\n{more.strip()}".strip()
    return kept if more.strip() in kept or len(longer) > user_text.TEXT_LIMIT else longer


def _coordinators(crises: Iterable[Crisis]) -> tuple[str, ...]:
    """List who led the cells for each firm, and with the owner write the report (Rule CRI-9)."""
    leads = (person for c in crises for person in (c.leads or c.initiators).values())
    return tuple(dict.fromkeys(leads))


def _scheduled(context: Context, report: Report) -> Report:
    """Arm the reminders, and the last moment to issue (Rules REP-3, REP-4)."""
    rules, alarms = context.contract.report, report.alarms.clear_all()
    moment = context.calendar.before(report.deadline, rules.preliminary_margin)
    for number, due in enumerate(_reminders(context, report.deadline, moment), start=1):
        alarms = alarms.set(ReportReminder(number), due)
    return replace(report, alarms=alarms.set(LastMoment(), max(moment, context.now)))


def _reminders(context: Context, deadline: datetime, moment: datetime) -> list[datetime]:
    """List when it is reminded of before the deadline, in working hours; those that meet are one.

    What falls outside them comes an hour before they end, the last one when they begin again: each
    the other way where that is past, or after the last moment. Where the deadline lies outside
    them itself, the last one stays where it is (Rule REP-4).
    """
    calendar, rules = context.calendar, context.contract.report
    wished = sorted(calendar.before(deadline, each) for each in rules.reminders)
    found: set[datetime] = set()
    for due in wished:
        at = [due]
        if not calendar.covered(due):
            last = due == wished[-1]
            at = [calendar.before(due, _HOUR), calendar.opens_at(calendar.coverage.hours, due)]
            if last:
                at = [at[1], at[0] if calendar.covered(deadline) else due]
        found.update([each for each in at if context.now < each < moment][:1])
    return sorted(found)


def merge(context: Context, report: Report, kept: Report) -> tuple[Report, Report]:
    """A duplicate's report goes into that on its original, with all that people wrote (INC-X).

    An approval of it was given for that one alone: it is withdrawn, and whoever gave it hears.
    """
    context.record(report.id, ReportAction.MERGED, into=kept.id)
    texts = {
        field.name: _joined(
            getattr(kept.sections, field.name), getattr(report.sections, field.name)
        )
        for field in fields(Sections)
    }
    wrote = tuple(dict.fromkeys((*kept.edited_by, *report.edited_by)))
    kept = replace(kept, sections=replace(kept.sections, **texts), edited_by=wrote)
    giver = _giver(report)
    report = replace(
        withdrawn(context, report),
        state=ReportState.MERGED,
        merged_into=kept.id,
        submitted_at=None,
        alarms=report.alarms.clear_all(),
    )
    report = update_cards(context, report, anew=owners(context, report), withdrawn_from=giver)
    return report, kept


def cause_said(context: Context, report: Report, before: str, cause: str) -> Report:
    """Let the draft say the cause as it is known by now, unless people wrote another (INC-11).

    What was approved with another cause, and is not out yet, needs approval again (REP-3).
    """
    open_yet = report.state in {ReportState.DRAFT, ReportState.APPROVED}
    if not open_yet or report.sections.cause not in {"", before}:
        return report
    giver, report = _giver(report), withdrawn(context, report)
    context.record(report.id, ReportAction.EDITED, sections=["cause"], cause=cause)
    report = replace(report, sections=replace(report.sections, cause=cause))
    return update_cards(context, report, anew=owners(context, report), withdrawn_from=giver)


def suspend(context: Context, report: Report) -> Report:
    """The incident was opened again: nothing is due until it closes, which makes the next draft.

    A report that was merged is itself again.
    """
    context.record(report.id, ReportAction.SUSPENDED, incident=report.incident)
    state = ReportState.DRAFT if report.state is ReportState.MERGED else report.state
    report = replace(report, state=state, merged_into=None, alarms=report.alarms.clear_all())
    return update_cards(context, report, anew=owners(context, report))

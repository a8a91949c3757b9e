"""A report is reminded of until the approved one is out (Rule REP-4)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal_actions.report import ReportAction
from escalation.base.timer_names.report import LastMoment, ReportReminder
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.ladder import overdue
from escalation.records.report import Report, ReportState
from escalation.report.approval import approvers
from escalation.report.cards import owners, update_cards, willing


def remind(context: Context, report: Report, timer: Timer[ReportReminder]) -> Report:
    """Remind the owner; from the second time on also the next rung of the ladder (REP-4, ESC-9).

    Where its approval is asked for, those who decide by now too. After a preliminary version it
    goes on, until the approved one is out.
    """
    report = replace(report, alarms=report.alarms.clear(timer.name))
    if report.state is not ReportState.DRAFT:
        return report
    number, to = timer.name.number, [*owners(context, report)]
    to += overdue.above(context, PROVIDER, number - 1, to)
    if report.submitted_at is not None:
        report = replace(report, asked=approvers(context, report))
        to += report.asked
    context.record(
        report.id,
        ReportAction.REMINDED,
        to=list(willing(context.contract, dict.fromkeys(to), exercise=report.exercise)),
        incident=report.incident,
        owner=report.owner,
        due=report.deadline.isoformat(),
        number=number,
        late=int(context.late.total_seconds()) or None,
        exercise=report.exercise or None,
    )
    if report.alarms.get(LastMoment()) is None:
        report = arm_next(context, report, since=timer.due, number=number + 1)
    return update_cards(context, report, anew=to)


def arm_next(context: Context, report: Report, *, since: datetime, number: int = 0) -> Report:
    """Arm the next reminder of a report that went out unapproved (Rule REP-4)."""
    rules = context.contract.report
    name = ReportReminder(number or len(rules.reminders) + 1)
    due = next_repeat(context, since, rules.overdue_every)
    return replace(report, alarms=report.alarms.set(name, due))

"""The report on an incident, where the incident ends, goes on, or is merged (REP-1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from escalation.base.evolve import replace
from escalation.decision.commands.incident import MergeIncident
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.perform.practices import reports
from escalation.perform.saving import save
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT, Record


def follow(tx: Transaction, context: Context, before: Record | None, after: Record) -> Record:
    """The report on an incident: drafted once it is over, by whatever step (REP-1, REP-2, INC-19).

    It waits where the incident is opened again (INC-X); on a duplicate none is owed, but on its
    original. What is known of the cause later stands in the draft (INC-11).
    """
    if not isinstance(before, Incident) or not isinstance(after, Incident):
        return after
    was_over, is_over = (each.state in INCIDENT.over for each in (before, after))
    if is_over and not was_over and after.state is not IncidentState.MERGED:
        return _draft(tx, context, after)
    if before.merged_into and not after.merged_into:
        after = _comes_back(tx, context, after, before.merged_into)
    elif was_over and not is_over and after.report:
        reports.suspend(tx, context, after.report)
    if was_over and is_over and after.report and before.cause != after.cause:
        reports.cause_said(tx, context, after.report, before.cause, after.cause)
    return after


def _comes_back(
    tx: Transaction, context: Context, duplicate: Incident, merged_into: str
) -> Incident:
    """Give a duplicate that is itself again its report back, and who asked for one (INC-X)."""
    original = tx.get(INCIDENT, duplicate.contract, merged_into)
    asked = (duplicate.report_asked_by, duplicate.report_asked_for)
    if duplicate.report_asked_by and asked == (original.report_asked_by, original.report_asked_for):
        original = replace(original, report_asked_by=None, report_asked_for="")
    if duplicate.report:
        reports.suspend(tx, context, duplicate.report)
    elif reports.move_back(tx, context, duplicate, original):
        duplicate = replace(duplicate, report=original.report)
        original = replace(original, report=None)
    tx.put(original)
    return duplicate


def _draft(
    tx: Transaction, context: Context, incident: Incident, *, due_from: datetime | None = None
) -> Incident:
    # Saved first, so that the draft reads the closing in the timeline.
    save(tx, context, incident)
    incident = tx.get(INCIDENT, incident.contract, incident.id)
    report = reports.draft_for_incident(tx, context, incident, due_from=due_from)
    return incident if report is None else replace(incident, report=report.id)


def asked(tx: Transaction, context: Context, incident: Incident, _: Any) -> Incident:
    """Draft at once a report that is asked for on an incident that is over (Rule REP-2)."""
    if incident.state not in INCIDENT.over:
        return incident
    return _draft(tx, context, incident, due_from=context.now)


def passes_on(
    tx: Transaction, context: Context, incident: Incident, command: MergeIncident
) -> Incident:
    """Owe on the original what was owed on a duplicate (Rules INC-X, REP-2)."""
    original = tx.get(INCIDENT, incident.contract, command.into)
    passed = replace(
        original,
        report=original.report or incident.report,
        report_asked_by=original.report_asked_by or incident.report_asked_by,
        report_asked_for=original.report_asked_for or incident.report_asked_for,
    )
    if passed != original:
        tx.put(passed)
    if incident.report and not original.report:
        reports.move(tx, context, incident.report, original.id)
        return replace(incident, report=None)
    if incident.report and original.report:
        reports.merge(tx, context, incident.report, original.report)
    return incident

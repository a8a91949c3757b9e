"""The report practice: its steps and its timers (Rules REP-1 to REP-4, CRI-9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.journal import Entry
from escalation.base.journal_actions.report import ReportAction
from escalation.base.refusals import NotNow
from escalation.base.timer_names.report import LastMoment, ReportReminder
from escalation.base.timer_names.timer_name import Timer
from escalation.decision.commands import report as c
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.people import roles as w
from escalation.perform.finding import duplicates
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import CHANGE, CRISIS, EVENT, INCIDENT, PROBLEM, REPORT
from escalation.records.report import Report, ReportState
from escalation.records.report_facts import ReportFacts
from escalation.report import approval, drafting, issuing, readers, reminding
from escalation.report.cards import update_cards
from escalation.report.gathering import gather
from escalation.report.owed import reasons

# ── drafting ─────────────────────────────────────────────────────────────────────────────────


def draft_for_incident(
    tx: Transaction, context: Context, incident: Incident, *, due_from: datetime | None = None
) -> Report | None:
    """The report owed at the closure of this incident, saved; None where none is owed.

    It is due from the closure on, unless it was asked for later. It states what the cells did that
    have closed by then; each has a report of its own (CRI-11).
    """
    if not incident.report and not reasons(context.contract.report, incident):
        return None
    crises = [cell for cell in _cells(tx, incident) if cell.state is CrisisState.CLOSED]
    report = tx.get(REPORT, incident.contract, incident.report) if incident.report else None
    closure = due_from or incident.closed_at or context.now
    return _written(tx, context, report, incident=incident, crises=crises, closure=closure)


def draft_for_crisis(tx: Transaction, context: Context, crisis: Crisis) -> Report:
    """The cell's own report, due after its closing, saved (Rules CRI-9, CRI-11)."""
    closure = crisis.closed_at or context.now
    return _written(tx, context, None, incident=None, crises=[crisis], closure=closure)


def _written(
    tx: Transaction,
    context: Context,
    report: Report | None,
    *,
    incident: Incident | None,
    crises: Sequence[Crisis],
    closure: datetime,
) -> Report:
    if report is None:
        report_id = tx.next_id(context.contract.id, REPORT.prefix)
        report = drafting.draft(
            context, report_id=report_id, incident=incident, crises=crises, closure=closure
        )
    else:
        report = drafting.redraft(
            context, report, incident=incident, crises=crises, closure=closure
        )
    tx.put(report)
    return report


def _cells(tx: Transaction, incident: Incident) -> list[Crisis]:
    """The cells that met about it or its duplicates, oldest first; exercises apart (CRI-10)."""
    about = (*duplicates(tx, incident), incident)
    numbers = sorted({number for each in about for number in each.crises})
    cells = [tx.get(CRISIS, incident.contract, number) for number in numbers]
    return [c for c in cells if c.opened_at is not None and c.exercise == incident.exercise]


def suspend(tx: Transaction, context: Context, report_id: str) -> None:
    """The report waits: its incident was opened again (Rule INC-X)."""
    report = tx.get(REPORT, context.contract.id, report_id)
    if report.state is not ReportState.ISSUED:
        tx.put(drafting.suspend(context, report))


def update(tx: Transaction, context: Context, report_id: str) -> None:
    """Find whoever is asked to approve the report reads it as it stands now (Rule REP-3)."""
    report = tx.get(REPORT, context.contract.id, report_id)
    if report.state is ReportState.DRAFT and report.submitted_at is not None:
        tx.put(update_cards(context, report))


def cause_said(tx: Transaction, context: Context, report_id: str, before: str, cause: str) -> None:
    """Let the draft say what is known of the cause since (Rules INC-11, REP-3)."""
    report = tx.get(REPORT, context.contract.id, report_id)
    tx.put(drafting.cause_said(context, report, before, cause))


def move(tx: Transaction, context: Context, report_id: str, incident: str) -> None:
    """The report on a duplicate becomes that on its original, and waits for it (Rule INC-X)."""
    report = tx.get(REPORT, context.contract.id, report_id)
    context.record(report.id, ReportAction.MOVED, incident=incident)
    moved = (*report.moved_from, *filter(None, [report.incident]))
    alarms = report.alarms.clear_all()
    tx.put(replace(report, incident=incident, moved_from=moved, alarms=alarms))


def move_back(tx: Transaction, context: Context, duplicate: Incident, original: Incident) -> bool:
    """Give the report begun on a duplicate back to it, once that is itself again (Rule INC-X).

    Not once it was drafted on the original: it is about that from then on.
    """
    report = tx.get(REPORT, context.contract.id, original.report) if original.report else None
    if report is None or report.moved_from[-1:] != (duplicate.id,):
        return False
    context.record(report.id, ReportAction.MOVED, incident=duplicate.id)
    report = replace(report, incident=duplicate.id, moved_from=report.moved_from[:-1])
    tx.put(drafting.suspend(context, report))
    return True


def merge(tx: Transaction, context: Context, report_id: str, into: str) -> None:
    """The report on a duplicate goes into that on its original; what is out stays out (INC-X)."""
    report = tx.get(REPORT, context.contract.id, report_id)
    if report.state is not ReportState.ISSUED:
        merged, kept = drafting.merge(context, report, tx.get(REPORT, report.contract, into))
        tx.put(merged)
        tx.put(kept)


# ── facts ────────────────────────────────────────────────────────────────────────────────────


def facts_of(
    tx: Transaction, context: Context, report: Report, *, pending: Sequence[Entry] = ()
) -> ReportFacts:
    """The report's facts as they stand now, under the report's own version of the contract.

    `pending` are journal lines that are not saved yet.
    """
    contract = contract_of(tx, report)
    incident = tx.get(INCIDENT, report.contract, report.incident) if report.incident else None
    crises = _crises_of(tx, report, incident)
    merged = duplicates(tx, incident) if incident else ()  # who was called for that, too (INC-X)
    subjects = [record.id for record in (incident, *merged, *crises) if record is not None]
    lines = [line for s in subjects for line in tx.timeline(report.contract, s)]
    lines += [line for line in pending if line.subject in subjects]
    facts = gather(
        contract=contract,
        authors=report.authors,
        approved_by=report.approved_by,
        recipients=issuing.recipients(contract, report),
        incident=incident,
        crises=crises,
        timeline=lines,
        now=context.now,
        events=[tx.get(EVENT, incident.contract, each) for each in incident.events]
        if incident
        else (),
        problems=[tx.get(PROBLEM, incident.contract, each) for each in incident.problems]
        if incident
        else (),
        changes=[tx.get(CHANGE, incident.contract, each) for each in incident.changes]
        if incident
        else (),
        about=tx.get(INCIDENT, report.contract, crises[0].incident)
        if report.of_cell and crises and crises[0].incident
        else None,
    )
    if report.state is not ReportState.APPROVED:
        return facts
    return replace(facts, problems=report.approved_problems, changes=report.approved_changes)


def _crises_of(tx: Transaction, report: Report, incident: Incident | None) -> list[Crisis]:
    if incident is not None:
        return _cells(tx, incident)
    return [tx.get(CRISIS, report.contract, report.crisis)] if report.crisis else []


def _places(tx: Transaction, context: Context, report: Report) -> readers.Places:
    """The rooms that get the file, and who gets it in person: only those concerned (CON-2)."""
    incident = tx.get(INCIDENT, report.contract, report.incident) if report.incident else None
    return readers.places(
        context.contract,
        report,
        _crises_of(tx, report, incident),
        client_informed=incident is not None and incident.client_informed,
    )


# ── steps ────────────────────────────────────────────────────────────────────────────────────


def _subject(tx: Transaction, command: c.OnReport) -> Report:
    return tx.get(REPORT, command.contract, command.report)


def _submit(tx: Transaction, context: Context, report: Report, command: c.SubmitReport) -> Report:
    """Ask for the approval of a report; not of one whose incident was opened again."""
    _require_over(tx, report)
    return approval.submit(context, report, command.reason)


def _approve(tx: Transaction, context: Context, report: Report, _: c.ApproveReport) -> Report:
    """Approve the report; where the last moment has passed, it goes out at once (REP-3).

    What it states of problems and changes, which go on, goes out as it was read.
    """
    _require_over(tx, report)
    read = facts_of(tx, context, report)
    report = replace(
        approval.approve(context, report),
        approved_problems=read.problems,
        approved_changes=read.changes,
    )
    if report.alarms.get(LastMoment()) is None:
        return _send(tx, context, report)
    return report


def _issue(tx: Transaction, context: Context, report: Report, _: c.IssueReport) -> Report:
    """Issue the approved report."""
    _require_over(tx, report)
    return _send(tx, context, report)


def _hold_back(context: Context, report: Report, command: c.ReportHeldBack) -> Report:
    """A room does not get the report: those there who may read it get it in person (CON-2)."""
    return issuing.hold_back(
        context, report, version=command.version, room=command.room, people=command.people
    )


def _send(tx: Transaction, context: Context, report: Report) -> Report:
    facts = facts_of(tx, context, report)
    return issuing.issue(context, report, facts=facts, places=_places(tx, context, report))


def is_over(tx: Transaction, report: Report) -> bool:
    """Tell whether what the report is about is over, and was not opened again."""
    return (
        report.incident is None
        or tx.get(INCIDENT, report.contract, report.incident).state in INCIDENT.over
    )


def _require_over(tx: Transaction, report: Report) -> None:
    """Refuse to state as over what was opened again."""
    if not is_over(tx, report):
        raise NotNow("incident_reopened", id=report.id, incident=report.incident)


def _in_hand(tx: Transaction, context: Context, report: Report) -> Report:
    """The report, in the hands of somebody whom the contract still names (Rules REP-4, INC-X)."""
    if context.contract.knows(report.owner):
        return report
    incident = tx.get(INCIDENT, report.contract, report.incident) if report.incident else None
    cells = _crises_of(tx, report, incident)
    owner = drafting.owner_of(context, incident, cells, exercise=report.exercise)
    if not context.contract.knows(owner):
        return report
    context.record(report.id, ReportAction.OWNER_CHANGED, owner=owner, before=report.owner)
    return replace(report, owner=owner)


def _remind(
    tx: Transaction, context: Context, report: Report, timer: Timer[ReportReminder]
) -> Report:
    """Remind of the report; not of one whose incident was opened again."""
    if not is_over(tx, report):
        return drafting.suspend(context, report)
    return reminding.remind(context, _in_hand(tx, context, report), timer)


def _at_last(tx: Transaction, context: Context, report: Report, _: Timer[LastMoment]) -> Report:
    """The last moment of the report; not of one whose incident was opened again."""
    if not is_over(tx, report):
        return drafting.suspend(context, report)
    return issuing.issue_at_last(
        context, report, facts=facts_of(tx, context, report), places=_places(tx, context, report)
    )


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.EditReport: Step(
            may=w.EDITORS, do=lambda context, report, x: approval.edit(context, report, x.sections)
        ),
        c.SubmitReport: Step(may=w.EDITORS, do=Reads(_submit)),
        c.SendBackReport: Step(
            may=w.APPROVERS,
            do=lambda context, report, x: approval.send_back(context, report, x.reason),
        ),
        c.ApproveReport: Step(may=w.APPROVERS, do=Reads(_approve)),
        c.IssueReport: Step(
            may=(w.REPORT_OWNER, w.DELIVERY_MANAGER, w.INCIDENT_MANAGER), do=Reads(_issue)
        ),
        c.ReportHeldBack: Step(may=(w.NOBODY,), do=_hold_back),
    },
    timers={ReportReminder: Reads(_remind), LastMoment: Reads(_at_last)},
)

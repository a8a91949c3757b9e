"""Journal actions about a report."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class ReportAction(JournalAction):
    """Journal actions about a report."""

    DRAFTED = "report.drafted"
    CRISIS_ATTACHED = "report.crisis_attached"
    EDITED = "report.edited"
    SUBMITTED = "report.submitted"
    SENT_BACK = "report.sent_back"
    APPROVED = "report.approved"
    APPROVAL_WITHDRAWN = "report.approval_withdrawn"
    REMINDED = "report.reminded"
    HELD_BACK = "report.held_back"
    ISSUED = "report.issued"
    OWNER_CHANGED = "report.owner_changed"
    MOVED = "report.moved"
    MERGED = "report.merged"
    SUSPENDED = "report.suspended"

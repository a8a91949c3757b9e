"""Messages about reports (Rules REP-1 to REP-4)."""

from __future__ import annotations

from escalation.messages.effects import Message


class ReportDrafted(Message, topic="report_drafted"):
    """To the owner: the draft is written (REP-3)."""


class ReportReminder(Message, topic="report_reminder"):
    """The deadline draws near, or has passed with a `preliminary` report (REP-4)."""

    preliminary: bool = False


class ReportApprovalWithdrawn(Message, topic="report_approval_withdrawn"):
    """To whoever approved: the report was changed since."""

    by: str


class ReportIssued(Message, topic="report_issued"):
    """To one person of the list, with the report as a file (REP-1)."""

    version: int


class ReportFile(Message, topic="report_file"):
    """To a room, with the report as a file (REP-1)."""

    version: int

"""Messages about reports (Rules REP-1 to REP-4)."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.effects import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDrafted(Message):
    """To the owner: the draft is written (REP-3)."""

    topic = "report_drafted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReminder(Message):
    """The deadline draws near, or has passed with a `preliminary` report (REP-4)."""

    topic = "report_reminder"
    preliminary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportApprovalWithdrawn(Message):
    """To whoever approved: the report was changed since."""

    topic = "report_approval_withdrawn"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssued(Message):
    """To one person of the list, with the report as a file (REP-1)."""

    topic = "report_issued"
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile(Message):
    """To a room, with the report as a file (REP-1)."""

    topic = "report_file"
    version: int

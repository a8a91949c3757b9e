"""The commands about incident reports."""

from __future__ import annotations

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command
from escalation.messages.destinations import Destination


class OnReport(Command):
    """A command about one report."""

    report: str


class EditReport(OnReport):
    """Complete sections: maps a name of `Sections` to its new text."""

    sections: dict[str, str]


class SubmitReport(OnReport):
    """Ask those who may approve the report (REP-3); with a `reason` where it lacks something."""

    reason: str = ""


class SendBackReport(OnReport):
    """Do not approve: the report goes back to its owner (REP-3)."""

    reason: str


class ApproveReport(OnReport):
    """A second person approves (REP-3)."""


class IssueReport(OnReport):
    """Issue the approved report to the list (REP-1)."""


class ReportHeldBack(OnReport):
    """Somebody in `room` may not read that version: `people` there who may get it in person."""

    version: int
    room: Destination
    people: tuple[str, ...]
    by: str = ESCALADE
    source: str = "courier"

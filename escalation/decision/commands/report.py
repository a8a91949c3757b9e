"""The commands about incident reports."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command
from escalation.messages.destinations import Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class OnReport(Command):
    """A command about one report."""

    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditReport(OnReport):
    """Complete sections: maps a name of `Sections` to its new text."""

    sections: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveReport(OnReport):
    """A second person approves (REP-3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReport(OnReport):
    """Issue the approved report to the list (REP-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHeldBack(OnReport):
    """Somebody in `room` may not read that version: `people` there who may get it in person."""

    version: int
    room: Destination
    people: tuple[str, ...]
    by: str = ESCALADE
    source: str = "courier"

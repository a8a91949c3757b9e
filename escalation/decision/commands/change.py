"""The commands about changes."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command
from escalation.records.change import ChangeCategory, ChangeOrigin, ChangeResult


class RequestChange(Command):
    """Ask for a change (CHG-1)."""

    title: str
    description: str = ""
    origin: ChangeOrigin | None = None
    born_of: str = ""
    standard: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    components: tuple[str, ...] = ()
    site: str | None = None
    urgent: bool = False


class OnChange(Command):
    """A command about one change."""

    change: str


class ClassifyChange(OnChange):
    """The change manager says of which category it is, and what it touches (CHG-2).

    What is not said stays as it was, answers to the form of the catalogue too.
    """

    category: ChangeCategory
    standard: str | None = None
    money: bool | None = None
    service_level: bool | None = None
    answers: dict[str, str] = field(default_factory=dict)


class AssignStudy(OnChange):
    """Say who studies it, and by when (CHG-2)."""

    person: str
    due: datetime | None = None


class RecordStudy(OnChange):
    """Record the study: impact, fall-back plan, test (CHG-2)."""

    text: str
    impact: str
    fallback: str
    test: str
    money: bool = False
    service_level: bool = False


class ApproveChange(OnChange):
    """Give the approvals that are one's own, as `asked` on the card (CHG-2, CHG-4)."""

    reason: str = ""
    asked: int | None = None


class RejectChange(OnChange):
    """Refuse it, as `asked` on the card, and say why."""

    reason: str
    asked: int | None = None


class PlanChange(OnChange):
    """Say when it is carried out, by whom; `despite` says why then, where it clashes (CHG-4)."""

    start: datetime
    end: datetime | None = None
    person: str | None = None
    despite: str = ""


class StartChange(OnChange):
    """Begin to carry it out; `despite` says why, where it clashes with something (CHG-4)."""

    despite: str = ""


class ProlongChange(OnChange):
    """Say that somebody has it in hand: it goes on until then (ESC-9)."""

    until: datetime
    reason: str = ""


class EndChange(OnChange):
    """Say what came of it."""

    result: ChangeResult
    reason: str = ""


class LinkCausedIncident(OnChange):
    """Say that it has caused an incident (CHG-4)."""

    incident: str


class UnlinkCausedIncident(OnChange):
    """Say that it has not caused an incident after all."""

    incident: str
    reason: str


class CloseChange(OnChange):
    """Close what is done."""

    note: str = ""


class LookAtChangeAgain(OnChange):
    """A new version of the contract is in force: look at what is awaited, and clashes (ORG-10)."""

    by: str = ESCALADE
    source: str = "start"


class DoChangeAgain(OnChange):
    """Ask again for what was not carried out, or did not succeed."""


class WithdrawChange(OnChange):
    """Take the request back."""

    reason: str

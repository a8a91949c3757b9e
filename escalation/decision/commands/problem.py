"""The commands about problems."""

from __future__ import annotations

from datetime import datetime

from escalation.contract.processes.problems import Rating
from escalation.decision.commands.command import Command
from escalation.records.problem import ProblemOrigin


class OpenProblem(Command):
    """Open a problem; whoever does not manage problems proposes it (PRB-1)."""

    title: str
    description: str = ""
    origin: ProblemOrigin = ProblemOrigin.SERVICE_LEVEL
    component: str | None = None
    incident: str | None = None
    cause: str = ""
    workaround: str = ""


class OnProblem(Command):
    """A command about one problem."""

    problem: str


class TakeProblem(OnProblem):
    """The problem manager takes what is proposed (PRB-1)."""


class DeclineProblem(OnProblem):
    """The problem manager declines what is proposed (PRB-1)."""

    reason: str


class AssessProblem(OnProblem):
    """Assess both impacts (PRB-4)."""

    client_impact: Rating
    provider_impact: Rating


class ProposeProblemPriority(OnProblem):
    """The delivery manager proposes the priority (PRB-2)."""

    priority: Rating


class DecideProblemPriority(OnProblem):
    """Decide the priority for one's own firm (PRB-2)."""

    priority: Rating


class AssignAnalysis(OnProblem):
    """Say who analyses, and by when (PRB-3)."""

    person: str
    due: datetime | None = None


class RecordCause(OnProblem):
    """Say what the cause is (PRB-3)."""

    cause: str


class RecordWorkaround(OnProblem):
    """Say how to work around it (PRB-3)."""

    text: str


class WithdrawWorkaround(OnProblem):
    """Say that the work-around is none after all (PRB-3)."""

    reason: str


class RecordFix(OnProblem):
    """Say which change removed the cause (PRB-3)."""

    change: str
    text: str = ""


class LinkIncident(OnProblem):
    """Say that an incident comes from the problem (PRB-3)."""

    incident: str


class UnlinkIncident(OnProblem):
    """Say that an incident does not come from the problem after all."""

    incident: str
    reason: str


class CloseProblem(OnProblem):
    """Close what has not come back (PRB-3)."""

    note: str = ""


class ReopenProblem(OnProblem):
    """Open again what came back (PRB-3)."""

    reason: str

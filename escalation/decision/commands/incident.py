"""The commands about incidents."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.decision.commands.command import Command
from escalation.records.incident import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident(Command):
    """Open, and qualify where the component or the values given permit (INC-1 to INC-4)."""

    title: str
    description: str = ""
    component: str | None = None
    severity: int | None = None
    urgency: int | None = None
    impact: int | None = None
    origin: Origin = Origin.TICKET
    ticket: str = ""
    link: str = ""
    change: str = ""
    requester: str | None = None
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnIncident(Command):
    """A command about one incident."""

    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIncident(OnIncident):
    """The caller takes the incident, and work begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignIncident(OnIncident):
    """Assign to a person, or bring in a support group (ORG-4)."""

    person: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(OnIncident):
    """Put a note in the timeline."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority(OnIncident):
    """Qualify again: a severity to read the matrix at, or a priority with a reason.

    A priority 1 is lowered with the client's agreement only (INC-19).
    """

    level: int | None = None
    severity: int | None = None
    urgency: int | None = None
    impact: int | None = None
    component: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeLowering(OnIncident):
    """The client's peer agrees to the lowering of a priority 1 (INC-19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineLowering(OnIncident):
    """The client's peer does not agree to the lowering of a priority 1 (INC-19)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor(OnIncident):
    """Stop the clocks while waiting for the client or a supplier (INC-9)."""

    waiting_for: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeWork(OnIncident):
    """Let the clocks run again."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseeDelay(OnIncident):
    """Say beforehand that the service will not be back in the agreed time (INC-6)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident(OnIncident):
    """Say the service is back, how, and whether the cause is gone (INC-11)."""

    cause_gone: bool
    cure: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyIncident(OnIncident):
    """The requester confirms that the service can be used (INC-5), or that it cannot."""

    fixed: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident(OnIncident):
    """Close."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIncident(OnIncident):
    """Open again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeIncident(OnIncident):
    """Say that this incident duplicates `into`."""

    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelIncident(OnIncident):
    """Cancel."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanIncident(OnIncident):
    """Move a running incident to the contract now in force (design, decision 7)."""

    reason: str

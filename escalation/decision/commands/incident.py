"""The commands about incidents."""

from __future__ import annotations

from escalation.decision.commands.command import Command
from escalation.records.incident import Origin


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
    site: str | None = None


class OnIncident(Command):
    """A command about one incident."""

    incident: str


class TakeIncident(OnIncident):
    """The caller takes the incident, and work begins."""


class AssignIncident(OnIncident):
    """Assign to a person, or bring in a support group (ORG-4)."""

    person: str | None = None
    group: str | None = None


class AddNote(OnIncident):
    """Put a note in the timeline."""

    text: str


class SetSite(OnIncident):
    """Say which site is affected (ORG-6)."""

    site: str


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


class AgreeLowering(OnIncident):
    """The client's peer agrees to the lowering of a priority 1 (INC-19)."""


class DeclineLowering(OnIncident):
    """The client's peer does not agree to the lowering of a priority 1 (INC-19)."""

    reason: str


class WaitFor(OnIncident):
    """Stop the clocks while waiting for the client or a supplier (INC-9)."""

    waiting_for: str
    reason: str


class ResumeWork(OnIncident):
    """Let the clocks run again: it came, or is not waited for any more (INC-9)."""

    note: str = ""


class ForeseeDelay(OnIncident):
    """Say beforehand that the service will not be back in the agreed time (INC-6)."""

    reason: str


class ResolveIncident(OnIncident):
    """Say the service is back, how, and whether the cause is gone (INC-11); None: not known yet."""

    cause_gone: bool | None
    cure: str = ""
    cause: str = ""


class ConfirmCause(OnIncident):
    """Say whether the cause is gone; confirm or correct what was said of it (INC-11)."""

    gone: bool | None  # None: it is still not known
    cause: str = ""


class VerifyIncident(OnIncident):
    """The requester confirms that the service can be used (INC-5), or that it cannot."""

    fixed: bool
    note: str = ""


class CloseIncident(OnIncident):
    """Close."""

    note: str = ""


class ReopenIncident(OnIncident):
    """Open again."""

    reason: str


class MergeIncident(OnIncident):
    """Say that this incident duplicates `into`."""

    into: str


class CancelIncident(OnIncident):
    """Cancel."""

    reason: str


class UndoEnding(OnIncident):
    """Undo a wrong merge or cancellation (INC-4)."""

    reason: str


class AskReport(OnIncident):
    """Either delivery manager asks for a report on the incident (REP-2)."""

    reason: str


class ReplanIncident(OnIncident):
    """Move a running incident to the contract now in force (design, decision 7)."""

    reason: str

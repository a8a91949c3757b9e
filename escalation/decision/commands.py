"""What can be asked of Escalade: one frozen dataclass each, in the imperative.

`by` is a person's id in the contract (or ESCALADE), `source` says from where, and `key` makes the
command idempotent: a second one of the same key changes nothing and has the same outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from escalation.contract import ESCALADE
from escalation.messages.destinations import Destination
from escalation.messages.effects import Meaning
from escalation.records.incident import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command says."""

    contract: str
    by: str
    source: str = "slash"
    key: str = ""


# ── incidents ────────────────────────────────────────────────────────────────────────────────


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
    """Qualify again: a severity to read the matrix at, or a priority with a reason."""

    level: int | None = None
    severity: int | None = None
    component: str | None = None
    reason: str = ""


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


# ── ladders ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLadder(OnIncident):
    """A command about an incident's escalation; None is the only or latest active one."""

    ladder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateUp(OnLadder):
    """Start the escalation, or take it one rung up (ESC-2)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgePing(OnLadder):
    """Stop the acknowledgement timer of the caller's side (ESC-6).

    `rung` is the one the button was made for.
    """

    rung: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverPing(OnLadder):
    """Give one's place to another person of one's own firm (ESC-6)."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToRung(OnLadder):
    """Have somebody else called as well (ESC-6)."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeLadder(OnLadder):
    """Put the next automatic step off, once a rung (ESC-6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDown(OnLadder):
    """Give the point back to the level below (ESC-6)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleLadder(OnLadder):
    """Say that the point is settled: the escalation ends."""

    note: str = ""


# ── crises ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCrisis(Command):
    """Ask the counterpart for a crisis cell (CRI-2)."""

    reason: str
    incident: str | None = None
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCrisis(Command):
    """A command about one crisis."""

    crisis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCrisis(OnCrisis):
    """The counterpart accepts: the cell opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseCrisis(OnCrisis):
    """The counterpart refuses, with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember(OnCrisis):
    """An initiator asks for somebody (CRI-3)."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSupplier(OnCrisis):
    """A supplier may be part of the cause or the cure: its representative joins (CRI-3)."""

    supplier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember(OnCrisis):
    """An initiator takes a member who is not mandated off the list."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeMembers(OnCrisis):
    """An initiator agrees the member list (CRI-3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDelegate(OnCrisis):
    """A member is represented by somebody (CRI-3). `member` is the caller where None."""

    delegate: str
    member: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBrief(OnCrisis):
    """Write the brief that is pinned in the room."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(OnCrisis):
    """Record a decision (CRI-8)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAction(OnCrisis):
    """Record an action (CRI-8). `due` is aware UTC."""

    text: str
    owner: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAction(OnCrisis):
    """Say that an action is done."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLead(OnCrisis):
    """Propose that people of a higher level in both firms lead (CRI-6). Maps side → person."""

    leads: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmLead(OnCrisis):
    """One side confirms the hand-over of the lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCommunicationLead(OnCrisis):
    """Appoint who keeps the caller's firm informed (CRI-7)."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBriefing(OnCrisis):
    """Record what was said to whom (CRI-7)."""

    text: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCrisis(OnCrisis):
    """One lead agrees to close; with both, the crisis is closed (CRI-9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOpened(OnCrisis):
    """The dispatcher opened the room (by=ESCALADE).

    `left` says how many rooms are left where it is one of the contract's pool; None for another.
    """

    room: str
    name: str
    left: int | None = None
    by: str = ESCALADE


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRefused(OnCrisis):
    """Slack gives the cell no channel of its own: it meets in `room`, which is not its own, or "".

    `why` is Slack's code (by=ESCALADE).
    """

    why: str
    room: str = ""
    name: str = ""
    by: str = ESCALADE


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRefused(OnCrisis):
    """Somebody could not be let into the room; `why` is Slack's code (by=ESCALADE)."""

    person: str
    why: str
    by: str = ESCALADE


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(OnCrisis):
    """Slack says somebody joined the room. `by` is who joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(OnCrisis):
    """Slack says somebody left the room. `by` is who left."""


# ── reports ──────────────────────────────────────────────────────────────────────────────────


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


# ── the dispatcher's word ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHeldBack(OnReport):
    """Somebody in `room` may not read that version: `people` there who may get it in person."""

    version: int
    room: Destination
    people: tuple[str, ...]
    by: str = ESCALADE
    source: str = "courier"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(Command):
    """An urgent message was delivered, or any message could not be (by=ESCALADE)."""

    subject: str
    meaning: Meaning
    to: Destination
    delivered: bool
    why: str = ""
    way: str = ""  # "" for Slack, else "mail"
    otherwise: bool = False  # not delivered by this way, but another one is still tried
    by: str = ESCALADE
    source: str = "courier"

"""The commands about a crisis cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command


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

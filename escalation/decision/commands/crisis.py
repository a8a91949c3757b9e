"""The commands about a crisis cell."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command


class AskCrisis(Command):
    """Ask the counterpart for a crisis cell (CRI-2)."""

    reason: str
    incident: str | None = None
    exercise: bool = False


class OnCrisis(Command):
    """A command about one crisis."""

    crisis: str


class AcceptCrisis(OnCrisis):
    """The counterpart accepts: the cell opens."""


class RefuseCrisis(OnCrisis):
    """The counterpart refuses, with a reason."""

    reason: str


class AddMember(OnCrisis):
    """An initiator asks for somebody (CRI-3)."""

    person: str


class AddSupplier(OnCrisis):
    """A supplier may be part of the cause or the cure: its representative joins (CRI-3)."""

    supplier: str


class RemoveMember(OnCrisis):
    """An initiator takes a member who is not mandated off the list."""

    person: str


class AgreeMembers(OnCrisis):
    """An initiator agrees the member list (CRI-3)."""


class NameDelegate(OnCrisis):
    """A member is represented by somebody (CRI-3). `member` is the caller where None."""

    delegate: str
    member: str | None = None


class SetBrief(OnCrisis):
    """Write the brief that is pinned in the room."""

    text: str


class Decide(OnCrisis):
    """Record a decision (CRI-8)."""

    text: str


class AddLogEntry(OnCrisis):
    """Write in the cell's running log (CRI-14)."""

    text: str


class AddAction(OnCrisis):
    """Record an action (CRI-8). `due` is aware UTC."""

    text: str
    owner: str
    due: datetime | None = None


class CompleteAction(OnCrisis):
    """Say that an action is done."""

    number: int


class ChangeAction(OnCrisis):
    """Change what is to be done, by whom or by when (CRI-8). What is None stays."""

    number: int
    text: str | None = None
    owner: str | None = None
    due: datetime | None = None


class DeclineAction(OnCrisis):
    """Decline an action that one is to do, or ask something first (CRI-8, CON-5)."""

    number: int
    reason: str


class CancelAction(OnCrisis):
    """An action is not needed any more (CRI-8)."""

    number: int
    reason: str


class OfferLead(OnCrisis):
    """Propose that people of a higher level in both firms lead (CRI-6). Maps side → person."""

    leads: dict[str, str] = field(default_factory=dict)


class ConfirmLead(OnCrisis):
    """One side confirms the hand-over of the lead."""


class NameCommunicationLead(OnCrisis):
    """Appoint who keeps the caller's firm informed (CRI-7)."""

    person: str


class RecordBriefing(OnCrisis):
    """Record what was said to whom (CRI-7)."""

    text: str
    audience: str


class CloseCrisis(OnCrisis):
    """One lead agrees to close; with both, the crisis is closed (CRI-9)."""


class RoomOpened(OnCrisis):
    """The dispatcher opened the room (by=ESCALADE).

    `left` says how many rooms are left where it is one of the contract's pool; None for another.
    """

    room: str
    name: str
    left: int | None = None
    by: str = ESCALADE


class RoomRefused(OnCrisis):
    """Slack gives the cell no channel of its own: it meets in `room`, which is not its own, or "".

    `why` is Slack's code (by=ESCALADE).
    """

    why: str
    room: str = ""
    name: str = ""
    by: str = ESCALADE


class InvitationRefused(OnCrisis):
    """Somebody could not be let into the room; `why` is Slack's code (by=ESCALADE)."""

    person: str
    why: str
    by: str = ESCALADE


class MemberJoined(OnCrisis):
    """Slack says somebody joined the room. `by` is who joined."""


class MemberLeft(OnCrisis):
    """Slack says somebody left the room. `by` is who left."""

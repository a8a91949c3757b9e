"""The crisis cell record [cellule de crise] (Rules CRI-1 to CRI-9)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value
from escalation.records.escalation import Ping


class CrisisState(StrEnum):
    """The steps of a crisis."""

    ASKED = "asked"
    REFUSED = "refused"
    OPEN = "open"
    CLOSED = "closed"


class Presence(StrEnum):
    """The presence of a member (Rule CRI-4)."""

    MISSING = "missing"
    PRESENT = "present"
    REPRESENTED = "represented"


class Member(Value):
    """A member of the cell. Mandated members join or send a delegate (Rule CRI-3)."""

    person: str
    mandated: bool
    # "initiator", "as_of_right", "asked", "supplier", "delegate", "lead", "communication_lead",
    # or "visitor": somebody of the contract who came without being on the list
    why: str
    asked_by: str = ""
    joined_at: datetime | None = None
    delegate: str | None = None
    chased: int = 0
    kept_out: str = ""  # why the room is closed to them: a code of Slack's, or "shared_room"


class Resolution(Value):
    """A decision recorded in the cell (Rule CRI-8)."""

    text: str
    by: str
    at: datetime


class Action(Value):
    """An action: who does what by when (Rule CRI-8). `number` counts from 1 in the crisis."""

    number: int
    text: str
    owner: str
    due: datetime | None
    by: str
    at: datetime
    done_at: datetime | None = None
    reminded: int = 0  # how often, since it was due
    unable: str = ""  # why its owner cannot do it
    cancelled_at: datetime | None = None
    cancelled_for: str = ""

    @property
    def left_open(self) -> bool:
        """Tell whether it is neither done nor cancelled."""
        return self.done_at is None and self.cancelled_at is None


class Briefing(Value):
    """A briefing by a communication lead of their own firm (Rule CRI-7)."""

    side: str
    by: str
    at: datetime
    text: str
    audience: str


class HandOver(Value):
    """A change of lead that both sides must confirm (Rule CRI-6). Maps side → person."""

    leads: dict[str, str]
    asked_by: str
    confirmed_by: tuple[str, ...] = ()
    found: str = ""  # the side whose lead was looked up, and named by nobody (CRI-12)
    silent: tuple[str, ...] = ()  # who was asked for that side before, and did not answer
    chased: int = 0


class Declined(Value):
    """A counterpart's refusal, with its reason (Rule CRI-2)."""

    person: str
    reason: str
    at: datetime


class Crisis(Value):
    """A crisis cell: an immutable record. Sides are "provider" and "client"."""

    id: str  # "CRI-0003", numbered per contract
    contract: str
    contract_version: str
    incident: str | None
    reason: str
    exercise: bool = False
    state: CrisisState = CrisisState.ASKED
    asked_by: str
    asked_side: str
    asked_at: datetime
    level: int  # the echelon whose counterparts are asked now
    asked_level: int = 0  # … and whose were asked first
    pings: tuple[Ping, ...] = ()
    declined: tuple[Declined, ...] = ()
    refused_by: str | None = None
    refusal: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    led_at: datetime | None = None  # since when those who lead now lead it
    complete_at: datetime | None = None  # when first nobody mandated was missing
    initiators: dict[str, str] = field(default_factory=dict)  # side → person
    leads: dict[str, str] = field(default_factory=dict)  # side → person
    communication: dict[str, str] = field(default_factory=dict)  # side → person
    members: tuple[Member, ...] = ()
    agreed_by: tuple[str, ...] = ()  # sides that agreed the member list
    hand_over: HandOver | None = None
    resolutions: tuple[Resolution, ...] = ()
    actions: tuple[Action, ...] = ()
    briefings: tuple[Briefing, ...] = ()
    closing: tuple[str, ...] = ()  # sides that agreed to close
    room: str | None = None  # channel id, once opened
    room_name: str = ""
    pooled: bool = False  # whether the room is of the contract's pool: it serves this cell alone
    archived: bool = False  # whether the room is closed to all writing, or is just to be
    room_refused: str = ""  # why Slack gave it no channel of its own, in a code of Slack's
    brief: str = ""
    report: str | None = None
    incident_over: bool = False  # its incident is over: nobody is called to the cell any more
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def borrows_room(self) -> bool:
        """Tell whether it meets in the contract's shared room, for want of its own (CRI-4)."""
        return self.room is not None and bool(self.room_refused)

    def member(self, person: str) -> Member | None:
        """The member entry of that person."""
        return next((member for member in self.members if member.person == person), None)

    def declined_by(self, person: str) -> bool:
        """Tell whether that person refused the request."""
        return any(each.person == person for each in self.declined)

    def presence(self, member: Member) -> Presence:
        """Present, represented or missing (Rule CRI-4)."""
        if member.joined_at:
            return Presence.PRESENT
        if member.delegate:
            delegate = self.member(member.delegate)
            if delegate and delegate.joined_at:
                return Presence.REPRESENTED
        return Presence.MISSING

    def side_led_by(self, person: str) -> str | None:
        """The side this person leads now."""
        return next((side for side, lead in self.leads.items() if lead == person), None)

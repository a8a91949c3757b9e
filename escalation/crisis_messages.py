"""Messages about crises (Rules CRI-2 to CRI-10). What is late is so by so many seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.effects import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisCard(Message):
    """The card of the crisis's room, updated in place."""

    topic = "crisis_card"
    collapses = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRequest(Message):
    """To a counterpart, with accept and refuse (CRI-2)."""

    topic = "crisis_request"
    urgent = True
    wakes = True
    number: int
    late: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRequested(Message):
    """To the asker: whom to call, and who kept `silent` (CRI-2)."""

    topic = "crisis_requested"
    urgent = True
    person: str
    silent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRefused(Message):
    """To the asker: the counterpart refused."""

    topic = "crisis_refused"
    urgent = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisMembers(Message):
    """To the initiators: agree the member list (CRI-3)."""

    topic = "crisis_members"
    suggested_suppliers: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRefused(Message):
    """To the initiators: where they meet instead, and what to mend (CRI-4)."""

    topic = "room_refused"
    urgent = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRefused(Message):
    """To somebody who cannot be let in, and to their lead (CRI-4)."""

    topic = "invitation_refused"
    urgent = True
    person: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Message):
    """The brief, pinned in the room; unpinned where the crisis is over in a room not its own."""

    topic = "pin_brief"
    collapses = True
    unpin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisCall(Message):
    """To a member: join, or name a delegate (CRI-4). `room`: the one there was at the time."""

    topic = "crisis_call"
    urgent = True
    wakes = True
    number: int
    represents: tuple[str, ...] = ()
    room: str = ""
    late: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisFormed(Message):
    """To those whom a firm informs, and the help desk (CRI-5)."""

    topic = "crisis_formed"
    urgent = True
    on_behalf_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InformedOnBehalf(Message):
    """To an initiator: whom Escalade informed for them (CRI-5)."""

    topic = "informed_on_behalf"
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMissing(Message):
    """To the lead of a side: a mandated member is still missing (CRI-4)."""

    topic = "member_missing"
    urgent = True
    person: str
    chased: int
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRequest(Message):
    """To those who would lead: please confirm (CRI-6)."""

    topic = "lead_request"
    urgent = True
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadChanged(Message):
    """The lead has passed (CRI-6)."""

    topic = "lead_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InformReminder(Message):
    """To a communication lead: keep your firm informed (CRI-7)."""

    topic = "inform_reminder"
    last: datetime | None
    late: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisNews(Message):
    """Something happened in the cell. `action` is one of the journal."""

    topic = "crisis_news"
    action: str
    by: str = ""
    person: str = ""
    owner: str = ""
    text: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDue(Message):
    """An action is due (CRI-8)."""

    topic = "action_due"
    number: int
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRequest(Message):
    """To the other lead: shall the crisis be closed? (CRI-9)"""

    topic = "close_request"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisClosed(Message):
    """The crisis is closed (CRI-9), or its request was withdrawn."""

    topic = "crisis_closed"
    by: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLow(Message):
    """To the delivery managers: few rooms of the pool are left (CRI-4)."""

    topic = "pool_low"
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNotArchived(Message):
    """To the delivery managers: a room that has served stays open (CRI-4)."""

    topic = "room_not_archived"
    why: str

"""Messages about crises (Rules CRI-2 to CRI-10). What is late is so by so many seconds."""

from __future__ import annotations

from datetime import datetime

from escalation.messages.effects import Message


class CrisisCard(Message, topic="crisis_card", collapses=True):
    """The card of the crisis's room, updated in place."""


class CrisisRequest(Message, topic="crisis_request", urgent=True, wakes=True):
    """To a counterpart, with accept and refuse (CRI-2)."""

    number: int
    late: int | None = None


class CrisisRequested(Message, topic="crisis_requested", urgent=True):
    """To the asker: whom to call, and who kept `silent` (CRI-2)."""

    person: str
    silent: str = ""
    away: tuple[str, ...] = ()  # who would have been asked before, and is away


class CrisisRefused(Message, topic="crisis_refused", urgent=True):
    """To the asker: a counterpart refused; a deputy, whose holder may still accept (CRI-2)."""

    by: str = ""
    deputy: bool = False


class CrisisMembers(Message, topic="crisis_members"):
    """To the initiators: agree the member list (CRI-3); at first also who was `told` (CRI-5)."""

    suggested_suppliers: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


class RoomRefused(Message, topic="room_refused", urgent=True):
    """To the initiators: where they meet instead, and what to mend (CRI-4)."""


class InvitationRefused(Message, topic="invitation_refused", urgent=True):
    """To somebody who cannot be let in, and to their lead (CRI-4)."""

    person: str
    why: str


class Brief(Message, topic="pin_brief", collapses=True):
    """The brief, pinned in the room; unpinned where the crisis is over in a room not its own."""

    unpin: bool = False


class CrisisCall(Message, topic="crisis_call", urgent=True, wakes=True):
    """To a member: join, or name a delegate (CRI-4). `room`: the one there was at the time.

    `again`: they were called before its room was there, and are told the way in.
    """

    number: int
    again: bool = False
    represents: tuple[str, ...] = ()
    room: str = ""
    late: int | None = None


class SoFar(Message, topic="crisis_so_far"):
    """To whoever joins late: what has happened so far (CRI-14)."""


class CrisisFormed(Message, topic="crisis_formed", urgent=True):
    """To those whom a firm informs, and the help desk (CRI-5)."""

    on_behalf_of: str


class CellOfIncident(Message, topic="cell_of_incident", urgent=True):
    """To who has the incident, or reported it, and is not in its cell: what becomes of that."""

    action: str  # of the journal


class MemberMissing(Message, topic="member_missing", urgent=True, asks=("person",)):
    """To the lead of a side: a mandated member is still missing (CRI-4)."""

    person: str
    chased: int
    absent: bool = False


class IncidentOver(Message, topic="incident_over"):
    """To those who lead, and to whoever ended it: the incident is over, and the cell still open."""

    state: str


class LeadRequest(Message, topic="lead_request", urgent=True):
    """To those who would lead: please confirm (CRI-6)."""

    by: str


class LeadUnanswered(Message, topic="lead_unanswered", urgent=True):
    """To whoever offered the lead: who kept `silent`, and who is asked instead (CRI-6).

    With nobody left to ask, to all concerned: the lead stays as it is.
    """

    silent: tuple[str, ...]
    person: str = ""


class LeadChanged(Message, topic="lead_changed"):
    """The lead has passed (CRI-6)."""


class InformReminder(Message, topic="inform_reminder"):
    """To a communication lead: keep your firm informed (CRI-7)."""

    last: datetime | None
    late: int | None = None


class CrisisNews(Message, topic="crisis_news"):
    """Something happened in the cell. `action` is one of the journal."""

    action: str
    by: str = ""
    person: str = ""
    owner: str = ""
    text: str = ""
    number: int | None = None


class ActionDue(Message, topic="action_due", asks=("number",)):
    """An action is due (CRI-8)."""

    number: int
    due: datetime | None


class ActionAsked(Message, topic="action_asked", urgent=True, asks=("number",)):
    """To whoever is to do an action: please do it (CRI-8). `changed`: it was theirs before."""

    number: int
    by: str
    changed: bool = False


class ActionNews(Message, topic="action_news"):
    """News of an action: to who gave it, or had it, or leads (CRI-8)."""

    number: int
    action: str  # of the journal
    by: str


class ExerciseTimes(Message, topic="exercise_times"):
    """To the leads and the room of an exercise that is over: how long each step took (CRI-10)."""


class CloseRequest(Message, topic="close_request"):
    """To the other lead: shall the crisis be closed? (CRI-9)"""

    by: str


class CrisisClosed(Message, topic="crisis_closed"):
    """The crisis is closed (CRI-9), or its request was withdrawn."""

    by: str = ""
    withdrawn: bool = False
    instead: str = ""  # the cell that meets about the same incident by now


class PoolLow(Message, topic="pool_low"):
    """To the delivery managers: few rooms of the pool are left (CRI-4)."""

    left: int


class RoomNotArchived(Message, topic="room_not_archived"):
    """To the delivery managers: a room that has served stays open (CRI-4)."""

    why: str

"""Effects: what the world must be told or asked, as meaning, not text (design, decision 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from escalation.destinations import Destination, To

Fact = str | int | bool | None | list[str]


class Topic(StrEnum):
    """What an effect is about: each has one view, or one action of the courier."""

    # cards, updated in place; the destination is a room or a crisis room
    INCIDENT_CARD = "incident_card"
    CRISIS_CARD = "crisis_card"
    # incidents
    INCIDENT_ASSIGNED = "incident_assigned"
    INCIDENT_NEWS = "incident_news"  # facts: action (a journal action), for the requester or room
    PRIORITY_1_NOTICE = "priority_1_notice"
    TARGET_WARNING = "target_warning"  # facts: target, percent, due
    TARGET_MISSED = "target_missed"  # facts: target, due
    DELAY_NOTICE = "delay_notice"  # to the requester: restoration will be late (INC-6)
    PLEASE_VERIFY = "please_verify"  # to the requester, with buttons (INC-5)
    MAY_CLOSE = "may_close"  # to the incident manager: silence lasted (INC-5)
    CLIENT_INFORMED = "client_informed"
    PROBLEM_PROPOSED = "problem_proposed"  # the cause is not gone (INC-11)
    GROUP_INFORMED = "group_informed"  # to the members of a support group (ORG-4)
    # ladders
    PING = "ping"  # facts: ladder, rung, side, number, level, late
    PEER_ESCALATED = "peer_escalated"  # facts: ladder, level, by, reason
    HANDED_OVER = "handed_over"
    ESCALATION_STOPPED = "escalation_stopped"
    SNOOZE_OVER = "snooze_over"
    NOBODY_REACHABLE = "nobody_reachable"
    NOT_TOLD = "not_told"  # a message could not be delivered; facts: whom, about, why, next
    # crises
    CRISIS_REQUEST = "crisis_request"  # to a counterpart, with accept and refuse
    CRISIS_REQUESTED = "crisis_requested"  # to the asker: whom to call, and the number
    CRISIS_REFUSED = "crisis_refused"
    CRISIS_MEMBERS = "crisis_members"  # to the initiators: agree the member list
    OPEN_ROOM = "open_room"  # the courier opens the channel and answers with RoomOpened
    ROOM_REFUSED = "room_refused"  # to the initiators: where they meet instead, and what to mend
    INVITE = "invite"  # facts: people (once: person); to a crisis
    INVITATION_REFUSED = "invitation_refused"  # to that person and their lead; facts: person, why
    ROOM_TOPIC = "room_topic"
    PIN_BRIEF = "pin_brief"  # facts: unpin, where the crisis is over in a room not its own
    CRISIS_CALL = "crisis_call"  # to a member: join or name a delegate; facts: number
    CRISIS_FORMED = "crisis_formed"  # to those whom a firm informs, and the help desk
    INFORMED_ON_BEHALF = "informed_on_behalf"  # to an initiator: whom Escalade informed for them
    MEMBER_MISSING = "member_missing"  # to the lead of a side; facts: person, phone, chased
    UNINVITE = "uninvite"  # facts: person; to a crisis: taken off the member list
    LEAD_REQUEST = "lead_request"
    LEAD_CHANGED = "lead_changed"
    INFORM_REMINDER = "inform_reminder"  # to a communication lead
    CRISIS_NEWS = "crisis_news"  # facts: action; to the crisis room
    ACTION_DUE = "action_due"
    CLOSE_REQUEST = "close_request"
    CRISIS_CLOSED = "crisis_closed"
    ARCHIVE_ROOM = "archive_room"
    POOL_LOW = "pool_low"  # to the delivery managers: few rooms are left; facts: left
    ROOM_NOT_ARCHIVED = "room_not_archived"  # to the same; facts: why
    # reports
    REPORT_DRAFTED = "report_drafted"
    REPORT_REMINDER = "report_reminder"  # facts: due
    REPORT_APPROVAL_WITHDRAWN = "report_approval_withdrawn"  # to who approved; facts: by
    REPORT_ISSUED = "report_issued"  # to one person of the list; the courier joins the HTML file
    REPORT_FILE = "report_file"  # to a room: the HTML file uploaded


class Rank(IntEnum):
    """What goes before what, on the way out."""

    CALL = 0  # it wakes somebody
    NOTICE = 1  # urgent, or somebody waits for it
    ROUTINE = 2
    ASIDE = 3  # it could not be written: behind all others


CALLS = frozenset(
    {
        Topic.PING,
        Topic.NOBODY_REACHABLE,
        Topic.NOT_TOLD,
        Topic.CRISIS_REQUEST,
        Topic.CRISIS_CALL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to tell or do. `collapse` marks an update: only the newest of a key is sent.

    `awaited`: somebody looks at what it changes, having just clicked there.
    """

    topic: Topic
    contract: str
    subject: str  # record id: "INC-0042", "CRI-0003", "REP-0007"
    to: Destination
    facts: Mapping[str, Fact] = field(default_factory=dict)
    urgent: bool = False
    collapse: bool = False
    awaited: bool = False

    @property
    def rank(self) -> Rank:
        """What it goes before: a call before all, the urgent before what is not."""
        if self.to.kind is To.CRISIS and not self.collapse:
            return Rank.NOTICE  # what is done to a room, and said in it, keeps its order
        if self.urgent and self.topic in CALLS:
            return Rank.CALL
        return Rank.NOTICE if self.urgent or self.awaited else Rank.ROUTINE

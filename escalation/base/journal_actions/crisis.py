"""What happens in a crisis cell."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class CrisisAction(JournalAction):
    """What happens in a crisis cell."""

    ASKED = "crisis.asked"
    COUNTERPART_ASKED = "crisis.counterpart_asked"
    REFUSED = "crisis.refused"
    WITHDRAWN = "crisis.withdrawn"
    OPENED = "crisis.opened"
    INFORMED = "crisis.informed"
    ROOM_OPENED = "crisis.room_opened"
    ROOM_REFUSED = "crisis.room_refused"
    ROOM_ARCHIVED = "crisis.room_archived"
    INVITATION_REFUSED = "crisis.invitation_refused"
    MEMBER_ADDED = "crisis.member_added"
    SUPPLIER_ADDED = "crisis.supplier_added"
    MEMBER_REMOVED = "crisis.member_removed"
    MEMBERS_AGREED = "crisis.members_agreed"
    DELEGATE_NAMED = "crisis.delegate_named"
    MEMBER_JOINED = "crisis.member_joined"
    VISITOR_JOINED = "crisis.visitor_joined"
    MEMBER_LEFT = "crisis.member_left"
    MEMBER_CHASED = "crisis.member_chased"
    BRIEF_SET = "crisis.brief_set"
    DECIDED = "crisis.decided"
    ACTION_ADDED = "crisis.action_added"
    ACTION_COMPLETED = "crisis.action_completed"
    ACTION_REMINDED = "crisis.action_reminded"
    LEAD_OFFERED = "crisis.lead_offered"
    LEAD_CONFIRMED = "crisis.lead_confirmed"
    LED = "crisis.led"
    COMMUNICATION_LEAD_NAMED = "crisis.communication_lead_named"
    BRIEFED = "crisis.briefed"
    INFORM_REMINDED = "crisis.inform_reminded"
    CLOSING_AGREED = "crisis.closing_agreed"
    CLOSED = "crisis.closed"

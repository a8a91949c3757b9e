"""Journal actions about covers of on-call duty, and the watch over it."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class CoverAction(JournalAction):
    """Journal actions about a cover of on-call duty."""

    ASKED = "cover.asked"
    AGREED = "cover.agreed"
    TAKEN = "cover.taken"
    DECLINED = "cover.declined"
    WITHDRAWN = "cover.withdrawn"
    UNANSWERED = "cover.unanswered"
    LAPSED = "cover.lapsed"
    VOID = "cover.void"
    OVER = "cover.over"
    FAULTS_TOLD = "duty.faults_told"
    UNREACHED_TOLD = "duty.unreached_told"
    MANAGEMENT_ASKED = "duty.management_asked"
    MANAGEMENT_CONFIRMED = "duty.management_confirmed"
    MANAGEMENT_TO_CHANGE = "duty.management_to_change"
    MANAGEMENT_OVERDUE = "duty.management_overdue"

"""Journal actions about a change."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class ChangeAction(JournalAction):
    """Journal actions about a change."""

    REQUESTED = "change.requested"
    CLASSIFIED = "change.classified"
    STUDY_ASSIGNED = "change.study_assigned"
    STUDIED = "change.studied"
    APPROVAL_ASKED = "change.approval_asked"
    APPROVAL_GIVEN = "change.approval_given"
    APPROVED = "change.approved"
    REJECTED = "change.rejected"
    PLANNED = "change.planned"
    REMINDED = "change.reminded"
    NOT_STARTED = "change.not_started"
    STARTED = "change.started"
    OVERRUN = "change.overrun"
    PROLONGED = "change.prolonged"
    EVENTS_HELD = "change.events_held"
    CAUSED = "change.caused"
    NOT_CAUSED = "change.not_caused"
    RELEASED = "change.released"
    ENDED = "change.ended"
    CLOSED = "change.closed"
    WITHDRAWN = "change.withdrawn"
    DONE_AGAIN = "change.done_again"
    BOARD_CALLED = "change.board_called"
    BOARD_PROLONGED = "change.board_prolonged"
    BOARD_ASKED_ANEW = "change.board_asked_anew"
    BOARD_DELEGATE_NAMED = "change.board_delegate_named"
    BOARD_DELEGATE_AGREED = "change.board_delegate_agreed"
    BOARD_DELEGATE_DECLINED = "change.board_delegate_declined"
    BOARD_VOTED = "change.board_voted"
    BOARD_REMINDED = "change.board_reminded"
    BOARD_OVERDUE = "change.board_overdue"
    BOARD_APPROVED = "change.board_approved"
    BOARD_REFUSED = "change.board_refused"

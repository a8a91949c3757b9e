"""What happens to a change."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class ChangeAction(JournalAction):
    """What happens to a change."""

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
    EVENTS_HELD = "change.events_held"
    CAUSED = "change.caused"
    NOT_CAUSED = "change.not_caused"
    RELEASED = "change.released"
    ENDED = "change.ended"
    CLOSED = "change.closed"
    WITHDRAWN = "change.withdrawn"

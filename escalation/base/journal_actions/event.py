"""Journal actions about events of monitoring."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class EventAction(JournalAction):
    """Journal actions about events of monitoring."""

    RECEIVED = "event.received"
    COUNTED = "event.counted"
    CLEARED = "event.cleared"
    PLACED = "event.placed"
    DISCARDED = "event.discarded"
    HELD = "event.held"

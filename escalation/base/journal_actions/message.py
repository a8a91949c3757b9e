"""Journal actions about a message."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class MessageAction(JournalAction):
    """Journal actions about a message."""

    DELIVERED = "message.delivered"
    UNDELIVERED = "message.undelivered"

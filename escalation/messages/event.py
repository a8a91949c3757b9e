"""Messages about events of monitoring (Rule EVT-1)."""

from __future__ import annotations

from datetime import datetime

from escalation.messages.effects import Message


class EventsUnplaced(Message, topic="events_unplaced", collapses=True):
    """To the room that the contract names: they are of no component that it knows."""


class EventsCleared(Message, topic="events_cleared"):
    """To whoever has the incident: nothing lasts any more; is it resolved?"""

    at: datetime | None

"""The message about a message that could not be delivered (Rule ESC-8)."""

from __future__ import annotations

from escalation.messages.destinations import Destination
from escalation.messages.effects import Message


class NotTold(Message, topic="not_told", wakes=True):
    """The news that somebody was not told: `about` what, and who is called. Urgent about a call."""

    whom: Destination
    about: str
    why: str
    next: str = ""
    climbed: bool = False

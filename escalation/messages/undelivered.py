"""The message about a message that could not be delivered (Rule ESC-8)."""

from __future__ import annotations

from escalation.messages.destinations import Destination
from escalation.messages.effects import Message


class NotTold(Message, topic="not_told", wakes=True):
    """Who does not know what it was `about`, and who is called instead. Urgent about a call."""

    whom: Destination
    about: str
    why: str
    next: str = ""
    climbed: bool = False

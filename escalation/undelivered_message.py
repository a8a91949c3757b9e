"""The message about a message that could not be delivered (Rule ESC-8)."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.destinations import Destination
from escalation.effects import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold(Message):
    """Who does not know what it was `about`, and who is called instead. Urgent about a call."""

    topic = "not_told"
    wakes = True
    whom: Destination
    about: str
    why: str
    next: str = ""
    climbed: bool = False

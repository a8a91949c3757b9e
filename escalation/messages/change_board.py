"""What is said in the thread of a change's decision (Rule CHG-2)."""

from __future__ import annotations

from datetime import datetime

from escalation.messages.effects import Message


class BoardNews(Message, topic="board_news", beneath="change_card"):
    """To the desk, beneath the card of the change: what happens before its advisory board."""

    action: str
    by: str
    ballot: str = ""
    reason: str = ""
    person: str = ""
    members: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    abstain: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    due: datetime | None = None

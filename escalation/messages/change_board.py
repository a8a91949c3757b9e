"""Messages in the thread of a change's decision (Rule CHG-2)."""

from __future__ import annotations

from datetime import datetime

from escalation.messages.effects import Message


class BoardNews(Message, topic="board_news", beneath="change_card"):
    """Beneath the card of the change, where its advisory board reads: what happens before it."""

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

"""Messages about changes (Rules CHG-1 to CHG-5)."""

from __future__ import annotations

from escalation.messages.effects import Card, Message


class ChangeCard(Card, topic="change_card", collapses=True):
    """To the desk, and to each who has a part in it: how it stands, and the buttons."""


class ChangeNews(Message, topic="change_news"):
    """To the requester, and whom its source names: what became of it (CHG-4, CHG-5)."""

    action: str
    by: str

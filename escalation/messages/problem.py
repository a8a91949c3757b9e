"""Messages about problems (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from escalation.messages.effects import Card, Message


class ProblemCard(Card, topic="problem_card", collapses=True):
    """To the provider's room, and to each who has a part in it: how it stands, and the buttons."""


class ProblemAnswered(Message, topic="problem_answered"):
    """To whoever proposed it: it is taken, or declined and why (PRB-1, CON-5)."""

    taken: bool


class KnownErrorTold(Message, topic="known_error_told"):
    """To whoever has a linked incident in hand: a work-around, or the fix (PRB-3)."""

    problem: str
    fixed: bool

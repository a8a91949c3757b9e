"""Messages about problems (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from escalation.messages.effects import Card, Message


class ProblemCard(Card, topic="problem_card", collapses=True):
    """To the provider's room, and to each who has a part in it: how it stands, and the buttons."""


class ProblemAnswered(Message, topic="problem_answered"):
    """To whoever proposed it: it is taken, or declined and why (PRB-1, CON-5)."""

    taken: bool


class KnownErrorTold(Message, topic="known_error_told"):
    """To whoever has a linked incident in hand: a work-around, its correction, or the fix (PRB-3).

    A correction also to who has a like one in hand.
    """

    problem: str
    fixed: bool
    corrected: bool = False


class WorkaroundWithdrawn(Message, topic="workaround_withdrawn"):
    """To whoever read it with an incident, also one that is over: it is none (PRB-3, CON-5)."""

    problem: str
    reason: str
    text: str = ""  # the work-around that is withdrawn

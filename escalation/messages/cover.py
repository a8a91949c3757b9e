"""Messages about covers and swaps of on-call duty, and the watch over it (CAL-6, CRI-13)."""

from __future__ import annotations

from escalation.messages.effects import Card, Message


class CoverCard(Message, topic="cover_card", collapses=True):
    """To each who has a part in a cover: how it stands, and the buttons for what is left to do."""


class CoverNews(Message, topic="cover_news", urgent=True):
    """Something happened to a cover. `action` is one of the journal."""

    action: str
    by: str = ""
    reason: str = ""


class DutyFaults(Message, topic="duty_faults", urgent=True):
    """To who keeps a rota: gaps and overlaps ahead, each as `DutyFault` writes it."""

    faults: tuple[str, ...]


class ManagementCard(Card, topic="management_card", collapses=True):
    """To who keeps them: the lists of suppliers' management, to confirm or correct (CRI-13)."""


class ManagementOpen(Message, topic="management_open"):
    """To both delivery managers: lists not confirmed in time, or to be changed (CRI-13).

    `void`: one of them was confirmed as it stands, though it was to be changed.
    """

    suppliers: tuple[str, ...]
    void: bool = False


class UnreachedPeople(Message, topic="unreached_people"):
    """To who keeps the list: people of rungs whom no way led to in so many days (ESC-10)."""

    people: tuple[str, ...]
    days: int

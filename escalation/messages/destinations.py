"""Destinations: whom or which room a message goes to, and how they are stored.

Stored as "person/claire.martin", "room/shared", "room/provider" or "crisis/CRI-0003"; a copy that
goes by another contact method than Slack as "mail/claire.martin".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class To(StrEnum):
    """Kinds of destinations."""

    PERSON = "person"
    ROOM = "room"  # a standing room of the contract
    CRISIS = "crisis"  # the room in which a crisis meets


_KINDS = {kind.value: kind for kind in To}


@dataclass(frozen=True, slots=True)
class Destination:
    """The place a message goes to. `method` is the contact method, "" for Slack."""

    kind: To
    name: str
    method: str = ""

    @classmethod
    def read(cls, stored: str) -> Destination:
        """Read a destination as it is stored."""
        head, _, name = stored.partition("/")
        kind = _KINDS.get(head)
        return cls(To.PERSON, name, head) if kind is None else cls(kind, name)

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"

    @property
    def group(self) -> str:
        """Return what it is counted under: its contact method, else its kind."""
        return self.method or self.kind

    @property
    def person(self) -> str:
        """The person's id; "" for a room."""
        return self.name if self.kind is To.PERSON else ""

    def by(self, method: str) -> Destination:
        """The same person by another contact method; by "" in Slack."""
        return replace(self, method=method)


SHARED_ROOM = Destination(To.ROOM, "shared")
PROVIDER_ROOM = Destination(To.ROOM, "provider")


def person(person_id: str) -> Destination:
    """A direct message to a person."""
    return Destination(To.PERSON, person_id)


def crisis_room(crisis_id: str) -> Destination:
    """The room in which a crisis meets."""
    return Destination(To.CRISIS, crisis_id)


def pattern(kind: To) -> str:
    """Match every stored destination of a kind in SQL (LIKE)."""
    return f"{kind}/%"

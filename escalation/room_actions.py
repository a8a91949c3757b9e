"""What the dispatcher does to the room of a crisis (Rule CRI-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from escalation.effects import RoomAction


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(RoomAction):
    """Open the channel, by that name where it is free, and answer with RoomOpened."""

    topic = "open_room"
    urgent = True
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(RoomAction):
    """Let people in."""

    topic = "invite"
    urgent = True
    people: tuple[str, ...]

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """Read stored facts; earlier versions wrote one `person`."""
        return cls(people=tuple(facts.get("people") or [facts["person"]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninvite(RoomAction):
    """Take somebody out who was taken off the member list."""

    topic = "uninvite"
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic(RoomAction):
    """Say in the channel's topic which crisis meets there."""

    topic = "room_topic"
    collapses = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRoom(RoomAction):
    """Archive a room of the pool that has served."""

    topic = "archive_room"

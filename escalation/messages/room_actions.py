"""Actions of the dispatcher on the room of a crisis (Rule CRI-4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from escalation.messages.effects import RoomAction


class OpenRoom(RoomAction, topic="open_room", urgent=True):
    """Open the channel, by that name where it is free, and answer with RoomOpened."""

    name: str


class Invite(RoomAction, topic="invite", urgent=True):
    """Let people in."""

    people: tuple[str, ...]

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """Read stored facts; earlier versions wrote one `person`."""
        return cls(people=tuple(facts.get("people") or [facts["person"]]))


class Uninvite(RoomAction, topic="uninvite"):
    """Take somebody out who was taken off the member list."""

    person: str


class SetTopic(RoomAction, topic="room_topic", collapses=True):
    """Say in the channel's topic which crisis meets there."""


class ArchiveRoom(RoomAction, topic="archive_room"):
    """Archive a room of the pool that has served."""


class ShowCalls(RoomAction, topic="show_calls", collapses=True):
    """In one's own conversation: the newest copies of a call say how things stand (ESC-6).

    `asked` tells who asks anew from who did before.
    """

    asked: datetime | None = None


class ShowAnswers(RoomAction, topic="show_answers", collapses=True):
    """In one's own conversation: the copies of what was asked say who answered, and when."""

    asked: datetime | None = None

"""The timers of the crisis practice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from escalation.base.timer_names.timer_name import TimerName


@dataclass(frozen=True)
class AnswerAwaited(TimerName):
    """A counterpart has not answered yet."""

    text = "request/answer"


@dataclass(frozen=True)
class RoomAwaited(TimerName):
    """The cell's room is not there yet."""

    text = "room/awaited"


@dataclass(frozen=True)
class ArchiveRoom(TimerName):
    """The cell's room of the pool has served."""

    text = "archive/room"


@dataclass(frozen=True)
class MemberChase(TimerName):
    """A member is missing still."""

    text = "member/{person}/chase"
    person: str


@dataclass(frozen=True)
class MembersAwaited(TimerName):
    """A side has not agreed the member list yet."""

    text = "members/{side}/agree"
    side: str


@dataclass(frozen=True)
class BriefingDue(TimerName):
    """A side's firm is to be briefed."""

    text = "inform/{side}"
    side: str


@dataclass(frozen=True)
class ActionDue(TimerName):
    """An action is due, for its owner; then also for the lead."""

    text = "action/{number}/{whom}"
    number: int
    whom: Literal["owner", "lead"]

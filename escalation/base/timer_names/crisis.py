"""The timers of the crisis practice."""

from __future__ import annotations

from typing import Literal

from escalation.base.timer_names.timer_name import TimerName


class AnswerAwaited(TimerName):
    """A counterpart has not answered yet."""

    text = "request/answer"


class RoomAwaited(TimerName):
    """The cell's room is not there yet."""

    text = "room/awaited"


class ArchiveRoom(TimerName):
    """The cell's room of the pool has served."""

    text = "archive/room"


class MemberChase(TimerName):
    """A member is missing still."""

    text = "member/{person}/chase"
    person: str


class MembersAwaited(TimerName):
    """A side has not agreed the member list yet."""

    text = "members/{side}/agree"
    side: str


class LeadAwaited(TimerName):
    """Somebody who is to take the lead has not confirmed yet."""

    text = "lead/confirm"


class BriefingDue(TimerName):
    """A side's firm is to be briefed."""

    text = "inform/{side}"
    side: str


class ActionDue(TimerName):
    """An action is due, for its owner; then also for the lead."""

    text = "action/{number}/{whom}"
    number: int
    whom: Literal["owner", "lead"]

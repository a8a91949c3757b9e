"""The timers of the change practice."""

from __future__ import annotations

from escalation.base.timer_names.timer_name import TimerName


class ChangeTurn(TimerName):
    """Somebody's answer is awaited; counted from 1."""

    text = "change/turn/{number}"
    number: int


class WindowNear(TimerName):
    """It is carried out soon: a reminder before."""

    text = "change/near"


class WindowOpens(TimerName):
    """It can be started."""

    text = "change/opens"


class WindowOver(TimerName):
    """It should be over; counted from 1."""

    text = "change/over/{number}"
    number: int

"""The timers of the advisory board on changes."""

from __future__ import annotations

from escalation.base.timer_names.timer_name import TimerName


class BoardReminder(TimerName):
    """The papers have been out as long as agreed (0), then who has not voted is reminded."""

    text = "change/board/{number}"
    number: int


class BoardOverdue(TimerName):
    """The board should have decided by now (0); then it is overdue, so many delays long."""

    text = "change/board_overdue/{number}"
    number: int

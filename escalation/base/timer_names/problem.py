"""The timers of the problem practice."""

from __future__ import annotations

from escalation.base.timer_names.timer_name import TimerName


class TurnReminder(TimerName):
    """Somebody's answer is awaited; counted from 1."""

    text = "problem/turn/{number}"
    number: int


class AnalysisReminder(TimerName):
    """The analysis is due soon (0), due (1), or overdue."""

    text = "problem/analysis/{number}"
    number: int


class WatchOver(TimerName):
    """No linked incident came back for so long: it may be closed."""

    text = "problem/watched"

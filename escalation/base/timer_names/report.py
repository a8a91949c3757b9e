"""The timers of the report practice."""

from __future__ import annotations

from escalation.base.timer_names.timer_name import TimerName


class ReportReminder(TimerName):
    """The report is due soon; counted from 1."""

    text = "report/remind/{number}"
    number: int


class LastMoment(TimerName):
    """The report goes out as it is."""

    text = "report/preliminary"

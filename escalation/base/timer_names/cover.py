"""The timers of the cover practice."""

from __future__ import annotations

from escalation.base.timer_names.timer_name import TimerName


class CoverUnanswered(TimerName):
    """Nobody has answered yet, and the duty begins soon."""

    text = "cover/unanswered"


class CoverBegins(TimerName):
    """The duty begins: what nobody took lapses."""

    text = "cover/begins"


class LookAtDuty(TimerName):
    """The duty of the coming week, and who of the rungs can be reached, is looked at once a day."""

    text = "duty/look"


class CoverEnds(TimerName):
    """The last of its duty is over."""

    text = "cover/ends"

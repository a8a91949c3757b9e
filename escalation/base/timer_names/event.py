"""The timers of the event practice."""

from __future__ import annotations

from escalation.base.timer_names.timer_name import TimerName


class EventsQuiet(TimerName):
    """A source that flapped has been quiet: is it over?"""

    text = "event/quiet"


class EventsHeld(TimerName):
    """The window that held them back is over: does anything last?"""

    text = "event/held"

"""The timers of the ladder practice."""

from __future__ import annotations

from collections.abc import Callable

from escalation.base.timer_names.timer_name import TimerName


class LadderTimer(TimerName):
    """A timer of the escalation up a ladder, which begins again at the top."""

    repeats = True
    ladder: str


class NextCall(LadderTimer):
    """The next call of one side."""

    text = "ladder/{ladder}/call/{side}"
    side: str


class SettleBy(LadderTimer):
    """The rung's time to settle is over."""

    text = "ladder/{ladder}/settle"


class SnoozeOver(LadderTimer):
    """The end of a snooze."""

    text = "ladder/{ladder}/snooze"


def up(ladder: str) -> Callable[[TimerName], bool]:
    """Return whether a timer is of the escalation up that ladder."""
    return lambda name: isinstance(name, LadderTimer) and name.ladder == ladder

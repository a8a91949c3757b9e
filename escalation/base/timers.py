"""Timers: what a record wants to be woken for. The store keeps one timer row for each.

Because timers are part of the record they wake, state and timers cannot disagree: saving the
record is arming its timers. A row whose generation is not the armed timer's is past (Rule ESC-7).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from escalation.base.durations import Clock
from escalation.base.evolve import replace
from escalation.base.timer_names.reading import read
from escalation.base.timer_names.timer_name import Timer, TimerName
from escalation.base.value import Value


class ArmedTimer(Value):
    """One armed timer. `name` is the text of its `TimerName`; `due` is aware UTC.

    `clock` is what the wait until then runs on, where the rule that armed it says so.
    """

    name: str
    due: datetime
    generation: int
    clock: Clock | None = None

    @property
    def timer(self) -> Timer[Any]:
        """Return what it is for, and when."""
        return Timer(name=read(self.name), due=self.due)


class ArmedTimers(Value):
    """The armed timers of one record, and the last generation given out."""

    armed: tuple[ArmedTimer, ...] = ()
    generation: int = 0

    @property
    def names(self) -> tuple[TimerName, ...]:
        """The names of those that are armed."""
        return tuple([read(armed_timer.name) for armed_timer in self.armed])

    def set(self, name: TimerName, due: datetime, clock: Clock | None = None) -> ArmedTimers:
        """Arm `name` for `due`, in place of an earlier one of that name."""
        generation, text = self.generation + 1, str(name)
        kept = [armed_timer for armed_timer in self.armed if armed_timer.name != text]
        armed_timer = ArmedTimer(name=text, due=due, generation=generation, clock=clock)
        return ArmedTimers(armed=(*kept, armed_timer), generation=generation)

    def clear(self, *names: TimerName) -> ArmedTimers:
        """Disarm these timers, where armed."""
        texts = [str(name) for name in names]
        return replace(self, armed=tuple([a for a in self.armed if a.name not in texts]))

    def clear_if(self, fits: Callable[[TimerName], bool]) -> ArmedTimers:
        """Disarm every timer whose name fits."""
        return replace(self, armed=tuple([a for a in self.armed if not fits(read(a.name))]))

    def clear_all(self) -> ArmedTimers:
        """Disarm every timer."""
        return replace(self, armed=())

    def get(self, name: TimerName | str) -> ArmedTimer | None:
        """The armed timer of that name, or of the name with that text."""
        text = str(name)
        for armed_timer in self.armed:
            if armed_timer.name == text:
                return armed_timer
        return None

    def next(self, fits: Callable[[TimerName], bool] = lambda _: True) -> ArmedTimer | None:
        """The timer due first, among those whose name fits."""
        mine = [armed_timer for armed_timer in self.armed if fits(read(armed_timer.name))]
        return min(
            mine, key=lambda armed_timer: (armed_timer.due, armed_timer.generation), default=None
        )

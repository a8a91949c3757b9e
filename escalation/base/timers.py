"""Alarms: what a record wants to be woken for. The store keeps one timer row for each.

Because alarms are part of the record they wake, state and timers cannot disagree: saving the
record is arming its timers. A timer whose generation is not the alarm's is past (Rule ESC-7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation.base.durations import Clock
from escalation.base.evolve import replace
from escalation.base.timer_names import Timer, TimerName, read


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One armed alarm. `name` is the text of its `TimerName`; `due` is aware UTC.

    `clock` is what the wait until then runs on, where the rule that armed it says so.
    """

    name: str
    due: datetime
    generation: int
    clock: Clock | None = None

    @property
    def timer(self) -> Timer[Any]:
        """What it is for, and when."""
        return Timer(name=read(self.name), due=self.due)


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """The armed alarms of one record, and the last generation given out."""

    armed: tuple[Alarm, ...] = ()
    generation: int = 0

    @property
    def names(self) -> tuple[TimerName, ...]:
        """The names of those that are armed."""
        return tuple([read(alarm.name) for alarm in self.armed])

    def set(self, name: TimerName, due: datetime, clock: Clock | None = None) -> Alarms:
        """Arm `name` for `due`, in place of an earlier one of that name."""
        generation, text = self.generation + 1, str(name)
        kept = [alarm for alarm in self.armed if alarm.name != text]
        alarm = Alarm(name=text, due=due, generation=generation, clock=clock)
        return Alarms(armed=(*kept, alarm), generation=generation)

    def clear(self, *names: TimerName) -> Alarms:
        """Disarm these alarms, where armed."""
        texts = [str(name) for name in names]
        return replace(self, armed=tuple([a for a in self.armed if a.name not in texts]))

    def clear_if(self, fits: Callable[[TimerName], bool]) -> Alarms:
        """Disarm every alarm whose name fits."""
        return replace(self, armed=tuple([a for a in self.armed if not fits(read(a.name))]))

    def clear_all(self) -> Alarms:
        """Disarm every alarm."""
        return replace(self, armed=())

    def get(self, name: TimerName | str) -> Alarm | None:
        """The armed alarm of that name, or of the name with that text."""
        text = str(name)
        for alarm in self.armed:
            if alarm.name == text:
                return alarm
        return None

    def next(self, fits: Callable[[TimerName], bool] = lambda _: True) -> Alarm | None:
        """The alarm due first, among those whose name fits."""
        mine = [alarm for alarm in self.armed if fits(read(alarm.name))]
        return min(mine, key=lambda alarm: (alarm.due, alarm.generation), default=None)

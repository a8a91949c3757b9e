"""Alarms: what a record wants to be woken for. The store keeps one timer row for each.

Because alarms are part of the record they wake, state and timers cannot disagree: saving the
record is arming its timers. A timer whose generation is not the alarm's is past (Rule ESC-7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.evolve import replace


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One armed alarm. `name` is unique within the record; `due` is aware UTC."""

    name: str
    due: datetime
    generation: int


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """The armed alarms of one record, and the last generation given out."""

    armed: tuple[Alarm, ...] = ()
    generation: int = 0

    def set(self, name: str, due: datetime) -> Alarms:
        """Arm `name` for `due`, in place of an earlier one of that name."""
        generation = self.generation + 1
        kept = [alarm for alarm in self.armed if alarm.name != name]
        alarm = Alarm(name=name, due=due, generation=generation)
        return Alarms(armed=(*kept, alarm), generation=generation)

    def clear(self, *names: str) -> Alarms:
        """Disarm these alarms, where armed."""
        return replace(self, armed=tuple([a for a in self.armed if a.name not in names]))

    def clear_under(self, prefix: str) -> Alarms:
        """Disarm every alarm whose name starts with `prefix`."""
        return replace(self, armed=tuple(a for a in self.armed if not a.name.startswith(prefix)))

    def get(self, name: str) -> Alarm | None:
        """The armed alarm of that name."""
        for alarm in self.armed:
            if alarm.name == name:
                return alarm
        return None

    def next(self, prefix: str = "") -> Alarm | None:
        """The alarm due first, among those whose name starts with `prefix`."""
        mine = [alarm for alarm in self.armed if alarm.name.startswith(prefix)]
        return min(mine, key=lambda alarm: (alarm.due, alarm.generation), default=None)

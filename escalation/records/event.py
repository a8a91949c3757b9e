"""The record of what monitoring says of one component: its alerts, counted (Rule EVT-1)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value


class EventState(StrEnum):
    """States of an event; over once nothing of it lasts, and its incident is over."""

    FIRING = "firing"
    CLEARED = "cleared"
    OVER = "over"


class Seen(Value):
    """One alert, as a source told of it. `began` is what the source's clock says, at most now.

    One that nothing ever clears is `momentary`.
    """

    source: str
    group: str
    alert: str
    occurrence: str = ""
    firing: bool = True
    momentary: bool = False
    severity: int | None = None
    site: str | None = None
    title: str = ""
    text: str = ""
    began: datetime | None = None


class Alert(Value):
    """An alert that is kept: which occurrence of it was the last, and whether it lasts."""

    source: str
    group: str
    alert: str
    occurrence: str = ""
    began: datetime | None = None
    firing: bool = True


class Event(Value):
    """Like events, counted: those of one component that came together (Rule EVT-1).

    `count` are the occurrences, `clears` how often all had cleared; the incident knows of `told`,
    `told_clears` and `told_severity`. `beyond` alerts are counted, and not kept one by one.
    """

    id: str  # "EVT-0042"
    contract: str
    contract_version: str
    source: str
    component: str | None
    named: str = ""  # the component, as the source calls it
    site: str | None = None
    title: str
    text: str = ""
    severity: int | None = None  # the gravest that was seen, since its incident is under way
    told_severity: int | None = None
    state: EventState = EventState.FIRING
    incident: str | None = None
    held_by: str | None = None  # the change whose window holds it back
    held_severity: int | None = None  # as whoever carries that out was told
    count: int = 0
    told: int = 0
    clears: int = 0
    told_clears: int = 0
    beyond: int = 0
    first_at: datetime
    last_at: datetime
    alerts: tuple[Alert, ...] = ()
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def news(self) -> bool:
        """Tell whether its incident is to be told of something."""
        return self.count != self.told or self.clears != self.told_clears

    @property
    def firing(self) -> int:
        """Count how many of its alerts last, as far as they are kept."""
        return sum(alert.firing for alert in self.alerts)

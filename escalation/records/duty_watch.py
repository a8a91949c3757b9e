"""The watch over a contract's duty: gaps and overlaps told, people not reached (CAL-6, ESC-10)."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value


class WatchState(StrEnum):
    """It has but one: nothing of it is to be done by anybody."""

    WATCHING = "watching"


class DutyWatch(Value):
    """A contract's. `told`: faults, each with its stage; `unreached`: people, when last told of."""

    id: str  # "DUT-0001"
    contract: str
    contract_version: str
    state: WatchState = WatchState.WATCHING
    told: tuple[str, ...] = ()
    unreached: dict[str, date] = field(default_factory=dict)  # (ESC-10)
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

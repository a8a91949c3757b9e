"""The watch over a contract's on-call duty: which gaps and overlaps ahead were told (CAL-6)."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value


class WatchState(StrEnum):
    """It has but one: nothing of it is to be done by anybody."""

    WATCHING = "watching"


class DutyWatch(Value):
    """A contract's, where rotas name who keeps them. `told`: faults, each with its stage."""

    id: str  # "DUT-0001"
    contract: str
    contract_version: str
    state: WatchState = WatchState.WATCHING
    told: tuple[str, ...] = ()
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

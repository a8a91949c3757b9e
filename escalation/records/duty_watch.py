"""The watch over a contract's duty: gaps and overlaps told, people not reached (CAL-6, ESC-10).

It also keeps what was confirmed of the suppliers' management (CRI-13).
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value


class WatchState(StrEnum):
    """It has but one: nothing of it is to be done by anybody."""

    WATCHING = "watching"


class ManagementCheck(Value):
    """The word of its keepers on the list of a supplier's management (Rule CRI-13).

    Asked `since` then, and last reminded when `told`; nothing is asked where both are None.
    `listed` is the list as it was asked about.
    """

    asked: tuple[str, ...] = ()
    since: date | None = None
    told: date | None = None
    listed: tuple[str, ...] = ()
    confirmed_by: str = ""
    confirmed_on: date | None = None
    to_change: str = ""  # what is to be changed, in the words of `said_by`
    said_by: str = ""


class DutyWatch(Value):
    """A contract's. `told`: faults, each with its stage; `unreached`: people, when last told of."""

    id: str  # "DUT-0001"
    contract: str
    contract_version: str
    state: WatchState = WatchState.WATCHING
    told: tuple[str, ...] = ()
    unreached: dict[str, date] = field(default_factory=dict)  # (ESC-10)
    suppliers: dict[str, ManagementCheck] = field(default_factory=dict)  # by id (CRI-13)
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

"""Ladders, their rungs, and what starts an escalation by itself (Rules ESC-3 to ESC-6)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from escalation.base.durations import Duration
from escalation.base.value import Value
from escalation.contract.echelons import Post
from escalation.contract.parties import CLIENT


class Trigger(StrEnum):
    """An occasion that starts an escalation by itself (Rule ESC-4)."""

    PRIORITY_1_OPENED = "priority_1_opened"
    ACKNOWLEDGEMENT_MISSED = "acknowledgement_missed"
    TARGET_AT_RISK = "target_at_risk"
    TARGET_MISSED = "target_missed"
    REOPENED = "reopened"
    NOT_QUALIFIED = "not_qualified"
    WAITING_TOO_LONG = "waiting_too_long"


class Rung(Value):
    """One step of a ladder (Rule ESC-3). Keys of the tables are priorities, 1 to 4.

    `acknowledge` is the delay before the next ping of a side; `supplier` names the supplier's
    people where the ladder leads to one. Provider and client people come from the echelon.
    """

    level: int
    acknowledge: dict[int, Duration]
    settle: dict[int, Duration]
    supplier: Post | None = None


class Ladder(Value):
    """The rungs between the provider and `towards`: "client" or a supplier's id (Rule ESC-3)."""

    id: str
    towards: str
    rungs: tuple[Rung, ...]


class AutomaticCase(Value):
    """A case in which an escalation starts by itself (Rule ESC-4)."""

    trigger: Trigger
    priorities: tuple[int, ...] = (1, 2, 3, 4)
    ladder: str = CLIENT  # the ladder's id


class EscalationRules(Value):
    """Rules of the contract about escalating (Rules ESC-4 to ESC-6)."""

    automatic: tuple[AutomaticCase, ...] = (AutomaticCase(trigger=Trigger.PRIORITY_1_OPENED),)
    reopened_times: int = 2
    pings_per_person: int = 2
    repeat_at_top: Duration = Duration(seconds=900)
    at_top: Literal["ladder", "top"] = "ladder"  # what is then called anew
    overdue_top: int = 3  # the highest echelon that hears of what is overdue elsewhere (ESC-9)
    snooze: Duration = Duration(seconds=900)
    unreachable: str | None = None  # told when a rung can reach nobody
    reached_within_days: int | None = None  # who was not is told of, where it is set (ESC-10)

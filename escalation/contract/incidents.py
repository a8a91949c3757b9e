"""Components, priorities, targets and verification (Rules ORG-5, INC-2, INC-3, INC-5, INC-9)."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Literal

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value
from escalation.contract.hours import Hours


class Criticality(StrEnum):
    """The degree to which a component matters (Rule INC-2)."""

    STRATEGIC = "strategic"
    FAIRLY_STRATEGIC = "fairly_strategic"
    SENSITIVE = "sensitive"
    HARDLY_SENSITIVE = "hardly_sensitive"


class Component(Value):
    """A component of the service catalogue (Rule ORG-5).

    `targets_on_hours`: its targets in coverage hours run on its own hours instead.
    """

    id: str
    name: str
    criticality: Criticality | None = None  # for the scheme of that name (Rule INC-2)
    rank: int | None = None  # the client's P1–P3, for the ranked scheme (Rule INC-3)
    hours: Hours = field(default_factory=lambda: Hours(always=True))
    targets_on_hours: bool = False
    group: str | None = None
    supplier: str | None = None
    depends_on: tuple[str, ...] = ()  # other components, without which it does not work (CFG-1)


DEFAULT_MATRIX: dict[Criticality, dict[int, int]] = {
    Criticality.STRATEGIC: {1: 1, 2: 2, 3: 3},
    Criticality.FAIRLY_STRATEGIC: {1: 2, 2: 2, 3: 3},
    Criticality.SENSITIVE: {1: 3, 2: 3, 3: 3},
    Criticality.HARDLY_SENSITIVE: {1: 4, 2: 4, 3: 4},
}


class Priorities(Value):
    """The way a priority is found: criticality × severity, or the rank (Rules INC-2, INC-3)."""

    scheme: Literal["criticality", "ranked"] = "criticality"
    matrix: dict[Criticality, dict[int, int]] = field(default_factory=lambda: DEFAULT_MATRIX)
    urgency_impact: dict[int, dict[int, int]] = field(default_factory=dict)  # urgency → impact


class Target(Value):
    """Time to acknowledge and to restore an incident of one priority (Rule INC-9)."""

    acknowledge: Duration
    restore: Duration


class Verification(Value):
    """Chasing the requester before closing (Rule INC-5)."""

    chase_every: Duration = Duration(seconds=4 * 3600, clock=Clock.COVERAGE)
    may_close_after: Duration = Duration(days=2, clock=Clock.WORKING_DAYS)


class Waiting(Value):
    """Waiting for the client or a supplier: reminded of, then too long (Rule INC-9)."""

    remind_every: Duration = Duration(days=1, clock=Clock.WORKING_DAYS)
    at_most: Duration = Duration(days=10, clock=Clock.WORKING_DAYS)


class Communication(Value):
    """Communication of incidents of one origin, as the process that raised them says (INC-16).

    `client`: whether the client is told of them; `people` hear of each step.
    """

    origin: Literal["ticket", "monitoring", "production", "change", "call"]
    client: bool = True
    people: tuple[str, ...] = ()


class Closing(Value):
    """Closing what is verified: the incident managers are reminded, then it closes (Rule INC-4)."""

    remind_every: Duration = Duration(seconds=4 * 3600, clock=Clock.COVERAGE)
    by_itself_after: Duration = Duration(days=2, clock=Clock.WORKING_DAYS)


class IncidentRules(Value):
    """Rules of the contract about incidents (Rules INC-4, INC-5, INC-8, INC-9, INC-18)."""

    targets: dict[int, Target]
    warnings: tuple[int, ...] = (50, 75, 90)  # per cent of a target
    priority_1_list: tuple[str, ...] = ()
    verification: Verification = field(default_factory=Verification)
    closing: Closing = field(default_factory=Closing)
    waiting: Waiting = field(default_factory=Waiting)
    communication: tuple[Communication, ...] = ()
    service_level_list: tuple[str, ...] = ()  # told of what is, or will be, late (Rule INC-13)
    inform_every: Duration = Duration(seconds=4 * 3600, clock=Clock.COVERAGE)  # Rule INC-14
    agree_every: Duration = Duration(seconds=1800, clock=Clock.COVERAGE)  # Rule INC-19
    qualify_within: Duration = Duration(seconds=1800)
    unqualified_as: int = 2  # the priority whose delays run until it is qualified (Rule INC-18)
    on_call_told: tuple[int, ...] = (1, 2)  # of which on call is told, besides the unqualified

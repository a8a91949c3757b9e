"""The incident record and its life (Rules INC-1 to INC-4)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value
from escalation.records.escalation import Escalation


class Origin(StrEnum):
    """The source that an incident comes from (Rule INC-1)."""

    TICKET = "ticket"
    MONITORING = "monitoring"
    PRODUCTION = "production"
    CHANGE = "change"
    CALL = "call"


class IncidentState(StrEnum):
    """The steps of an incident's life (Rule INC-4)."""

    OPENED = "opened"
    QUALIFIED = "qualified"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


REPAIRED = frozenset({IncidentState.RESOLVED, IncidentState.VERIFIED, IncidentState.CLOSED})


class Priority(Value):
    """A priority, 1 (gravest) to 4, and why: the row and column that gave it, or a person's reason.

    `row` and `column` are what the matrix was read at, e.g. "strategic" and "1".
    """

    level: int
    row: str = ""
    column: str = ""
    reason: str = ""
    set_by: str = ""


class Pause(Value):
    """A time when the targets' clocks stood still (Rule INC-9). `until` is None while waiting."""

    since: datetime
    until: datetime | None = None
    waiting_for: str  # "client" or a supplier's id
    reason: str
    by: str
    ended_by: str = ""  # who said that it is over


class Lowering(Value):
    """A priority 1 that is proposed to be lowered: to what, and who is asked (Rule INC-19).

    `level` is the echelon of whoever proposed it; the client's peers are of it, or above.
    """

    priority: Priority
    component: str | None = None
    severity: int | None = None
    urgency: int | None = None
    impact: int | None = None
    reason: str
    by: str
    at: datetime
    level: int
    asked: tuple[str, ...] = ()
    chased: int = 0  # how often they were asked again


class Incident(Value):
    """An incident: an immutable record; every step makes the next one."""

    id: str  # "INC-0042", numbered per contract
    contract: str
    contract_version: str
    title: str
    description: str = ""
    component: str | None = None
    severity: int | None = None
    urgency: int | None = None
    impact: int | None = None
    origin: Origin = Origin.TICKET
    ticket: str = ""
    link: str = ""  # permalink of the message it was opened from
    change: str = ""
    exercise: bool = False
    client_informed: bool = True  # Rule INC-7
    state: IncidentState = IncidentState.OPENED
    priority: Priority | None = None
    presumed: int = 4  # the priority whose delays it runs on while not qualified (Rule INC-18)
    on_call_told: tuple[str, ...] = ()  # who was told of it outside coverage (Rule INC-18)
    was_priority_1: bool = False  # which is not undone (Rule INC-19)
    lowering: Lowering | None = None  # proposed, and not agreed yet (Rule INC-19)
    requester: str
    co_requesters: tuple[str, ...] = ()  # whoever reported a duplicate of it (Rule INC-4)
    opened_by: str
    opened_at: datetime
    clock_since: datetime | None = None  # where a duplicate was opened earlier
    site: str | None = None  # which it touches (ORG-6)
    assignee: str | None = None
    taken_at: datetime | None = None  # by whoever has it now
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    cause: str = ""
    cure: str = ""
    cause_gone: bool | None = None  # Rule INC-11; once resolved, None is "not known yet"
    cause_asked: int = 0  # how often it was asked for since
    cause_confirmed_by: str | None = None
    merged_into: str | None = None
    reopened: int = 0
    pauses: tuple[Pause, ...] = ()
    restore_due: datetime | None = None
    acknowledge_due: datetime | None = None
    missed: tuple[str, ...] = ()  # targets missed: "acknowledge", "restore"
    warned: tuple[str, ...] = ()  # marks announced, at which priority: "restore/75@2"
    delay_told: datetime | None = None  # the due the requester was told will be missed (INC-6)
    chased: int = 0  # how often the requester was asked to verify (INC-5)
    groups: tuple[str, ...] = ()  # support groups taking part (ORG-4)
    walks: tuple[Escalation, ...] = ()
    cell_leads: tuple[str, ...] = ()  # who leads its crisis cell: no ladder calls them (ESC-X)
    crises: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()  # that caused it (Rule CHG-4)
    problems: tuple[str, ...] = ()  # it is linked to, or was proposed as (Rule PRB-1)
    events: tuple[str, ...] = ()  # of monitoring, that it is about (Rule EVT-1)
    report: str | None = None
    report_asked_by: str | None = None  # a report was asked for, and why (Rule REP-2)
    report_asked_for: str = ""
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def level(self) -> int:
        """The priority's level; while not qualified, the one it runs on (Rule INC-18)."""
        return self.priority.level if self.priority else self.presumed

    @property
    def requesters(self) -> tuple[str, ...]:
        """Everybody who reported it: any of them may verify."""
        return (self.requester, *self.co_requesters)

    @property
    def clock_start(self) -> datetime:
        """From when its targets count."""
        return self.clock_since or self.opened_at

    @property
    def ever_priority_1(self) -> bool:
        """Tell whether it is priority 1, or has been (Rule INC-19)."""
        return self.was_priority_1 or bool(self.priority and self.priority.level == 1)

    @property
    def gravity(self) -> int:
        """Rank it for lists: by the priority's level; 0, before all, while not qualified."""
        return self.priority.level if self.priority else 0

    @property
    def waiting(self) -> Pause | None:
        """The pause under way."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    def escalation(self, ladder: str) -> Escalation | None:
        """The latest escalation up that ladder."""
        return next(
            (escalation for escalation in reversed(self.walks) if escalation.ladder == ladder), None
        )

    def open_for(self, now: datetime) -> timedelta:
        """Work out how long the incident has been, or was, open, round the clock."""
        return (self.closed_at or now) - self.opened_at

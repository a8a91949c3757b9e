"""Facts that a report states: typed, and free of language (Rules REP-3, CON-3).

Computed from the records and the journal when a report is shown; frozen into each version issued,
so that neither a later correction nor a new contract bends what was sent. People and firms stand
here by name, so that a version can be read without the contract it was written under.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value
from escalation.records.crisis import Presence


class IncidentFacts(Value):
    """The incident: what, when, how grave and why."""

    id: str
    title: str
    description: str
    component: str
    site: str = ""  # none in what earlier versions wrote
    criticality: str
    origin: str
    ticket: str
    requester: str
    assignee: str
    priority: int
    row: str  # what the matrix was read at, e.g. "strategic"
    column: str  # … and "1"
    reason: str  # a person's reason, where a person set the priority
    set_by: str
    opened_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None
    open_for: timedelta
    reopened: int
    cause_gone: bool | None


class StretchFact(Value):
    """A stretch of time as a target's clock took it (Rule INC-9); `stopped_by` paused it."""

    start: datetime
    end: datetime
    counted: timedelta
    outside: timedelta
    stopped_by: str = ""


class TargetFact(Value):
    """A target of the contract against what was done (Rule INC-9). Pauses do not count."""

    name: str  # "acknowledge" or "restore"
    allowed: Duration
    taken: timedelta | None
    clock: Clock  # the one `taken` was measured on: part of a working day is coverage hours
    due: datetime | None
    missed: bool
    line: str = ""  # of the contract's file, e.g. "incidents.targets.2.restore"
    stretches: tuple[StretchFact, ...] = ()


class PauseFact(Value):
    """A time when the targets' clocks stood still (Rule INC-9)."""

    since: datetime
    until: datetime | None
    waiting_for: str
    reason: str
    by: str


class CallFact(Value):
    """Somebody who was called, and when they answered for their side (Rule ESC-5).

    Many calls of one echelon that nobody answered stand as one: `times` of them, from `at` to
    `last_at`, to the people whom `person` names.
    """

    at: datetime
    person: str
    firm: str
    level: int
    echelon: str
    ladder: str  # "client", or the supplier's name
    number: int
    acknowledged_at: datetime | None = None
    times: int = 1
    last_at: datetime | None = None
    covers_for: str = ""


class MemberFact(Value):
    """A member of the crisis cell (Rule CRI-4)."""

    person: str
    firm: str
    mandated: bool
    presence: Presence
    joined_at: datetime | None
    delegate: str
    represents: tuple[str, ...] = ()


class DecisionFact(Value):
    """A decision of the cell (Rule CRI-8)."""

    at: datetime
    by: str
    text: str


class ActionFact(Value):
    """An action of the cell (Rule CRI-8)."""

    number: int
    text: str
    owner: str
    due: datetime | None
    done_at: datetime | None
    cancelled_at: datetime | None = None
    cancelled_for: str = ""


class BriefingFact(Value):
    """The fact that a firm was kept informed (CRI-7); what it was told stays its own (CON-2)."""

    at: datetime
    by: str
    firm: str
    audience: str


class CellFacts(Value):
    """A crisis cell, from its request to its end."""

    id: str
    reason: str
    asked_by: str
    asked_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    initiators: tuple[str, ...]
    leads: tuple[str, ...]
    members: tuple[MemberFact, ...]
    decisions: tuple[DecisionFact, ...]
    actions: tuple[ActionFact, ...]
    briefings: tuple[BriefingFact, ...]
    about: str = ""  # in its own report: the incident it met for, and how that stood
    about_state: str = ""


class MonitoringFact(Value):
    """Facts that monitoring saw of the incident (Rule EVT-1)."""

    events: int
    first_at: datetime
    last_at: datetime


class ProblemFact(Value):
    """A problem that was opened for the cause, as far as it has come (Rules PRB-1, PRB-3)."""

    id: str
    title: str
    state: str
    cause: str
    workaround: str
    fix: str


class ChangeFact(Value):
    """A change that has caused the incident, as far as it has come (Rule CHG-4)."""

    id: str
    title: str
    began: datetime | None
    result: str


class Moment(Value):
    """One line of the timeline: a journal action with what a reader of the form needs of it."""

    at: datetime
    subject: str
    action: str
    actor: str
    person: str = ""
    level: int | None = None
    text: str = ""
    awaited: str = ""  # the firm that is waited for; none in what earlier versions wrote


class ReportFacts(Value):
    """All that a report states as fact."""

    contract: str = ""
    reference: str = ""
    title: str = ""
    provider: str = ""
    client: str = ""
    owner: str = ""
    approved_by: str = ""
    recipients: tuple[str, ...] = ()
    incident: IncidentFacts | None = None
    targets: tuple[TargetFact, ...] = ()
    pauses: tuple[PauseFact, ...] = ()
    calls: tuple[CallFact, ...] = ()
    cells: tuple[CellFacts, ...] = ()
    moments: tuple[Moment, ...] = ()
    monitoring: MonitoringFact | None = None
    problems: tuple[ProblemFact, ...] = ()
    changes: tuple[ChangeFact, ...] = ()

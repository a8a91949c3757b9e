"""The kinds of records, each declared once: whatever goes through the kinds reads them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from escalation.base.refusals import NotFound
from escalation.contract import Contract
from escalation.records.change import Change, ChangeState
from escalation.records.change import seen_by as change_seen_by
from escalation.records.cover import Cover, CoverState
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.duty_watch import DutyWatch, WatchState
from escalation.records.event import Event, EventState
from escalation.records.incident import Incident, IncidentState
from escalation.records.problem import Problem, ProblemState, seen_by
from escalation.records.report import Report, ReportState

Record = Incident | Crisis | Report | Cover | Problem | DutyWatch | Event | Change
R = TypeVar("R", bound=Record)


def number_of(record_id: str) -> int:
    """The number in an id: 42 in "INC-0042"."""
    return int(record_id.rpartition("-")[2])


@dataclass(frozen=True, eq=False)
class Kind(Generic[R]):
    """A kind of record. `over` are the states in which one is done with."""

    prefix: str  # of its ids: "INC" in "INC-0042"
    word: str  # in English, a sentence of the catalogs
    table: str  # its name; `store.schema.tables` adds what only this kind's queries need
    type: type[R]
    over: frozenset[StrEnum]
    unknown: str  # the refusal's code
    order: Callable[[R], Any]  # in which a list of them is read
    seen_by: Callable[[Contract, str, R], bool] | None = None  # else `people.rights` says who does

    def is_open(self, record: R) -> bool:
        """Tell whether the record is not over yet."""
        return record.state not in self.over

    def not_found(self, record_id: str) -> NotFound:
        """The refusal where there is no such record, or none for whoever asks."""
        return NotFound(self.unknown, id=record_id)


INCIDENT = Kind(
    "INC",
    "incident",
    table="incidents",
    type=Incident,
    over=frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.MERGED}),
    unknown="unknown_incident",
    order=lambda incident: (incident.gravity, number_of(incident.id)),  # the gravest first
)
CRISIS = Kind(
    "CRI",
    "crisis",
    table="crises",
    type=Crisis,
    over=frozenset({CrisisState.REFUSED, CrisisState.CLOSED}),
    unknown="unknown_crisis",
    order=lambda crisis: -number_of(crisis.id),  # the newest first
)
REPORT = Kind(
    "REP",
    "report",
    table="reports",
    type=Report,
    over=frozenset({ReportState.ISSUED, ReportState.MERGED}),
    unknown="unknown_report",
    order=lambda report: (report.deadline, number_of(report.id)),  # the earliest deadline first
)
COVER = Kind(
    "COV",
    "cover",
    table="covers",
    type=Cover,
    over=frozenset({CoverState.OVER, CoverState.DECLINED, CoverState.WITHDRAWN, CoverState.LAPSED}),
    unknown="unknown_cover",
    order=lambda cover: (cover.spell.start, number_of(cover.id)),  # the first to begin
)
PROBLEM = Kind(
    "PRB",
    "problem",
    table="problems",
    type=Problem,
    over=frozenset({ProblemState.DECLINED, ProblemState.CLOSED}),
    unknown="unknown_problem",
    order=lambda problem: number_of(problem.id),
    seen_by=seen_by,
)
DUTY_WATCH = Kind(
    "DUT",
    "on-call duty",
    table="duty_watches",
    type=DutyWatch,
    over=frozenset({WatchState.WATCHING}),  # nothing of it is left to do by anybody
    unknown="unknown_record",
    order=lambda watch: number_of(watch.id),
    seen_by=lambda *_: False,  # its faults are told, and seen with /oncall
)

EVENT = Kind(
    "EVT",
    "event",
    table="events",
    type=Event,
    over=frozenset({EventState.OVER}),
    unknown="unknown_event",
    order=lambda event: number_of(event.id),  # the oldest first
)
CHANGE = Kind(
    "CHG",
    "change",
    type=Change,
    table="changes",
    over=frozenset({ChangeState.CLOSED, ChangeState.REJECTED, ChangeState.WITHDRAWN}),
    unknown="unknown_change",
    order=lambda change: number_of(change.id),
    seen_by=change_seen_by,
)

KINDS: tuple[Kind[Any], ...] = (
    INCIDENT,
    CRISIS,
    REPORT,
    COVER,
    PROBLEM,
    DUTY_WATCH,
    EVENT,
    CHANGE,
)
OF_PREFIX = {kind.prefix: kind for kind in KINDS}
_OF_TYPE: dict[type, Kind[Any]] = {kind.type: kind for kind in KINDS}


def kind_of(record: Record) -> Kind[Any]:
    """The kind of that record."""
    return _OF_TYPE[type(record)]


def kind_of_id(record_id: str) -> Kind[Any] | None:
    """The kind that ids of that prefix belong to."""
    return OF_PREFIX.get(record_id.partition("-")[0])

"""The incident report record (Rules REP-1 to REP-5)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value
from escalation.records.report_facts import ChangeFact, ProblemFact, ReportFacts


class ReportState(StrEnum):
    """The steps of a report."""

    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"
    MERGED = "merged"  # with its incident: what it says stands in the original's


class Sections(Value):
    """The parts of the form that people complete; drafted from the journal (Rule REP-3)."""

    facts: str = ""
    cause: str = ""
    cure: str = ""
    impact: str = ""
    actions: str = ""


class Issue(Value):
    """One version sent out. Versions count from 1; a preliminary one was not approved.

    `facts` are frozen as they stood: what was issued never changes (Rule CON-3).
    """

    version: int
    at: datetime
    preliminary: bool
    sections: Sections
    to: tuple[str, ...]
    approved_by: str | None
    facts: ReportFacts = field(default_factory=ReportFacts)


class Report(Value):
    """The report of one incident, or of one crisis cell: an immutable record."""

    id: str  # "REP-0007", numbered per contract
    contract: str
    contract_version: str
    incident: str | None
    crisis: str | None = None
    exercise: bool = False
    owner: str
    coordinators: tuple[str, ...] = ()  # the crisis's leads, who may complete it (Rule CRI-9)
    state: ReportState = ReportState.DRAFT
    merged_into: str | None = None  # the report on the original
    moved_from: tuple[str, ...] = ()  # duplicates it was begun on, until drafted anew
    owed_for: tuple[str, ...] = ()  # why: "priority_1", "asked", an indicator … (Rule REP-2)
    asked_by: str | None = None  # who asked for the report, and why (Rule REP-2)
    asked_for: str = ""
    drafted_at: datetime
    deadline: datetime
    sections: Sections = Sections()
    edited_by: tuple[str, ...] = ()  # whoever wrote last is the last
    submitted_at: datetime | None = None  # its approval was asked for, of `asked` (Rule REP-3)
    submitted_by: str | None = None
    asked: tuple[str, ...] = ()
    lacks_for: str = ""  # why its approval was asked for although it lacks something (CON-5)
    returned_by: str | None = None  # who would not approve it, and why, until it is asked for again
    returned_for: str = ""
    approved_by: str | None = None
    approved_at: datetime | None = None
    approved_problems: tuple[ProblemFact, ...] = ()  # as whoever approved it read them (REP-3)
    approved_changes: tuple[ChangeFact, ...] = ()
    issues: tuple[Issue, ...] = ()
    cards: tuple[str, ...] = ()  # who has a card that shows what is left to do
    besides: tuple[str, ...] = ()  # who got the newest issue in person, and is not on its list
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def of_cell(self) -> bool:
        """Tell whether it is a crisis cell's own, and not an incident's (Rule CRI-11)."""
        return self.incident is None

    @property
    def authors(self) -> tuple[str, ...]:
        """Return who has written it: its owner; of a cell's, all who have (Rule CRI-11)."""
        return (self.of_cell and self.edited_by) or (self.owner,)

    @property
    def writers(self) -> tuple[str, ...]:
        """List who is to write it: its owner; of a cell's, both firms' coordinators (CRI-9)."""
        both = self.coordinators if self.of_cell else ()
        return tuple(dict.fromkeys((self.owner, *both)))

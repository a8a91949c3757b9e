"""The change record and its life (Rules CHG-1 to CHG-6)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.contract.processes.changes import ChangeRules
from escalation.records.change_board import Board


class ChangeOrigin(StrEnum):
    """The origin that a change starts from (Rule CHG-1)."""

    CLIENT_REQUEST = "client_request"
    INCIDENT = "incident"
    PROBLEM = "problem"
    PROJECT = "project"
    SERVICE_DELIVERY = "service_delivery"


class ChangeState(StrEnum):
    """The steps of a change's life."""

    REQUESTED = "requested"
    STUDY = "study"
    APPROVAL = "approval"
    APPROVED = "approved"
    UNDERWAY = "underway"
    DONE = "done"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ChangeCategory(StrEnum):
    """In the catalogue that both firms keep, or not (Rule CHG-2)."""

    STANDARD = "standard"
    OTHER = "other"


class ChangeResult(StrEnum):
    """The result of carrying it out."""

    SUCCEEDED = "succeeded"
    PARTLY = "partly"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


class Need(StrEnum):
    """An approval that a change needs (Rules CHG-2 to CHG-5)."""

    CATALOGUE = "catalogue"  # of those whom the entry of the catalogue names
    URGENT = "urgent"  # of those who may accept the extra risk
    REQUESTER = "requester"
    PROVIDER_DELIVERY = "provider_delivery"  # money or service level: both delivery managers
    CLIENT_DELIVERY = "client_delivery"
    SOURCE = "source"  # of the project or process that it is born of
    MANAGER = "manager"
    BOARD = "board"  # in place of the manager's


BEFOREHAND = frozenset(
    {ChangeState.REQUESTED, ChangeState.STUDY, ChangeState.APPROVAL, ChangeState.APPROVED}
)
UNENDED = BEFOREHAND | {ChangeState.UNDERWAY}


class Approval(Value):
    """An answer given to one of the approvals that a change needs."""

    by: str
    at: datetime
    yes: bool = True
    reason: str = ""


class Study(Value):
    """The study that a change not standard needs before it is approved (Rule CHG-2)."""

    text: str
    impact: str
    fallback: str
    test: str
    by: str
    at: datetime


class Window(Value):
    """From when to when it is carried out; `end` excluded."""

    start: datetime
    end: datetime


class Change(Value):
    """A change: an immutable record; every step makes the next one."""

    id: str  # "CHG-0007", numbered per contract
    contract: str
    contract_version: str
    title: str
    description: str = ""
    origin: ChangeOrigin
    born_of: str = ""  # the incident, problem, project or process
    state: ChangeState = ChangeState.REQUESTED
    category: ChangeCategory | None = None
    standard: str | None = None  # the entry of the catalogue
    answers: dict[str, str] = field(default_factory=dict)  # to the form of that entry
    urgent: bool = False
    components: tuple[str, ...] = ()
    site: str | None = None
    requester: str
    opened_at: datetime
    manager: str | None = None  # who classified it
    money: bool = False
    service_level: bool = False
    owner: str | None = None  # of the study
    study_due: datetime | None = None
    study: Study | None = None
    needs: tuple[Need, ...] = ()
    asked: int = 0  # how often its approvals were asked for: anew once what they read has changed
    approvals: dict[str, Approval] = field(default_factory=dict)  # need → what was said
    board: Board | None = None  # the advisory board, where the manager puts it to one
    window: Window | None = None
    planned_end: datetime | None = None  # of the window, before somebody prolonged it
    carried_out_by: str | None = None
    accepted: tuple[str, ...] = ()  # clashes of the window that were accepted (Rule CHG-4)
    despite: str = ""  # why
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: ChangeResult | None = None
    reason: str = ""  # of the result, of the rejection or of the withdrawal
    stopped_by: str | None = None  # who rejected or withdrew it
    closed_at: datetime | None = None
    incidents: tuple[str, ...] = ()  # that it caused (Rule CHG-4)
    previous: str | None = None  # the change that this one does again
    again: str | None = None  # the change that does this one again
    cards: tuple[str, ...] = ()  # who has a card that shows what is left to do
    called: tuple[str, ...] = ()  # who is told because it is late, until it goes on
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def missing(self) -> tuple[Need, ...]:
        """The approvals that nobody has given yet."""
        return tuple(need for need in self.needs if need not in self.approvals)

    def overruns(self, now: datetime) -> bool:
        """Tell whether it lasts longer than its window (Rule ESC-9)."""
        window = self.window
        return self.state is ChangeState.UNDERWAY and window is not None and window.end <= now

    @property
    def overrun(self) -> timedelta:
        """By how much it has ended after the window that was planned; zero where it has not."""
        planned = self.planned_end or (self.window.end if self.window else None)
        over = self.ended_at - planned if self.ended_at and planned else timedelta()
        return max(over, timedelta())


def seen_by(contract: Contract, person_id: str, change: Change) -> bool:
    """Tell whether somebody needs to know of it (Rule CON-2).

    All of the provider; of the client, whoever answers for an echelon, the requester, and whoever
    has a part in it; of a supplier, the latter alone.
    """
    person = contract.person(person_id)
    named = _named(contract, change)
    if person_id in {change.requester, *change.cards, *named}:
        return True
    if any(person.listed_as(name) for name in named):
        return True
    heads = person.organisation == CLIENT and contract.level_of(person_id) > 0
    return heads or person.organisation == PROVIDER


def _named(contract: Contract, change: Change) -> set[str]:
    """The people and roles whom the chapter names for it."""
    rules = contract.changes or ChangeRules()
    entry, source = rules.catalogue.get(change.standard or ""), rules.born_of.get(change.born_of)
    names = {*entry.approved_by, *entry.carried_out_by} if entry else set()
    if source is not None:
        names |= {*source.told, *source.approves}
    return names | {*rules.urgent.may_accept} if rules.urgent and change.urgent else names

"""The problem record and its life (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value
from escalation.contract import CLIENT, PROVIDER, Contract, Role
from escalation.contract.processes.problems import ProblemRules, Rating


class ProblemOrigin(StrEnum):
    """The origin that a problem starts from (Rule PRB-1)."""

    INCIDENT = "incident"
    KNOWN_ERROR = "known_error"
    SERVICE_LEVEL = "service_level"
    REVIEW = "review"


class ProblemState(StrEnum):
    """The steps of a problem's life (Rule PRB-3)."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    OPENED = "opened"
    ANALYSED = "analysed"
    KNOWN_ERROR = "known_error"
    FIXED = "fixed"
    CLOSED = "closed"


UNTAKEN = frozenset({ProblemState.PROPOSED, ProblemState.DECLINED})
UNFIXED = frozenset({ProblemState.OPENED, ProblemState.ANALYSED, ProblemState.KNOWN_ERROR})
REPAIRED = frozenset({ProblemState.FIXED, ProblemState.CLOSED})


class Verdict(Value):
    """The priority that somebody decided for their firm (Rule PRB-2)."""

    by: str
    at: datetime
    priority: Rating


class Fix(Value):
    """The fix that removed the cause: the reference of the change, and in words (Rule PRB-3)."""

    change: str
    text: str
    by: str
    at: datetime


class Problem(Value):
    """A problem: an immutable record; every step makes the next one."""

    id: str  # "PRB-0007", numbered per contract
    contract: str
    contract_version: str
    title: str
    description: str = ""
    origin: ProblemOrigin
    state: ProblemState = ProblemState.PROPOSED
    component: str | None = None
    opened_by: str
    opened_at: datetime
    incidents: tuple[str, ...] = ()  # linked to it
    manager: str | None = None  # who took it
    declined_by: str | None = None
    declined_for: str = ""
    client_impact: Rating | None = None  # assessed by the problem manager (Rule PRB-4)
    provider_impact: Rating | None = None
    proposed: Rating | None = None  # by the delivery manager (Rule PRB-2)
    proposed_by: str | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)  # firm → what it decided
    priority: Rating | None = None  # decided by both
    owner: str | None = None  # of the analysis
    analysis_due: datetime | None = None
    analysed_at: datetime | None = None
    cause: str = ""
    workaround: str = ""
    expected: Fix | None = None  # by the change that is to remove the cause
    fix: Fix | None = None
    watched_until: datetime | None = None
    came_back: tuple[str, ...] = ()  # linked incidents that came back after the fix
    reopened: int = 0
    closed_at: datetime | None = None
    cards: tuple[str, ...] = ()  # who has a card that shows what is left to do
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def known_error(self) -> bool:
        """Tell whether there is a work-around to be shown with like incidents (Rule PRB-3)."""
        return bool(self.workaround) and self.state in UNFIXED


def seen_by(contract: Contract, person_id: str, problem: Problem) -> bool:
    """Tell whether somebody needs to know of it (Rule CON-2).

    All of the provider; of the client, once it is taken, those of the level that decides its
    priority and above, the head of the service, the CIO, and whoever was asked.
    """
    person = contract.person(person_id)
    if person.organisation == PROVIDER:
        return True
    if person.organisation != CLIENT or problem.state in UNTAKEN:
        return False
    level = (contract.problems or ProblemRules()).decided_at_level
    heads = {Role.SERVICE_OWNER, Role.CIO} & set(person.roles)
    return bool(heads) or contract.level_of(person_id) >= level or person_id in problem.cards

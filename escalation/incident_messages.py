"""Messages about incidents (Rules INC-5 to INC-9, INC-11, ORG-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.effects import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCard(Message):
    """The card of a room, updated in place."""

    topic = "incident_card"
    collapses = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAssigned(Message):
    """To the one it is assigned to."""

    topic = "incident_assigned"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNews(Message):
    """A step of the incident's life, to those who follow it. `action` is one of the journal."""

    topic = "incident_news"
    action: str
    by: str
    person: str = ""
    reason: str = ""
    into: str = ""
    waiting_for: str = ""
    before: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority1Notice(Message):
    """To the list of the contract (INC-8)."""

    topic = "priority_1_notice"
    urgent = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetWarning(Message):
    """A target is drawing near (INC-9)."""

    topic = "target_warning"
    target: str
    percent: int
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMissed(Message):
    """A target is missed (INC-9)."""

    topic = "target_missed"
    urgent = True
    target: str
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayNotice(Message):
    """To the requester: restoration will be late (INC-6)."""

    topic = "delay_notice"
    why: str
    due: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PleaseVerify(Message):
    """To the requester, with buttons: can you really use the service? (INC-5)"""

    topic = "please_verify"
    by: str
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MayClose(Message):
    """To the incident managers: the requester kept silent (INC-5)."""

    topic = "may_close"
    requester: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientInformed(Message):
    """To the shared room: an incident that the provider found by itself (INC-7)."""

    topic = "client_informed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemProposed(Message):
    """The cause is not gone: a problem should be opened (INC-11)."""

    topic = "problem_proposed"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupInformed(Message):
    """To the members of a support group (ORG-4)."""

    topic = "group_informed"
    group: str
    by: str
    out_of_hours: bool

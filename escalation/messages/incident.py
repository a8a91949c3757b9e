"""Messages about incidents (Rules INC-5 to INC-9, INC-11, ORG-4)."""

from __future__ import annotations

from datetime import datetime

from escalation.messages.effects import Message


class IncidentCard(Message, topic="incident_card", collapses=True):
    """The card of a room, updated in place."""


class IncidentAssigned(Message, topic="incident_assigned"):
    """To the one it is assigned to."""

    by: str


class IncidentNews(Message, topic="incident_news"):
    """A step of the incident's life, to those who follow it. `action` is one of the journal."""

    action: str
    by: str
    person: str = ""
    reason: str = ""
    into: str = ""
    before: int | None = None
    priority: int | None = None
    why: str = ""  # of a closing: "unanswered", "by_itself" (CON-5)


class SiteNamed(Message, topic="site_named"):
    """To whoever works on it or is being called: which site it touches (ORG-6)."""

    by: str


class Priority1Notice(Message, topic="priority_1_notice", urgent=True):
    """To the list of the contract (INC-8). `why` is "raised", "reopened" or, newly opened, ""."""

    why: str = ""


class LoweringProposed(Message, topic="lowering_proposed"):
    """To the client's peers, with buttons: shall a priority 1 be lowered? (INC-19)"""

    by: str
    priority: int
    reason: str


class GroupMayChoose(Message, topic="group_may_choose"):
    """To the group responsible: at severity 4 it may assign another priority (INC-2)."""

    group: str


class OnCallTold(Message, topic="on_call_told", urgent=True, wakes=True):
    """To whoever is on call: it is grave, or not qualified, and nobody has taken it (INC-18)."""


class NotQualified(Message, topic="not_qualified", urgent=True):
    """To those who watch its targets: the time to qualify is over (INC-18)."""


class WaitBegun(Message, topic="wait_begun"):
    """To the requester, and whoever is waited for, with a button: what is awaited (INC-9)."""

    since: datetime | None


class WaitOver(Message, topic="wait_over"):
    """To those who were told of the wait, and whoever works on it: it goes on (INC-9)."""

    by: str
    waiting_for: str
    note: str = ""


class StillWaiting(Message, topic="still_waiting"):
    """To whoever is waited for, and whoever waits (INC-9)."""

    since: datetime | None


class WaitingTooLong(Message, topic="waiting_too_long"):
    """To the incident managers: somebody is waited for too long (INC-9)."""

    since: datetime | None


class TargetWarning(Message, topic="target_warning"):
    """A target is drawing near (INC-9)."""

    target: str
    percent: int
    due: datetime | None


class TargetMissed(Message, topic="target_missed", urgent=True):
    """A target is missed (INC-9)."""

    target: str
    due: datetime | None


class DelayNotice(Message, topic="delay_notice"):
    """To the requester: restoration will be late (INC-6)."""

    why: str
    due: datetime | None
    reason: str = ""


class HowItStands(Message, topic="how_it_stands"):
    """To the requester who was told of a delay, at an interval: how it stands (INC-14)."""


class CauseToConfirm(Message, topic="cause_to_confirm"):
    """To the incident manager, with buttons: is the cause gone, as was said? (INC-11)"""

    by: str
    gone: bool


class CauseAsked(Message, topic="cause_asked"):
    """To whoever resolved it, with buttons: is the cause gone? It was not known yet (INC-11)."""


class PleaseVerify(Message, topic="please_verify"):
    """To the requester, with buttons: can you really use the service? (INC-5)"""

    by: str
    cure: str = ""


class MayClose(Message, topic="may_close"):
    """To the incident managers: the requester kept silent (INC-5)."""

    requester: str


class PleaseClose(Message, topic="please_close"):
    """To the incident managers: it is verified, and not closed (INC-4)."""

    closes_at: datetime | None


class ClientInformed(Message, topic="client_informed"):
    """To the shared room: an incident that the provider found by itself (INC-7)."""


class ProblemProposed(Message, topic="problem_proposed"):
    """The cause is not gone: a problem should be opened (INC-11)."""

    by: str


class GroupInformed(Message, topic="group_informed"):
    """To the members of a support group (ORG-4)."""

    group: str
    by: str
    out_of_hours: bool

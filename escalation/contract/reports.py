"""The incident report (Rules REP-1 to REP-5)."""

from __future__ import annotations

from enum import StrEnum

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value
from escalation.contract.parties import Role


class Indicator(StrEnum):
    """A performance indicator that an incident can hurt, and then owes a report (Rule REP-2)."""

    TARGET_MISSED = "target_missed"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    UNVERIFIED = "unverified"


class ReportForm(Value):
    """The report's own form, as read from the file that `form` names (Rule REP-5)."""

    html: str


class ReportRules(Value):
    """The incident report (Rules REP-1 to REP-5). Lists hold person ids."""

    within: Duration = Duration(seconds=24 * 3600)
    preliminary_margin: Duration = Duration(seconds=3600)
    reminders: tuple[Duration, ...] = (Duration(seconds=8 * 3600), Duration(seconds=4 * 3600))
    overdue_every: Duration = Duration(seconds=8 * 3600, clock=Clock.COVERAGE)
    owed_after: tuple[Indicator, ...] = (Indicator.TARGET_MISSED,)
    client_list: tuple[str, ...] = ()
    provider_roles: tuple[Role, ...] = (Role.SERVICE_DELIVERY_MANAGER, Role.TEAM_LEADER)
    form: str = "default"
    title: str = "Incident report"

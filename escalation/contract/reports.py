"""The priority-1 incident report (Rules REP-1 to REP-5)."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.base.durations import Duration
from escalation.contract.parties import Role


@dataclass(frozen=True, kw_only=True)
class ReportRules:
    """The priority-1 incident report (Rules REP-1 to REP-5). Lists hold person ids."""

    within: Duration = Duration(seconds=24 * 3600)
    preliminary_margin: Duration = Duration(seconds=3600)
    reminders: tuple[Duration, ...] = (Duration(seconds=8 * 3600), Duration(seconds=4 * 3600))
    client_list: tuple[str, ...] = ()
    provider_roles: tuple[Role, ...] = (Role.SERVICE_DELIVERY_MANAGER, Role.TEAM_LEADER)
    form: str = "default"
    title: str = "Incident report"

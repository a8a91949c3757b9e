"""Work out when an incident owes a report, and why (Rules REP-1, REP-2, INC-19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from escalation.contract.reports import Indicator, ReportRules
from escalation.records.incident import Incident, IncidentState

PRIORITY_1, ASKED, CRISIS = "priority_1", "asked", "crisis"

# how a closed incident shows that an indicator of the contract was hurt
_HURT: Mapping[Indicator, Callable[[Incident], bool]] = {
    Indicator.TARGET_MISSED: lambda incident: bool(incident.missed),
    Indicator.REOPENED: lambda incident: incident.reopened > 0,
    Indicator.ESCALATED: lambda incident: any(walk.rung > 0 for walk in incident.walks),
    Indicator.UNVERIFIED: lambda incident: incident.verified_at is None,
}


def reasons(rules: ReportRules, incident: Incident) -> tuple[str, ...]:
    """List why the incident owes a report, now that it is over; none where it owes none.

    What was no incident after all has hurt nothing; a priority 1 is accounted for all the same.
    """
    found: list[str] = [PRIORITY_1] if incident.ever_priority_1 else []
    if incident.state is not IncidentState.CANCELLED:
        found += [each for each in rules.owed_after if _HURT[each](incident)]
    found += [ASKED] if incident.report_asked_by else []
    return tuple(found)

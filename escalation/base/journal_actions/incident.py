"""What happens to an incident."""

from __future__ import annotations

from escalation.base.journal_actions.journal_action import JournalAction


class IncidentAction(JournalAction):
    """What happens to an incident."""

    OPENED = "incident.opened"
    QUALIFIED = "incident.qualified"
    PRIORITY_CHANGED = "incident.priority_changed"
    TAKEN = "incident.taken"
    ASSIGNED = "incident.assigned"
    ACKNOWLEDGED = "incident.acknowledged"
    GROUP_INFORMED = "incident.group_informed"
    NOTED = "incident.noted"
    SITE_NAMED = "incident.site_named"
    PAUSED = "incident.paused"
    RESUMED = "incident.resumed"
    TARGET_WARNED = "incident.target_warned"
    TARGET_MISSED = "incident.target_missed"
    DELAY_TOLD = "incident.delay_told"
    CLIENT_INFORMED = "incident.client_informed"
    LIST_NOTIFIED = "incident.list_notified"
    RESOLVED = "incident.resolved"
    PROBLEM_PROPOSED = "incident.problem_proposed"
    VERIFICATION_CHASED = "incident.verification_chased"
    VERIFICATION_OVERDUE = "incident.verification_overdue"
    VERIFIED = "incident.verified"
    REOPENED = "incident.reopened"
    CLOSED = "incident.closed"
    DUPLICATE_MERGED = "incident.duplicate_merged"
    MERGED = "incident.merged"
    REPORT_ASKED = "incident.report_asked"
    CANCELLED = "incident.cancelled"
    REPLANNED = "incident.replanned"
    UNDONE = "incident.undone"
    DUPLICATE_PARTED = "incident.duplicate_parted"
    LOWERING_PROPOSED = "incident.lowering_proposed"
    LOWERING_DECLINED = "incident.lowering_declined"

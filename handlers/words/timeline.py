"""The moments of a timeline in words (Rules INC-10, REP-3)."""

from __future__ import annotations

from escalation.base.journal_actions import JournalAction as A
from escalation.records.report_facts import Moment
from escalation.report.gathering import CLOSED_UNVERIFIED
from handlers.words.texts import Texts, msg

MOMENTS = {
    A.INCIDENT_OPENED: msg("Incident opened by %(actor)s"),
    A.INCIDENT_QUALIFIED: msg("Qualified: priority %(text)s"),
    A.INCIDENT_PRIORITY_CHANGED: msg("Priority changed to %(text)s by %(actor)s"),
    A.INCIDENT_TAKEN: msg("Taken in charge by %(actor)s"),
    A.INCIDENT_ASSIGNED: msg("Assigned to %(person)s"),
    A.INCIDENT_ACKNOWLEDGED: msg("Incident acknowledged by %(actor)s"),
    A.INCIDENT_PAUSED: msg("Clocks stopped by %(actor)s: %(text)s"),
    A.INCIDENT_RESUMED: msg("Clocks running again"),
    A.INCIDENT_TARGET_MISSED: msg("Restoration target missed"),
    A.INCIDENT_RESOLVED: msg("Service restored, according to %(actor)s"),
    A.INCIDENT_VERIFIED: msg("Restoration confirmed by %(actor)s"),
    A.INCIDENT_REOPENED: msg("Opened again by %(actor)s: %(text)s"),
    A.INCIDENT_CLOSED: msg("Closed by %(actor)s"),
    CLOSED_UNVERIFIED: msg("Closed by %(actor)s without an answer of the requester"),
    A.INCIDENT_CANCELLED: msg("Cancelled by %(actor)s: %(text)s"),
    A.INCIDENT_MERGED: msg("Merged into %(text)s"),
    A.LADDER_STARTED: msg("Escalation towards %(text)s, echelon %(level)s"),
    A.LADDER_CLIMBED: msg("Escalation towards %(text)s, up to echelon %(level)s"),
    A.LADDER_STEPPED_DOWN: msg("Escalation towards %(text)s, back to echelon %(level)s"),
    A.LADDER_ACKNOWLEDGED: msg("%(actor)s answered at echelon %(level)s"),
    A.LADDER_SETTLED: msg("Escalation towards %(text)s settled by %(actor)s"),
    A.CRISIS_ASKED: msg("Crisis cell asked for by %(actor)s: %(text)s"),
    A.CRISIS_REFUSED: msg("Crisis cell refused by %(actor)s: %(text)s"),
    A.CRISIS_OPENED: msg("Crisis cell accepted by %(actor)s"),
    A.CRISIS_CLOSED: msg("Crisis cell closed"),
}


def moment(fact: Moment, texts: Texts) -> str:
    """One line of the timeline, without its time."""
    words = MOMENTS.get(fact.action, fact.action)
    if fact.action == A.INCIDENT_TARGET_MISSED and fact.text == "acknowledge":
        words = msg("Acknowledgement target missed")
    return texts(
        words,
        actor=fact.actor or "Escalade",
        person=fact.person,
        level=fact.level,
        text=fact.text or "–",
    )

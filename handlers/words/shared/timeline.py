"""The moments of a timeline in words (Rules INC-10, REP-3)."""

from __future__ import annotations

from escalation.base.journal_actions.change import ChangeAction
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.journal_actions.event import EventAction
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.journal_actions.problem import ProblemAction
from escalation.records.report_facts import Moment
from escalation.report.gathering import (
    CAUSE_GONE,
    CAUSE_REMAINS,
    CAUSE_UNKNOWN,
    CLOSED_UNVERIFIED,
    RESOLVED_UNKNOWN,
    TAKEN_WITH_CALL,
)
from handlers.words.texts import Texts, msg

MOMENTS = {
    IncidentAction.OPENED: msg("Incident opened by %(actor)s"),
    IncidentAction.QUALIFIED: msg("Qualified: priority %(text)s"),
    IncidentAction.PRIORITY_CHANGED: msg("Priority changed to %(text)s by %(actor)s"),
    IncidentAction.TAKEN: msg("Taken in charge by %(actor)s"),
    IncidentAction.ASSIGNED: msg("Assigned to %(person)s"),
    IncidentAction.ACKNOWLEDGED: msg("Incident acknowledged by %(actor)s"),
    IncidentAction.SITE_NAMED: msg("Site named by %(actor)s: %(text)s"),
    IncidentAction.PAUSED: msg("Clocks stopped by %(actor)s: %(text)s"),
    IncidentAction.RESUMED: msg("Clocks running again, by %(actor)s"),
    IncidentAction.TARGET_MISSED: msg("Restoration target missed"),
    IncidentAction.RESOLVED: msg("Service restored, according to %(actor)s"),
    RESOLVED_UNKNOWN: msg(
        "Service restored, according to %(actor)s; whether the cause is gone is not known yet"
    ),
    IncidentAction.VERIFIED: msg("Restoration confirmed by %(actor)s"),
    IncidentAction.REOPENED: msg("Opened again by %(actor)s: %(text)s"),
    IncidentAction.CLOSED: msg("Closed by %(actor)s"),
    CLOSED_UNVERIFIED: msg("Closed by %(actor)s without an answer of the requester"),
    IncidentAction.CANCELLED: msg("Cancelled by %(actor)s: %(text)s"),
    IncidentAction.MERGED: msg("Merged into %(text)s"),
    IncidentAction.DUPLICATE_MERGED: msg("%(text)s merged into it by %(actor)s"),
    IncidentAction.CAUSE_SAID: msg("Cause given by %(actor)s: %(text)s"),
    IncidentAction.CAUSE_CONFIRMED: msg("Cause confirmed by %(actor)s: %(text)s"),
    CAUSE_GONE: msg("The cause is gone, according to %(actor)s"),
    CAUSE_REMAINS: msg("The cause is not gone, according to %(actor)s"),
    CAUSE_UNKNOWN: msg("Whether the cause is gone is not known yet, according to %(actor)s"),
    IncidentAction.UNDONE: msg("Merge or cancellation undone by %(actor)s: %(text)s"),
    IncidentAction.LOWERING_PROPOSED: msg("Lowering proposed by %(actor)s: %(text)s"),
    IncidentAction.LOWERING_DECLINED: msg("Lowering declined by %(actor)s: %(text)s"),
    IncidentAction.LOWERING_LAPSED: msg("Nobody has answered the lowering to %(text)s: it stays 1"),
    IncidentAction.NOT_QUALIFIED: msg("Not qualified in time"),
    IncidentAction.ON_CALL_TOLD: msg("%(person)s told, being on call"),
    IncidentAction.WAITED_TOO_LONG: msg("%(text)s waited for too long"),
    IncidentAction.GROUP_INFORMED: msg("Support group brought in by %(actor)s: %(text)s"),
    IncidentAction.DELAY_TOLD: msg("Delay told to the requester: %(text)s"),
    IncidentAction.LIST_NOTIFIED: msg("Told of the priority 1: %(text)s"),
    IncidentAction.NOTED: msg("Note by %(actor)s: %(text)s"),
    EventAction.COUNTED: msg("Seen by monitoring %(text)s times"),
    EventAction.CLEARED: msg("Nothing of it is seen by monitoring any more"),
    EventAction.HELD: msg("Seen by monitoring before, and held back during %(text)s"),
    ProblemAction.LINKED: msg("Comes from the problem %(text)s, according to %(actor)s"),
    ProblemAction.UNLINKED: msg("Does not come from the problem %(text)s, according to %(actor)s"),
    ChangeAction.CAUSED: msg("Caused by the change %(text)s, according to %(actor)s"),
    ChangeAction.NOT_CAUSED: msg("Not caused by the change %(text)s, according to %(actor)s"),
    LadderAction.HANDED_OVER: msg("Handed over to %(person)s by %(actor)s"),
    LadderAction.ADDED: msg("%(person)s called as well, at the wish of %(actor)s"),
    LadderAction.SNOOZED: msg("Next step put off by %(actor)s"),
    LadderAction.STARTED: msg("Escalation towards %(text)s, echelon %(level)s"),
    LadderAction.ON_COVER: msg("%(person)s called, who covers for %(text)s"),
    LadderAction.CLIMBED: msg("Escalation towards %(text)s, up to echelon %(level)s"),
    LadderAction.STEPPED_DOWN: msg("Escalation towards %(text)s, back to echelon %(level)s"),
    LadderAction.CALLED_ANEW: msg("Escalation towards %(text)s, anew from echelon %(level)s"),
    LadderAction.ACKNOWLEDGED: msg("Taken at echelon %(level)s by %(person)s"),
    TAKEN_WITH_CALL: msg("Incident and escalation taken at echelon %(level)s by %(person)s"),
    LadderAction.SIDE_SETTLED: msg("%(actor)s says that the point is settled"),
    LadderAction.SETTLED: msg("Escalation towards %(text)s settled by %(actor)s"),
    CrisisAction.ASKED: msg("Crisis cell asked for by %(actor)s: %(text)s"),
    CrisisAction.REFUSED: msg("Crisis cell refused by %(actor)s: %(text)s"),
    CrisisAction.OPENED: msg("Crisis cell accepted by %(actor)s"),
    CrisisAction.CLOSED: msg("Crisis cell closed"),
}


def moment(fact: Moment, texts: Texts) -> str:
    """One line of the timeline, without its time."""
    words = MOMENTS.get(fact.action, fact.action)
    if fact.action == IncidentAction.TARGET_MISSED and fact.text == "acknowledge":
        words = msg("Acknowledgement target missed")
    if fact.action == IncidentAction.PAUSED and fact.awaited:
        words = msg("Clocks stopped by %(actor)s, waiting for %(awaited)s: %(text)s")
    if fact.action == IncidentAction.RESUMED and fact.text:
        words = msg("Clocks running again, by %(actor)s: %(text)s")
    if fact.action == IncidentAction.CLOSED and not fact.actor:
        words = msg("Closed by Escalade: verified, and nobody closed it in time")
    said = texts(
        words,
        actor=fact.actor or "Escalade",
        person=fact.person,
        level=fact.level or 1,  # of a ladder called anew, versions before gave none
        text=fact.text or "–",
        awaited=fact.awaited,
    )
    of_cause = fact.action in {CAUSE_GONE, CAUSE_REMAINS, CAUSE_UNKNOWN}
    return texts.labelled(said, fact.text) if of_cause and fact.text else said

"""Verifying and closing: the requester confirms that the service can be used (Rule INC-5)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions import JournalAction as A
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.base.timer_names import Timer, VerifyChase, VerifySilence
from escalation.decision.beats import next_repeat
from escalation.decision.turn import Turn
from escalation.duty import availability
from escalation.incident import targets
from escalation.ladder import climbing
from escalation.messages.incident import IncidentNews, MayClose, PleaseVerify
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT

CHASE = VerifyChase()
SILENCE = VerifySilence()


def ask(turn: Turn, incident: Incident) -> Incident:
    """Ask the requester of a resolved incident, and watch for silence."""
    rules, calendar = turn.contract.incidents.verification, turn.calendar
    alarms = incident.alarms.set(CHASE, calendar.after(turn.now, rules.chase_every))
    alarms = alarms.set(SILENCE, calendar.after(turn.now, rules.may_close_after))
    _ask_again(turn, incident)
    return replace(incident, alarms=alarms)


def may_close_at(turn: Turn, incident: Incident) -> datetime | None:
    """From when the incident manager may close without the requester's word."""
    if incident.resolved_at is None:
        return None
    rules = turn.contract.incidents.verification
    return turn.calendar.after(incident.resolved_at, rules.may_close_after)


def chase(turn: Turn, incident: Incident, timer: Timer[VerifyChase]) -> Incident:
    """Silence: the requester is asked again."""
    if incident.state is not IncidentState.RESOLVED:
        return unwatched(incident)
    every = turn.contract.incidents.verification.chase_every
    incident = replace(
        incident,
        chased=incident.chased + 1,
        alarms=incident.alarms.set(CHASE, next_repeat(turn, timer.due, every)),
    )
    turn.record(
        incident.id,
        A.INCIDENT_VERIFICATION_CHASED,
        person=_verifier(turn, incident),
        number=incident.chased,
    )
    _ask_again(turn, incident)
    return incident


def overdue(turn: Turn, incident: Incident, timer: Timer[VerifySilence]) -> Incident:
    """The requester had their time: it is now for the incident managers, reminded in turn."""
    if incident.state is not IncidentState.RESOLVED:
        return unwatched(incident)
    every = turn.contract.incidents.verification.may_close_after
    again = next_repeat(turn, timer.due, every)
    incident = replace(incident, alarms=incident.alarms.clear(CHASE).set(SILENCE, again))
    managers = audience.incident_managers(turn.contract)
    turn.record(incident.id, A.INCIDENT_VERIFICATION_OVERDUE, requester=incident.requester)
    audience.tell(turn, incident, MayClose(requester=incident.requester), managers)
    return update_card(turn, incident)


def unwatched(incident: Incident) -> Incident:
    """The incident, no longer watched for silence."""
    return replace(incident, alarms=incident.alarms.clear(CHASE, SILENCE))


def verify(turn: Turn, incident: Incident, note: str = "") -> Incident:
    """The requester confirms: they can really use the service."""
    if incident.state in {IncidentState.VERIFIED, IncidentState.CLOSED}:
        raise AlreadyDone("already_verified", state=incident.state.value)
    _resolved(incident)
    incident = replace(
        incident,
        state=IncidentState.VERIFIED,
        verified_at=turn.now,
        alarms=incident.alarms.clear(CHASE, SILENCE),
    )
    turn.record(incident.id, A.INCIDENT_VERIFIED, note=user_text.optional(note) or None)
    people = [incident.assignee, audience.duty_manager(turn)]
    verified = IncidentNews(action=A.INCIDENT_VERIFIED, by=turn.actor)
    audience.tell(turn, incident, verified, [p for p in people if p != turn.actor])
    return update_card(turn, incident)


def close(turn: Turn, incident: Incident, note: str = "") -> Incident:
    """Close a verified incident; or, after long silence, a resolved one, and say so."""
    if incident.state is IncidentState.CLOSED:
        raise AlreadyDone("already_closed")
    unverified = incident.state is not IncidentState.VERIFIED
    if unverified:
        _resolved(incident)
        earliest = may_close_at(turn, incident)
        if earliest is not None and turn.now < earliest:
            raise NotNow(
                "not_verified", requester=incident.requester, may_close_at=earliest.isoformat()
            )
    incident = climbing.stop(turn, targets.stop(turn, incident), "closed")
    incident = replace(
        incident,
        state=IncidentState.CLOSED,
        closed_at=turn.now,
        alarms=incident.alarms.clear(CHASE, SILENCE),
    )
    turn.record(
        incident.id,
        A.INCIDENT_CLOSED,
        note=user_text.optional(note) or None,
        closed_unverified=unverified,
        chased=incident.chased if unverified else None,
    )
    closed = IncidentNews(action=A.INCIDENT_CLOSED, by=turn.actor)
    audience.notify_news(turn, incident, closed, incident.assignee)
    return update_card(turn, incident)


def _resolved(incident: Incident) -> None:
    if incident.state in INCIDENT.over:
        raise NotNow(
            "wrong_state",
            state=incident.state.value,
            allowed=[IncidentState.RESOLVED.value, IncidentState.VERIFIED.value],
        )
    if incident.state is not IncidentState.RESOLVED:
        raise NotNow("not_resolved", state=incident.state.value)


def _verifier(turn: Turn, incident: Incident) -> str:
    """The requester, or whoever stands in for them."""
    if not turn.contract.knows(incident.requester):
        return incident.requester
    return availability.stand_in(turn.contract, incident.requester, turn.now) or incident.requester


def _ask_again(turn: Turn, incident: Incident) -> None:
    question = PleaseVerify(by=incident.resolved_by or "", cure=incident.cure)
    audience.tell(turn, incident, question, [_verifier(turn, incident)])

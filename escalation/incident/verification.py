"""Verifying and closing: the requester confirms that the service can be used (Rule INC-5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, NotAllowed, NotNow
from escalation.base.timer_names.incident import (
    CloseByItself,
    CloseReminder,
    VerifyChase,
    VerifySilence,
)
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import ESCALADE
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.incident import targets
from escalation.ladder import climbing
from escalation.messages.incident import IncidentNews, MayClose, PleaseClose, PleaseVerify
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.people.roles import client_asked
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT

CHASE = VerifyChase()
SILENCE = VerifySilence()
CLOSING = (CloseReminder(), CloseByItself())


def ask(context: Context, incident: Incident) -> Incident:
    """Ask the requester of a resolved incident, and watch for silence."""
    rules, calendar = context.contract.incidents.verification, context.calendar
    alarms = incident.alarms.set(CHASE, calendar.after(context.now, rules.chase_every))
    alarms = alarms.set(SILENCE, calendar.after(context.now, rules.may_close_after))
    _ask_again(context, incident)
    return replace(incident, alarms=alarms)


def ask_too(context: Context, before: Incident, incident: Incident) -> None:
    """Ask whoever reported a duplicate of what is resolved, besides those asked (Rule INC-X)."""
    _ask_again(context, incident, besides=_verifiers(context, before))


def may_close_at(context: Context, incident: Incident) -> datetime | None:
    """From when the incident manager may close without the requester's word."""
    if incident.resolved_at is None:
        return None
    rules = context.contract.incidents.verification
    return context.calendar.after(incident.resolved_at, rules.may_close_after)


def chase(context: Context, incident: Incident, timer: Timer[VerifyChase]) -> Incident:
    """Silence: the requester is asked again."""
    if incident.state is not IncidentState.RESOLVED:
        return unwatched(incident)
    every = context.contract.incidents.verification.chase_every
    incident = replace(
        incident,
        chased=incident.chased + 1,
        alarms=incident.alarms.set(CHASE, next_repeat(context, timer.due, every)),
    )
    context.record(
        incident.id,
        IncidentAction.VERIFICATION_CHASED,
        person=next(iter(_verifiers(context, incident)), None),
        number=incident.chased,
    )
    _ask_again(context, incident)
    return incident


def overdue(context: Context, incident: Incident, timer: Timer[VerifySilence]) -> Incident:
    """The requester had their time: it is now for the incident managers, reminded in turn."""
    if incident.state is not IncidentState.RESOLVED:
        return unwatched(incident)
    every = context.contract.incidents.verification.may_close_after
    again = next_repeat(context, timer.due, every)
    incident = replace(incident, alarms=incident.alarms.clear(CHASE).set(SILENCE, again))
    managers = audience.managers(context)
    context.record(incident.id, IncidentAction.VERIFICATION_OVERDUE, requester=incident.requester)
    audience.notify(context, incident, MayClose(requester=incident.requester), managers)
    return update_card(context, incident)


def unwatched(incident: Incident) -> Incident:
    """The incident, no longer watched for silence, or for being left open."""
    return replace(incident, alarms=incident.alarms.clear(CHASE, SILENCE, *CLOSING))


def verify(context: Context, incident: Incident, note: str = "") -> Incident:
    """The requester confirms: they can really use the service."""
    if incident.state in {IncidentState.VERIFIED, IncidentState.CLOSED}:
        raise AlreadyDone("already_verified", state=incident.state.value)
    _resolved(incident)
    if context.actor == incident.resolved_by and not client_asked(context.contract, incident):
        raise NotAllowed("resolver_verifies", id=incident.id)
    closing, alarms = context.contract.incidents.closing, unwatched(incident).alarms
    for name, wait in zip(CLOSING, (closing.remind_every, closing.by_itself_after), strict=True):
        alarms = alarms.set(name, context.calendar.after(context.now, wait), wait.clock)
    incident = replace(
        incident, state=IncidentState.VERIFIED, verified_at=context.now, alarms=alarms
    )
    context.record(incident.id, IncidentAction.VERIFIED, note=user_text.optional(note) or None)
    people = [*audience.working(context, incident), audience.duty_manager(context)]
    verified = IncidentNews(action=IncidentAction.VERIFIED, by=context.actor)
    audience.notify(context, incident, verified, [p for p in people if p != context.actor])
    return update_card(context, incident)


def remind_to_close(context: Context, incident: Incident, timer: Timer[CloseReminder]) -> Incident:
    """Remind the incident managers of what is verified and not closed (Rule INC-4)."""
    if incident.state is not IncidentState.VERIFIED:
        return unwatched(incident)
    every = context.contract.incidents.closing.remind_every
    again = next_repeat(context, timer.due, every)
    managers = audience.managers(context)
    by_itself = incident.alarms.get(CloseByItself())
    message = PleaseClose(closes_at=by_itself.due if by_itself else None)
    audience.notify(context, incident, message, managers)
    return replace(incident, alarms=incident.alarms.set(timer.name, again, every.clock))


def close_by_itself(context: Context, incident: Incident, _: Timer[CloseByItself]) -> Incident:
    """Close what is verified and nobody closed, so that no report is forgotten (Rule INC-4)."""
    if incident.state is not IncidentState.VERIFIED:
        return unwatched(incident)
    return close(context, incident)


def close(context: Context, incident: Incident, note: str = "") -> Incident:
    """Close a verified incident; or, after long silence, a resolved one, and say so."""
    if incident.state is IncidentState.CLOSED:
        raise AlreadyDone("already_closed")
    unverified = incident.state is not IncidentState.VERIFIED
    if unverified:
        _resolved(incident)
        earliest = may_close_at(context, incident)
        if earliest is not None and context.now < earliest:
            raise NotNow(
                "not_verified", requester=incident.requester, may_close_at=earliest.isoformat()
            )
    incident = climbing.stop(context, targets.stop(context, incident), "closed")
    incident = replace(
        incident,
        state=IncidentState.CLOSED,
        closed_at=context.now,
        alarms=incident.alarms.clear(CHASE, SILENCE, *CLOSING),
    )
    why = "unanswered" if unverified else "by_itself" if context.actor == ESCALADE else ""
    context.record(
        incident.id,
        IncidentAction.CLOSED,
        note=user_text.optional(note) or None,
        closed_unverified=unverified,
        chased=incident.chased if unverified else None,
        why=why or None,
    )
    closed = IncidentNews(action=IncidentAction.CLOSED, by=context.actor, why=why)
    audience.notify_news(context, incident, closed, incident.assignee)
    return update_card(context, incident)


def _resolved(incident: Incident) -> None:
    if incident.state in INCIDENT.over:
        raise NotNow(
            "wrong_state",
            state=incident.state.value,
            allowed=[IncidentState.RESOLVED.value, IncidentState.VERIFIED.value],
        )
    if incident.state is not IncidentState.RESOLVED:
        raise NotNow("not_resolved", state=incident.state.value)


def _verifiers(context: Context, incident: Incident) -> tuple[str, ...]:
    """List whoever reported it, or a duplicate of it; in the place of the absent, who stands in.

    Where no client requested it, or the contract names none of them any more, somebody other than
    whoever resolved it (Rules INC-15, INC-X).
    """
    contract = context.contract
    asked = [person for person in incident.requesters if contract.knows(person)]
    if not client_asked(contract, incident) or not asked:
        managers = audience.incident_managers(contract)
        others = [[p for p in people if p != incident.resolved_by] for people in (asked, managers)]
        asked = next((people for people in others if people), asked)
    return tuple(availability.stand_in(contract, p, context.now) or p for p in asked)


def _ask_again(context: Context, incident: Incident, besides: Collection[str] = ()) -> None:
    question = PleaseVerify(by=incident.resolved_by or "", cure=incident.cure)
    people = [each for each in _verifiers(context, incident) if each not in besides]
    audience.notify(context, incident, question, people)

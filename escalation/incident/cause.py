"""Tell whether the cause is gone: the incident manager confirms or corrects what was said (INC-11).

At night it may not be known yet: then whoever resolved it is asked later, in coverage hours, and
the incident manager with them if they do not say.
"""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.base.timer_names.incident import CauseDue
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, Role
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.incident import CauseAsked, CauseToConfirm
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import REPAIRED, Incident

MOST_ASKED = 2


def said(context: Context, incident: Incident) -> Incident:
    """Record what whoever resolved it says of the cause; a manager's word needs no other."""
    gone = incident.cause_gone
    if gone is None:
        every = context.contract.incidents.verification.chase_every
        due = context.calendar.after(context.now, every)
        return replace(
            incident, cause_asked=0, alarms=incident.alarms.set(CauseDue(), due, every.clock)
        )
    if context.actor in audience.managers(context):
        incident = replace(incident, cause_confirmed_by=context.actor)
    else:
        question = CauseToConfirm(by=context.actor, gone=gone)
        audience.notify(context, incident, question, [audience.duty_manager(context)])
    if not gone:
        propose_problem(context, incident)
    return incident


def ask(context: Context, incident: Incident, timer: Timer[CauseDue]) -> Incident:
    """Ask whoever resolved it whether the cause is gone by now; then the incident manager too."""
    incident = replace(incident, alarms=incident.alarms.clear(timer.name))
    if incident.state not in REPAIRED or incident.cause_gone is not None:
        return incident
    incident = replace(incident, cause_asked=incident.cause_asked + 1)
    resolver = (incident.resolved_by,) if incident.resolved_by else ()
    people = dict.fromkeys(availability.there(context.contract, resolver, context.now))
    if (manager := audience.duty_manager(context)) and (
        not people or incident.cause_asked >= MOST_ASKED
    ):
        people[manager] = None
    audience.notify(context, incident, CauseAsked(), people)
    if incident.cause_asked >= MOST_ASKED:
        return incident
    every = context.contract.incidents.verification.chase_every
    again = next_repeat(context, timer.due, every)
    return replace(incident, alarms=incident.alarms.set(timer.name, again, every.clock))


def confirm(context: Context, incident: Incident, *, gone: bool | None, cause: str) -> Incident:
    """The incident manager confirms what was said of the cause, or corrects it.

    Until then whoever resolved it may say, or say again, what it is; or that it is still not known.
    """
    if incident.state not in REPAIRED:
        raise NotNow(
            "wrong_state",
            state=incident.state.value,
            allowed=sorted(state.value for state in REPAIRED),
        )
    before, cause = incident.cause_gone, user_text.optional(cause) or incident.cause
    by_manager = context.actor in audience.managers(context)
    confirmed = incident.cause_confirmed_by
    if gone is None:
        return _still_unknown(context, incident, cause)
    if (before, incident.cause) == (gone, cause):
        if confirmed:
            raise AlreadyDone("cause_confirmed", by=confirmed)
        if not by_manager:
            raise AlreadyDone("cause_said", by=incident.resolved_by)
    context.record(
        incident.id,
        IncidentAction.CAUSE_CONFIRMED if by_manager else IncidentAction.CAUSE_SAID,
        cause_gone=gone,
        before=before,
        cause=cause or None,
    )
    incident = replace(
        incident,
        cause_gone=gone,
        cause=cause,
        cause_confirmed_by=context.actor if by_manager else None,
        alarms=incident.alarms.clear(CauseDue()),
    )
    if not by_manager:
        question = CauseToConfirm(by=context.actor, gone=gone)
        audience.notify(context, incident, question, [audience.duty_manager(context)])
    if before is not False and not gone:
        propose_problem(context, incident)
    return update_card(context, incident)


def _still_unknown(context: Context, incident: Incident, cause: str) -> Incident:
    """It is still not known: that is noted, and asked again later."""
    if incident.cause_gone is not None:
        raise AlreadyDone("cause_said", by=incident.cause_confirmed_by or incident.resolved_by)
    context.record(incident.id, IncidentAction.CAUSE_SAID, cause=cause or None)
    return update_card(context, said(context, replace(incident, cause=cause)))


def propose_problem(context: Context, incident: Incident) -> None:
    """The cause remains: it is put to the problem managers (Rule INC-11, `perform.meetings`)."""
    managers = [p.id for p in context.contract.holders(Role.PROBLEM_MANAGER, PROVIDER)]
    people = audience.with_stand_ins(context, managers) or audience.managers(context)
    context.record(incident.id, IncidentAction.PROBLEM_PROPOSED, people=list(people))

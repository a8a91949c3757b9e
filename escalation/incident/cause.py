"""Whether the cause is gone: the incident manager confirms or corrects what was said (INC-11)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.contract import PROVIDER, Role
from escalation.decision.context import Context
from escalation.messages.incident import CauseToConfirm
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import REPAIRED, Incident


def said(context: Context, incident: Incident) -> Incident:
    """Whoever resolved it has said whether the cause is gone; a manager's word needs no other."""
    managers = audience.managers(context)
    if context.actor in managers:
        incident = replace(incident, cause_confirmed_by=context.actor)
    else:
        question = CauseToConfirm(by=context.actor, gone=bool(incident.cause_gone))
        audience.notify(context, incident, question, [audience.duty_manager(context)])
    if not incident.cause_gone:
        propose_problem(context, incident)
    return incident


def confirm(context: Context, incident: Incident, *, gone: bool, cause: str) -> Incident:
    """The incident manager confirms what was said of the cause, or corrects it."""
    if incident.state not in REPAIRED:
        raise NotNow(
            "wrong_state",
            state=incident.state.value,
            allowed=sorted(state.value for state in REPAIRED),
        )
    before, cause = incident.cause_gone, user_text.optional(cause) or incident.cause
    if incident.cause_confirmed_by and (before, incident.cause) == (gone, cause):
        raise AlreadyDone("cause_confirmed", by=incident.cause_confirmed_by)
    context.record(
        incident.id,
        IncidentAction.CAUSE_CONFIRMED,
        cause_gone=gone,
        before=before,
        cause=cause or None,
    )
    incident = replace(incident, cause_gone=gone, cause=cause, cause_confirmed_by=context.actor)
    if before and not gone:
        propose_problem(context, incident)
    return update_card(context, incident)


def propose_problem(context: Context, incident: Incident) -> None:
    """The cause remains: it is put to the problem managers (Rule INC-11, `perform.meetings`)."""
    managers = [p.id for p in context.contract.holders(Role.PROBLEM_MANAGER, PROVIDER)]
    people = audience.with_stand_ins(context, managers) or audience.managers(context)
    context.record(incident.id, IncidentAction.PROBLEM_PROPOSED, people=list(people))

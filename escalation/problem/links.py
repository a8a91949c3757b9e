"""A problem and its incidents: linked, and what is told to whoever has one in hand (PRB-3)."""

from __future__ import annotations

from collections.abc import Collection

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.contract import CLIENT, PROVIDER
from escalation.decision.context import Context
from escalation.messages.effects import Message
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.problem import parts, turns
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT
from escalation.records.problem import REPAIRED, Problem, ProblemState


def link(context: Context, problem: Problem, incident: Incident) -> tuple[Problem, Incident]:
    """Say that an incident comes from the problem; one that comes after the fix came back."""
    if problem.state is ProblemState.DECLINED:
        raise NotNow("problem_state", id=problem.id, problem_state=problem.state.value)
    if incident.exercise:
        raise BadValue("exercise_not_linked", incident=incident.id)
    if incident.id in problem.incidents:
        raise AlreadyDone("already_linked", id=problem.id, incident=incident.id)
    after, incident = join(context, problem, incident)
    if problem.fix and problem.state in REPAIRED and incident.opened_at > problem.fix.at:
        after = came_back(context, after, incident)
    else:
        after = turns.go_on(context, problem, after)
    return after, update_card(context, incident)


def join(
    context: Context, problem: Problem, incident: Incident, *, duplicate: str | None = None
) -> tuple[Problem, Incident]:
    """Let both name each other; on account of a duplicate where one is named."""
    for subject in (problem.id, incident.id):
        context.record(
            subject,
            ProblemAction.LINKED,
            problem=problem.id,
            incident=incident.id,
            duplicate=duplicate,
        )
    return (
        replace(problem, incidents=(*problem.incidents, incident.id)),
        replace(incident, problems=(*incident.problems, problem.id)),
    )


def unlink(
    context: Context, problem: Problem, incident: Incident, reason: str
) -> tuple[Problem, Incident]:
    """Say that an incident does not come from the problem after all, and why (CON-3)."""
    if incident.id not in problem.incidents:
        raise NotNow("not_linked", id=problem.id, incident=incident.id)
    reason = user_text.required(reason)
    for subject in (problem.id, incident.id):
        context.record(
            subject,
            ProblemAction.UNLINKED,
            problem=problem.id,
            incident=incident.id,
            reason=reason,
        )
    after = replace(
        problem,
        incidents=tuple(each for each in problem.incidents if each != incident.id),
        came_back=tuple(each for each in problem.came_back if each != incident.id),
    )
    incident = replace(
        incident, problems=tuple(each for each in incident.problems if each != problem.id)
    )
    return turns.go_on(context, problem, after), update_card(context, incident)


def came_back(context: Context, problem: Problem, incident: Incident) -> Problem:
    """A linked incident is there again after the fix: its manager is told until they answer."""
    if incident.id in problem.came_back:
        return problem
    context.record(problem.id, ProblemAction.CAME_BACK, incident=incident.id)
    after = replace(problem, came_back=(*problem.came_back, incident.id))
    return turns.go_on(context, problem, after, anew=parts.managers(context, after))


def tell_those_in_hand(
    context: Context, incident: Incident, message: Message, told: Collection[str] = ()
) -> set[str]:
    """Tell whoever has the incident in hand of a work-around, of its end, or of the fix (PRB-3).

    Not who was `told` of another one. Who is told by now.
    """
    if incident.state in INCIDENT.over:
        return {*told}
    known = {*told, context.actor}
    people = [p for p in audience.in_hand(context, incident) if p and p not in known]
    audience.notify(context, incident, message, people)
    update_card(context, incident)
    return {*told, *people}


def tell_who_read(
    context: Context, incident: Incident, message: Message, told: Collection[str]
) -> set[str]:
    """Tell whoever read on an incident what proves harmful, also once it is over (PRB-3, CON-5).

    That is who has it in hand or reported it, and who was called or took it at any time; of the
    two firms, whose people read work-arounds. Who is told by now.
    """
    open_still = incident.state not in INCIDENT.over
    people = dict.fromkeys(
        (
            *(audience.in_hand(context, incident) if open_still else (incident.assignee,)),
            *audience.with_stand_ins(context, incident.requesters),
            *(person for walk in incident.walks for person in walk.concerned),
        )
    )
    contract = context.contract
    anew = [
        person
        for person in people
        if person and person not in {*told, context.actor}
        if contract.knows(person) and contract.person(person).organisation in {PROVIDER, CLIENT}
    ]
    audience.notify(context, incident, message, anew)
    if open_still:
        update_card(context, incident)
    return {*told, *anew}

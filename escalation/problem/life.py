"""The life of a problem: proposed, taken or declined; closed, or open again (PRB-1, PRB-3)."""

from __future__ import annotations

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import AlreadyDone, NotAllowed, NotFound, NotNow
from escalation.contract import PROVIDER, Contract, Role
from escalation.decision.commands.problem import OpenProblem
from escalation.decision.context import Context
from escalation.messages.destinations import person as direct
from escalation.messages.problem import ProblemAnswered
from escalation.problem import analysis, parts, turns
from escalation.records.incident import Incident
from escalation.records.problem import REPAIRED, Problem, ProblemOrigin, ProblemState


def open_problem(
    context: Context, problem_id: str, command: OpenProblem, incident: Incident | None
) -> Problem:
    """A new problem; by who does not manage problems it is proposed (Rule PRB-1).

    It is of the component that is named, else of its incident's. Where the cause of that is gone,
    it is the review of what is over that brings it up.
    """
    if command.component is not None:
        _require_component(context.contract, command.component)
    remained = command.origin is ProblemOrigin.INCIDENT
    gone = remained and incident is not None and incident.cause_gone
    problem = Problem(
        id=problem_id,
        contract=context.contract.id,
        contract_version=context.contract.version,
        title=user_text.title(command.title),
        description=user_text.optional(command.description),
        origin=ProblemOrigin.REVIEW if gone else command.origin,
        component=command.component or (incident.component if incident else None),
        opened_by=context.actor,
        opened_at=context.now,
    )
    problem = propose(context, problem, told=False)
    if context.actor in parts.appointed(context.contract):
        problem = take(context, problem)
    else:
        problem = turns.go_on(context, None, problem)
    if user_text.optional(command.cause):
        problem = analysis.record_cause(context, problem, command.cause)
    if user_text.optional(command.workaround):
        problem = analysis.record_workaround(context, problem, command.workaround)
    return problem


def through_service_level(contract: Contract) -> NotAllowed:
    """Refuse a client who would open a problem, saying whom to tell of it (Rule PRB-1)."""
    managers = contract.holders(Role.SERVICE_DELIVERY_MANAGER, PROVIDER)
    return NotAllowed("through_service_level", people=[person.id for person in managers])


def propose(context: Context, problem: Problem, *, told: bool = True) -> Problem:
    """Put a problem to the problem managers, who take or decline it (Rule PRB-1)."""
    context.record(
        problem.id,
        ProblemAction.PROPOSED,
        title=problem.title,
        origin=problem.origin.value,
        component=problem.component,
        incidents=list(problem.incidents) or None,
    )
    return turns.go_on(context, None, problem) if told else problem


def take(context: Context, problem: Problem) -> Problem:
    """The problem manager opens what is proposed; its analysis is due from now (PRB-1, PRB-3)."""
    _require_proposed(problem)
    context.record(problem.id, ProblemAction.TAKEN)
    _answer(context, problem, taken=True)
    after = replace(problem, state=ProblemState.OPENED, manager=context.actor, owner=context.actor)
    return turns.go_on(context, problem, _to_analyse(context, analysis.stated(context, after)))


def _to_analyse(context: Context, problem: Problem) -> Problem:
    """The problem, whose analysis is due in the time agreed; not of a cause that was announced."""
    if problem.analysed_at is not None:
        return problem
    within = parts.rules_of(context.contract).analysis_within
    return turns.expect_analysis(context, problem, context.calendar.after(context.now, within))


def decline(context: Context, problem: Problem, reason: str) -> Problem:
    """The problem manager does not open what is proposed, and says why (PRB-1, CON-5)."""
    _require_proposed(problem)
    reason = user_text.required(reason)
    context.record(problem.id, ProblemAction.DECLINED, reason=reason)
    _answer(context, problem, taken=False)
    after = replace(
        problem,
        state=ProblemState.DECLINED,
        declined_by=context.actor,
        declined_for=reason,
        alarms=problem.alarms.clear_all(),
    )
    return turns.go_on(context, problem, after)


def _answer(context: Context, problem: Problem, *, taken: bool) -> None:
    """Let whoever proposed it hear of the answer, unless they give it themselves (CON-5)."""
    proposer = problem.opened_by
    if proposer != context.actor and context.contract.knows(proposer):
        context.notify(ProblemAnswered(taken=taken), problem.id, direct(proposer))


def close(context: Context, problem: Problem, note: str) -> Problem:
    """Close what is fixed, once no linked incident came back for as long as agreed (PRB-3)."""
    if problem.state is ProblemState.CLOSED:
        raise AlreadyDone("problem_closed", id=problem.id)
    require_state(problem, ProblemState.FIXED)
    if problem.came_back:
        raise NotNow("incident_came_back", id=problem.id, incident=problem.came_back[-1])
    if problem.watched_until and context.now < problem.watched_until:
        raise NotNow("problem_watched", id=problem.id, due=problem.watched_until.isoformat())
    context.record(problem.id, ProblemAction.CLOSED, note=user_text.optional(note) or None)
    after = replace(problem, state=ProblemState.CLOSED, closed_at=context.now)
    return turns.go_on(context, problem, after)


def reopen(context: Context, problem: Problem, reason: str) -> Problem:
    """Analyse anew what was fixed and is not; the work-around is shown again (PRB-3)."""
    require_state(problem, *REPAIRED)
    reason = user_text.required(reason)
    context.record(
        problem.id, ProblemAction.REOPENED, reason=reason, came_back=list(problem.came_back) or None
    )
    after = replace(
        problem,
        state=ProblemState.OPENED,
        reopened=problem.reopened + 1,
        analysed_at=None,
        watched_until=None,
        came_back=(),
        closed_at=None,
    )
    after = _to_analyse(context, after)
    return turns.go_on(context, problem, after, anew=parts.analysts(context, after))


def require_state(problem: Problem, *states: ProblemState) -> None:
    """Refuse what the problem's state does not permit."""
    if problem.state not in states:
        raise NotNow("problem_state", id=problem.id, problem_state=problem.state.value)


def _require_proposed(problem: Problem) -> None:
    if problem.state is ProblemState.DECLINED:
        raise AlreadyDone(
            "problem_declined", id=problem.id, by=problem.declined_by, reason=problem.declined_for
        )
    if problem.state is not ProblemState.PROPOSED:
        raise AlreadyDone("problem_taken", id=problem.id, by=problem.manager)


def _require_component(contract: Contract, component: str) -> None:
    if component not in {each.id for each in contract.components}:
        raise NotFound("unknown_component", component=component)

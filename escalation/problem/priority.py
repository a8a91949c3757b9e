"""Both impacts give the priority that is proposed; two people decide it (PRB-2, PRB-4)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.journal_actions.problem import ProblemAction
from escalation.base.refusals import AlreadyDone, NotNow
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.contract.processes.problems import Rating
from escalation.decision.context import Context
from escalation.problem import parts, turns
from escalation.records.problem import UNFIXED, Problem, Verdict


def by_table(contract: Contract, problem: Problem) -> Rating | None:
    """The priority that the contract's table gives; None while the impacts are not assessed."""
    if problem.client_impact is None or problem.provider_impact is None:
        return None
    row = parts.rules_of(contract).priorities.get(problem.client_impact, {})
    return row.get(problem.provider_impact)


def assess(context: Context, problem: Problem, *, client: Rating, provider: Rating) -> Problem:
    """Assess both impacts, and report them to the delivery manager (Rule PRB-4).

    What was proposed or decided for other impacts is to be proposed again.
    """
    _require_open(problem)
    if (problem.client_impact, problem.provider_impact) == (client, provider):
        raise AlreadyDone("already_assessed", id=problem.id)
    after = replace(
        problem,
        client_impact=client,
        provider_impact=provider,
        proposed=None,
        proposed_by=None,
        verdicts={},
        priority=None,
    )
    context.record(
        problem.id,
        ProblemAction.ASSESSED,
        client_impact=client.value,
        provider_impact=provider.value,
        priority=by_table(context.contract, after),
    )
    return turns.go_on(context, problem, after, anew=parts.delivery_managers(context))


def propose(context: Context, problem: Problem, priority: Rating) -> Problem:
    """The delivery manager proposes the priority to those who decide it (Rule PRB-2)."""
    _require_open(problem)
    if problem.client_impact is None:
        raise NotNow("not_assessed", id=problem.id)
    context.record(problem.id, ProblemAction.PRIORITY_PROPOSED, priority=priority.value)
    verdicts = {}
    if parts.decides(context, context.actor, PROVIDER):  # whoever proposes it has decided
        verdicts[PROVIDER] = Verdict(by=context.actor, at=context.now, priority=priority)
        context.record(
            problem.id,
            ProblemAction.PRIORITY_VOTED,
            priority=priority.value,
            organisation=PROVIDER,
        )
    after = replace(
        problem, proposed=priority, proposed_by=context.actor, verdicts=verdicts, priority=None
    )
    return turns.go_on(context, problem, after, anew=parts.awaited(context, after))


def decide(context: Context, problem: Problem, priority: Rating) -> Problem:
    """One of the two decides for their firm; where both say the same, it is decided (PRB-2).

    Who insists on what they said puts it back to the other firm.
    """
    _require_open(problem)
    if problem.proposed is None:
        raise NotNow("no_priority_proposed", id=problem.id)
    firm = context.contract.person(context.actor).organisation
    before = problem.verdicts.get(firm)
    if before is not None and before.priority == priority == problem.proposed:
        if before.by == context.actor:
            raise AlreadyDone("already_decided_so", id=problem.id)
        raise AlreadyDone("already_voted", id=problem.id, by=before.by)
    if problem.priority is not None:
        raise AlreadyDone("priority_decided", id=problem.id, rating=problem.priority.value)
    verdict = Verdict(by=context.actor, at=context.now, priority=priority)
    verdicts = {**problem.verdicts, firm: verdict}
    after = replace(problem, verdicts=verdicts)
    context.record(
        problem.id, ProblemAction.PRIORITY_VOTED, priority=priority.value, organisation=firm
    )
    said = {each.priority for each in verdicts.values()}
    if len(verdicts) == len((PROVIDER, CLIENT)) and len(said) == 1:
        after = replace(after, priority=priority)
        context.record(problem.id, ProblemAction.PRIORITY_DECIDED, priority=priority.value)
        told = (*parts.managers(context, after), *parts.delivery_managers(context))
        return turns.go_on(context, problem, after, anew=told)
    if priority != problem.proposed:  # what one firm would have instead is put to the other
        after = replace(after, proposed=priority, proposed_by=context.actor)
    return turns.go_on(context, problem, after)


def _require_open(problem: Problem) -> None:
    if problem.state not in UNFIXED:
        raise NotNow("problem_state", id=problem.id, problem_state=problem.state.value)

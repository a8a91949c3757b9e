"""Tell who has a part in a problem: who manages it, who decides, who is awaited (PRB-1, PRB-2)."""

from __future__ import annotations

from collections.abc import Iterable

from escalation.contract import CLIENT, PROVIDER, Contract, Post, Role
from escalation.contract.processes.problems import ProblemRules
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.people import audience
from escalation.people import roles as w
from escalation.records.problem import Problem, ProblemState


def rules_of(contract: Contract) -> ProblemRules:
    """The chapter that a problem runs under: it opened under a contract that has one."""
    return contract.problems or ProblemRules()


def appointed(contract: Contract) -> tuple[str, ...]:
    """The provider's problem managers; where none is named, its incident managers (PRB-1)."""
    named = contract.holders(Role.PROBLEM_MANAGER, PROVIDER)
    return tuple(person.id for person in named) or audience.incident_managers(contract)


def managers(context: Context, problem: Problem) -> tuple[str, ...]:
    """List whoever took it, or stands in; all who may where they left or nobody does (INC-X)."""
    mine = _there(context, [problem.manager] if problem.manager else [])
    everybody = appointed(context.contract)
    return mine or _there(context, everybody) or everybody


def analysts(context: Context, problem: Problem) -> tuple[str, ...]:
    """List whoever analyses, or stands in; else the problem managers."""
    owner = _there(context, [problem.owner] if problem.owner else [])
    return owner or managers(context, problem)


def delivery_managers(context: Context) -> tuple[str, ...]:
    """The provider's service delivery managers, or who stands in for them (PRB-2)."""
    named = context.contract.holders(Role.SERVICE_DELIVERY_MANAGER, PROVIDER)
    return _there(context, [person.id for person in named])


def awaited(context: Context, problem: Problem) -> tuple[str, ...]:
    """List whose answer is awaited beside the analysis: nobody's is where nothing is to be said."""
    if problem.state is ProblemState.PROPOSED or problem.came_back:
        return managers(context, problem)
    if problem.state in {ProblemState.DECLINED, ProblemState.CLOSED}:
        return ()
    if problem.state is ProblemState.FIXED:
        watching = problem.watched_until and context.now < problem.watched_until
        return () if watching else managers(context, problem)
    if problem.client_impact is None:
        return managers(context, problem)
    if problem.priority is not None:
        return ()
    if problem.proposed is None:
        return delivery_managers(context)
    return tuple(
        person
        for firm in (PROVIDER, CLIENT)
        if (verdict := problem.verdicts.get(firm)) is None or verdict.priority != problem.proposed
        for person in asked(context, firm)
    )


def asked(context: Context, firm: str) -> tuple[str, ...]:
    """List who decides for a firm: the first there of the level; paperwork wakes nobody on call."""
    contract = context.contract
    post = Post(people=_post(contract, firm).people)
    queue = availability.queue(contract, context.calendar, post, context.now)
    return queue[:1] or post.people[:1]


def decides(context: Context, person: str, firm: str) -> bool:
    """Tell whether somebody is of the level that decides for that firm, or stands in (PRB-2)."""
    people = _post(context.contract, firm).people
    return person in availability.with_stand_ins(context.contract, people, context.now)


def _there(context: Context, people: Iterable[str]) -> tuple[str, ...]:
    return availability.there(context.contract, people, context.now)


def _post(contract: Contract, firm: str) -> Post:
    level = rules_of(contract).decided_at_level
    echelon = next((each for each in contract.echelons if each.level == level), None)
    if echelon is None:
        return Post(people=())
    return echelon.provider if firm == PROVIDER else echelon.client


def _manages(case: w.Case) -> bool:
    return case.person.id in _with_stand_ins(case, appointed(case.contract))


def _with_stand_ins(case: w.Case, people: Iterable[str]) -> tuple[str, ...]:
    if case.at is None:
        return tuple(people)
    return availability.with_stand_ins(case.contract, people, case.at)


def _analyses(case: w.Case) -> bool:
    problem = case.record
    owner = problem.owner if isinstance(problem, Problem) else None
    return owner is not None and case.person.id in _with_stand_ins(case, [owner])


def _proposes(case: w.Case) -> bool:
    named = case.contract.holders(Role.SERVICE_DELIVERY_MANAGER, PROVIDER)
    return case.person.id in _with_stand_ins(case, [person.id for person in named])


def _decides(case: w.Case) -> bool:
    firm = case.person.organisation
    return firm in {PROVIDER, CLIENT} and case.person.id in _with_stand_ins(
        case, _post(case.contract, firm).people
    )


PROBLEM_MANAGER = w.Who("problem_manager", _manages)
ANALYST = w.Who("problem_analyst", _analyses)
PRIORITY_PROPOSER = w.Who("problem_proposer", _proposes)
DECIDER = w.Who("problem_decider", _decides)

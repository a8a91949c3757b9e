"""Problem management (Rules PRB-1 to PRB-4)."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.durations import positive
from config.checks.references import level
from config.faults import Fault, Where, fault
from escalation.contract import PROVIDER, Contract, Role
from escalation.contract.processes.problems import Rating

FEWEST = 2  # incidents that recur


def problems(contract: Contract) -> Iterator[Fault]:
    """A problem is decided by somebody, its table is whole, its times are not nothing."""
    rules = contract.problems
    if rules is None:
        return
    yield from level(contract, ("problems", "decided_at_level"), rules.decided_at_level)
    for name in ("analysis_within", "remind_every", "watched_for"):
        yield from positive(("problems", name), getattr(rules, name))
    managed = contract.holders(Role.INCIDENT_MANAGER, PROVIDER)  # else that is told already
    if managed and not contract.holders(Role.SERVICE_DELIVERY_MANAGER, PROVIDER):
        role = Role.SERVICE_DELIVERY_MANAGER.value
        yield fault("role_unheld", ("problems",), role=role, firm=PROVIDER)
    for client in Rating:
        for provider in Rating:
            if provider not in rules.priorities.get(client, {}):
                where: Where = ("problems", "priorities")
                value = f"{client.value} × {provider.value}"
                yield fault("problem_table_gap", where, value=value)
    recurrence = rules.recurrence
    yield from positive(("problems", "recurrence", "within"), recurrence.within)
    if recurrence.incidents < FEWEST:
        yield fault("recurs_once", ("problems", "recurrence", "incidents"))
    if not 0 <= recurrence.like <= 100:
        yield fault("not_per_cent", ("problems", "recurrence", "like"), value=recurrence.like)


CHECKS = (problems,)

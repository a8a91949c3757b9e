"""Check that a contract makes sense: pure functions, one for each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from config.faults import Fault
from escalation.base.declared import named_in
from escalation.contract import Contract

Check = Callable[[Contract], Iterator[Fault]]

CHECKS: list[Check] = [
    one
    for each in (*named_in(__name__, "CHECKS"), *named_in("config.checks.processes", "CHECKS"))
    for one in each
]


def check(contract: Contract) -> Iterator[Fault]:
    """Everything in a readable contract that does not make sense."""
    for one in CHECKS:
        yield from one(contract)

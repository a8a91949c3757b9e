"""Whether a contract makes sense: pure functions, one for each kind of thing that can be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks import (
    days,
    duty,
    events,
    gatherings,
    ladders,
    parties,
    priorities,
    problems,
    sites,
)
from config.faults import Fault
from escalation.contract import Contract

CHECKS = (
    *parties.CHECKS,
    *days.CHECKS,
    *duty.CHECKS,
    *priorities.CHECKS,
    *ladders.CHECKS,
    *gatherings.CHECKS,
    *sites.CHECKS,
    *problems.CHECKS,
    *events.CHECKS,
)


def check(contract: Contract) -> Iterator[Fault]:
    """Everything in a readable contract that does not make sense."""
    for one in CHECKS:
        yield from one(contract)

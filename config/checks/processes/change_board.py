"""The advisory board on changes (Rule CHG-2)."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.durations import positive
from config.checks.references import somebody, twice
from config.faults import Fault, Where, fault
from escalation.contract import Contract
from escalation.people import audience


def board(contract: Contract) -> Iterator[Fault]:
    """Check that whoever it names is there, its quorum can be reached, none of its times is nil."""
    rules = contract.changes.board if contract.changes else None
    if rules is None:
        return
    where: Where = ("changes", "board")
    for name in ("decide_within", "remind_every"):
        yield from positive((*where, name), getattr(rules, name))
    yield from twice(
        "named_twice", [((*where, "members", i), m) for i, m in enumerate(rules.members)]
    )
    unknown = list(somebody(contract, (*where, "members"), rules.members))
    yield from unknown
    seats = audience.named(contract, rules.members)
    if not rules.members:
        yield fault("list_empty", (*where, "members"))
    elif not unknown and not 1 <= rules.quorum <= len(seats):
        yield fault("quorum_unreachable", (*where, "quorum"), value=rules.quorum, limit=len(seats))


CHECKS = (board,)

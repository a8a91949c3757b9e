"""Summing up the calls of an echelon that nobody answered (Rule REP-3)."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.base.evolve import replace
from escalation.records.report_facts import CallFact

LONGEST_RUN = 8  # calls that nobody answered, told one by one


def summed(calls: Sequence[CallFact]) -> tuple[CallFact, ...]:
    """Sum up each long run of an echelon's calls that nobody answered.

    A run goes on, whoever else is called meanwhile, until somebody answers for that side of the
    ladder. Each call stands in the journal.
    """
    runs: list[list[int]] = []
    under_way: dict[tuple[str, str], dict[int, list[int]]] = {}
    for place, call in enumerate(calls):
        side = under_way.setdefault((call.ladder, call.firm), {})
        if call.acknowledged_at is not None:
            side.clear()
            runs.append([place])
            continue
        if call.level not in side:
            side[call.level] = []
            runs.append(side[call.level])
        side[call.level].append(place)
    shown: dict[int, CallFact] = {}
    for run in runs:
        if len(run) > LONGEST_RUN:
            shown[run[0]] = _as_one([calls[place] for place in run])
        else:
            shown |= {place: calls[place] for place in run}
    return tuple(call for _, call in sorted(shown.items()))


def _as_one(run: Sequence[CallFact]) -> CallFact:
    people = dict.fromkeys(call.person for call in run)
    return replace(run[0], person=", ".join(people), times=len(run), last_at=run[-1].at)

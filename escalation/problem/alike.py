"""Tell which incidents are alike, by a rule that can be explained (Rules PRB-1, PRB-3).

By their words: what per cent of the words of the shorter title the other one has too, whatever
their case, accents and order; a slip of the pen does not make another word of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from escalation.contract.names import words
from escalation.contract.processes.problems import Recurrence
from escalation.records.incident import Incident, IncidentState
from escalation.records.problem import Problem

SHORTEST = 3  # shorter words say little: "is", "no", "à"
SAME_WORD = 85  # per cent of the letters of both, in their order
LONGEST = 40  # a longer word is a code, the same or another; slips are looked for in words
UNCOUNTED = frozenset({IncidentState.CANCELLED, IncidentState.MERGED})


@lru_cache(maxsize=4096)
def _telling(title: str) -> frozenset[str]:
    return frozenset(word for word in words(title) if len(word) >= SHORTEST)


def likeness(one: str, other: str) -> int:
    """Work out how alike two titles are, in per cent; 0 where one of them says nothing."""
    short, long = sorted((_telling(one), _telling(other)), key=len)
    if not short:
        return 0
    return 100 * sum(_among(word, long) for word in short) // len(short)


def _among(word: str, others: frozenset[str]) -> bool:
    if word in others or len(word) > LONGEST:
        return word in others
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415  a plan is drawn sooner without it

    return any(ratio(word, other, score_cutoff=SAME_WORD) for other in others)


def like_problem(rule: Recurrence, problem: Problem, component: str | None, title: str) -> bool:
    """Tell whether an incident looks like one of the problem's: by component, or words (PRB-3)."""
    if problem.component is not None and problem.component == component:
        return True
    return likeness(problem.title, title) >= max(rule.like, 1)


def counts(incident: Incident) -> bool:
    """Tell whether an incident counts as one that recurs: no exercise, no mistake, no duplicate."""
    return incident.state not in UNCOUNTED and not incident.exercise


def recurs(rule: Recurrence, problem: Problem, incident: Incident) -> bool:
    """Tell whether an incident says in like words what the problem is about, of its component."""
    same = problem.component in {None, incident.component}
    return same and likeness(problem.title, incident.title) >= max(rule.like, 1)


def recurring(
    rule: Recurrence, incident: Incident, others: Iterable[Incident]
) -> tuple[Incident, ...]:
    """The incidents that count as one that recurs, oldest first (Rule PRB-1).

    Each counts once: one that is of a problem, or was proposed as one, is not counted again.
    """
    alike = [
        other
        for other in others
        if other.component == incident.component
        and counts(other)
        and not other.problems
        and likeness(other.title, incident.title) >= rule.like
    ]
    return tuple(sorted(alike, key=lambda other: other.opened_at))

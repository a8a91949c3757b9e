"""Work-arounds of known errors, wherever an incident that looks like one is shown (Rule PRB-3)."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.contract import CLIENT, PROVIDER
from escalation.records.incident import Incident
from escalation.records.problem import Problem
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts

LONGEST = 600
MOST = 3


def workaround_lines(known: Sequence[Problem], texts: Texts) -> list[str]:
    """The number of each known error, and how to work around it."""
    return [
        texts(
            "🧩 Known error %(id)s, work-around: %(text)s",
            id=problem.id,
            text=b.plain(problem.workaround, LONGEST),
        )
        for problem in known[:MOST]
    ]


def link_buttons(known: Sequence[Problem], incident: Incident, texts: Texts) -> list[Block]:
    """To say by a click that the incident comes of the first of them that it is not linked to."""
    return [
        b.button(
            texts("It comes of %(id)s", id=problem.id),
            "problem/link",
            incident.contract,
            problem.id,
            incident=incident.id,
        )
        for problem in known
        if problem.id not in incident.problems
    ][:1]


def concerned(firm: str | None) -> bool:
    """Whether the people of a firm, or a room's, read work-arounds: those of the two firms."""
    return firm in {None, PROVIDER, CLIENT}

"""Work-arounds of known errors, wherever an incident that looks like one is shown (Rule PRB-3)."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.people import rights
from escalation.records.incident import Incident
from escalation.records.problem import Problem, ProblemState
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts, msg

LONGEST = 600
MOST = 3


def workaround_lines(
    known: Sequence[Problem], contract: Contract, reader: str | None, texts: Texts
) -> list[str]:
    """Say how to work around each; with its number where the reader may look at it.

    One whose cause is not known is no known error yet.

    `reader` is a person, or None for the provider's room; "" for the room of both firms.
    """
    lines = []
    for problem in known[:MOST]:
        text = b.plain(problem.workaround, LONGEST)
        if problem.fix and not problem.known_error:
            lines.append(texts("🧩 Its cause is fixed; the work-around was: %(text)s", text=text))
        elif reader is None or rights.visible(contract, reader, problem):
            words = msg("🧩 Problem %(id)s, work-around: %(text)s")
            if problem.state is ProblemState.KNOWN_ERROR:
                words = msg("🧩 Known error %(id)s, work-around: %(text)s")
            lines.append(texts(words, id=problem.id, text=text))
        else:
            words = msg("🧩 Work-around: %(text)s")
            if problem.state is ProblemState.KNOWN_ERROR:
                words = msg("🧩 Known error, work-around: %(text)s")
            lines.append(texts(words, text=text))
    return lines


def link_buttons(known: Sequence[Problem], incident: Incident, texts: Texts) -> list[Block]:
    """To say by a click that the incident comes of the first of them that it is not linked to."""
    return [
        b.button(
            texts("It comes from %(id)s", id=problem.id),
            "problem/link",
            incident.contract,
            problem.id,
            incident=incident.id,
        )
        for problem in known
        if problem.id not in incident.problems
    ][:1]


def concerned(firm: str | None) -> bool:
    """Tell whether the people of a firm, or a room's, read work-arounds: those of the two firms."""
    return firm in {None, PROVIDER, CLIENT}

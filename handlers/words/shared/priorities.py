"""Words for what a priority was read at (Rules INC-2, INC-3)."""

from __future__ import annotations

from escalation.contract import Criticality
from handlers.words.texts import Texts, msg

CRITICALITIES = {
    Criticality.STRATEGIC.value: msg("strategic"),
    Criticality.FAIRLY_STRATEGIC.value: msg("fairly strategic"),
    Criticality.SENSITIVE.value: msg("sensitive"),
    Criticality.HARDLY_SENSITIVE.value: msg("hardly sensitive"),
}


def read_at(row: str, column: str, texts: Texts) -> str:
    """The row and column of the contract's table that gave a priority; "" for neither."""
    kind, _, urgency = row.partition("_")
    if kind == "urgency" and urgency.isdigit():
        impact = column.partition("_")[2]
        return texts("urgency %(urgency)s × impact %(impact)s", urgency=urgency, impact=impact)
    if row == "rank":
        return texts("the client ranks the component P%(rank)s", rank=column)
    if row:
        return texts(
            "%(criticality)s × severity %(severity)s",
            criticality=texts(CRITICALITIES[row]) if row in CRITICALITIES else row,
            severity=column,
        )
    return texts("severity %(severity)s", severity=column) if column else ""

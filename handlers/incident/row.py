"""An open incident on one line of a list, with what can be done about it by a click."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import Contract
from escalation.decision.commands.incident import TakeIncident
from escalation.perform import rights
from escalation.records.incident import Incident
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts


def incident_row(
    incident: Incident,
    line: str,
    contract: Contract,
    texts: Texts,
    me: str,
    now: datetime,
    *,
    place: str = "",
) -> list[Block]:
    """Its line, with its card; and, while nobody has it and the reader may, to take it.

    `place` tells it from rows of other contracts that stand beside it.
    """
    record, mark = (incident.contract, incident.id), f"#{place}{incident.id}"
    card = b.button(texts("Card"), f"incident/show{mark}", *record)
    untaken = incident.acknowledged_at is None and incident.resolved_at is None
    if untaken and rights.allowed(contract, me, TakeIncident, incident, at=now):
        take = b.button(texts("Take"), f"incident/take{mark}", *record, style="primary")
        return b.row(line, take, card)
    return b.row(line, card)

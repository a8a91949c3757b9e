"""Work out when a crisis cell is worth offering (Rule CRI-1)."""

from __future__ import annotations

from escalation.contract import Contract
from escalation.records.incident import Incident

GRAVE = 2  # the priorities up to this one


def plausible(contract: Contract, incident: Incident) -> bool:
    """Tell whether the service fails gravely or is about to, or nobody has said yet how gravely.

    A grave priority, a missed restoration, or an escalation at the level that may ask for a cell.
    """
    if incident.priority is None or incident.level <= GRAVE or "restore" in incident.missed:
        return True
    return any(
        contract.ladder(each.ladder).rungs[each.rung].level >= contract.crisis.may_ask_from_level
        for each in incident.walks
        if each.active
    )

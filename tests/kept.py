"""What is kept, past what the product asks of the memory."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.incident import Incident
from escalation.kinds import INCIDENT, number_of
from escalation.ports import Transaction


def incidents_of(tx: Transaction, contract: str) -> Sequence[Incident]:
    """Every incident of a contract, over or not, the newest first."""
    found = tx.list(INCIDENT, contract, open_only=False)
    return sorted(found, key=lambda incident: number_of(incident.id), reverse=True)

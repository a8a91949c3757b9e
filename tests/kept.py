"""What is kept, past what the product asks of the memory."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from escalation.decision.transaction import Transaction
from escalation.plan.memory import Memory
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT, number_of


def incidents_of(tx: Transaction, contract: str) -> Sequence[Incident]:
    """Every incident of a contract, over or not, the newest first."""
    found = tx.list(INCIDENT, contract, open_only=False)
    return sorted(found, key=lambda incident: number_of(incident.id), reverse=True)


def fork(memory: Memory) -> Memory:
    """Another memory that begins where this one stands."""
    other = copy(memory)
    for name, value in vars(memory).items():
        if isinstance(value, dict | list):
            setattr(other, name, value.copy())
    return other

"""What is kept, past what the product asks of the memory."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from escalation.incident import Incident
from escalation.memory import Memory
from escalation.ports import number_of
from store.tables import incidents


def incidents_of(tx: Any, contract: str) -> list[Incident]:
    """Every incident of a contract, over or not, the newest first."""
    if isinstance(tx, Memory):
        ids = [name for of, name in tx._records if of == contract and name.startswith("INC")]
    else:
        query = select(incidents.c.id).where(incidents.c.contract == contract)
        ids = list(tx.connection.execute(query).scalars())
    return [tx.incident(contract, name) for name in sorted(ids, key=number_of, reverse=True)]

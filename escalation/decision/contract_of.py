"""The contract that a record runs under, by what is agreed and who is there now (Rule ORG-10)."""

from __future__ import annotations

from escalation.contract import Contract
from escalation.contract.of_the_moment import of_the_moment
from escalation.decision.transaction import Transaction
from escalation.records.kinds import Record


def contract_of(tx: Transaction, record: Record) -> Contract:
    """Get the terms that the record opened under, with the people of the version in force."""
    opened = tx.contract_version(record.contract, record.contract_version)
    return of_the_moment(opened, tx.contract(record.contract))

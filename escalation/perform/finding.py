"""Finding a record by its id, of whatever kind it is; and incidents that are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from escalation.base import user_text
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import NotFound
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.change import Change
from escalation.records.incident import Incident
from escalation.records.kinds import CHANGE, INCIDENT, Record, kind_of_id
from escalation.records.problem import Problem

NUMBER = re.compile(rf"{CHANGE.prefix}-\d+")


def find(tx: Transaction, contract: str, subject: str) -> Record:
    """The record of any kind with that id; raises NotFound."""
    kind = kind_of_id(subject)
    if kind is None:
        raise NotFound("unknown_record", id=subject)
    record: Record = tx.get(kind, contract, subject)
    return record


def unknown(
    tx: Transaction,
    contract_id: str,
    numbers: Iterable[str],
    reader: str | None,
    *,
    shared: bool = False,
) -> Iterator[str]:
    """Those numbers of records that somebody, or a room, need not know of (Rule CON-2)."""
    contract = tx.contract(contract_id)
    for number in numbers:
        with suppress(NotFound):  # what is no record's
            record = find(tx, contract_id, number)
            if reader is not None:
                known = rights.visible(contract, reader, record)
            elif isinstance(record, Incident):
                known = not shared or record.client_informed
            else:
                known = not (shared and isinstance(record, Problem))
            if not known:
                yield number


def original(tx: Transaction, contract: str, incident_id: str) -> Incident:
    """The incident, or what it duplicates, which stands for it."""
    incident = tx.get(INCIDENT, contract, incident_id)
    while incident.merged_into:
        incident = tx.get(INCIDENT, contract, incident.merged_into)
    return incident


def duplicates(tx: Transaction, incident: Incident) -> Iterator[Incident]:
    """The incidents that are merged into it now, as they were saved last, in their order."""
    merged = tx.newest(incident.contract, incident.id, {IncidentAction.DUPLICATE_MERGED})
    for number in reversed(dict.fromkeys(str(line.facts["duplicate"]) for line in merged)):
        duplicate = tx.get(INCIDENT, incident.contract, number)
        if duplicate.merged_into == incident.id:
            yield duplicate


def change_named(tx: Transaction, context: Context, reference: str) -> Change | None:
    """The change that somebody names; refuses a number that is none of this contract's.

    Any other words stand for what is kept elsewhere; so do all where the contract has no changes
    (Rules INC-1, PRB-3).
    """
    number = user_text.reference(reference)
    if context.contract.changes is None or not NUMBER.fullmatch(number):
        return None
    change = tx.get(CHANGE, context.contract.id, number)
    if not rights.visible(context.contract, context.actor, change):
        raise CHANGE.not_found(number)
    return change

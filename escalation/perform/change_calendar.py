"""Facts to look at a change against: other changes, open incidents, as they are now (CHG-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.base.journal_actions.change import ChangeAction
from escalation.change import parts
from escalation.change.causing import suspects
from escalation.change.clashes import Circumstances, Planned
from escalation.change.releasing import release_of
from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.duty.calendars import Calendar
from escalation.people import rights
from escalation.records.change import UNENDED, Change, ChangeState
from escalation.records.incident import Incident
from escalation.records.kinds import CHANGE, INCIDENT
from escalation.records.visibility import Sight

MOST_URGENT = 500  # of the gravest open incidents; those not yet qualified come first
MOST_NEEDED = 10  # components beneath one whose changes are looked at
MOST_SUSPECTED = 3


def circumstances(
    tx: Transaction, contract_id: str, now: datetime, reader: str | None
) -> Circumstances:
    """Everything that a window may clash with, by the contract now in force.

    `reader` is who is told of it; None for the provider's rooms.
    """
    contract = tx.contract(contract_id)
    changes = tx.list(CHANGE, contract_id)
    others = (_planned(each, contract, now) for each in changes)
    gravest = tx.open_incidents(contract_id, Sight(whole=True), limit=MOST_URGENT).shown
    return Circumstances(
        contract=contract,
        rules=parts.rules_of(contract).calendar,
        now=now,
        planned=[each for each in others if each is not None],
        priority_1=[
            each.id
            for each in gravest
            if each.level == 1 and each.resolved_at is None and not each.exercise
        ],
        hidden=frozenset(() if reader is None else _hidden(contract, reader, *changes, *gravest)),
    )


def _hidden(contract: Contract, reader: str, *records: Change | Incident) -> Iterator[str]:
    return (each.id for each in records if not rights.visible(contract, reader, each))


def _planned(change: Change, contract: Contract, now: datetime) -> Planned | None:
    """The window of a change; one that overruns is expected to last until that is told again."""
    if change.window is None or change.state not in UNENDED:
        return None
    end = change.window.end
    if change.state is ChangeState.UNDERWAY:
        every = parts.rules_of(contract).overrun_every
        end = max(end, Calendar.of(contract).after(now, every))
    return Planned(
        id=change.id,
        components=change.components,
        start=change.window.start,
        end=end,
        carried_out_by=change.carried_out_by or "",
    )


def causes(tx: Transaction, incident: Incident) -> list[Change]:
    """The changes that may have caused an incident, the newest first; no more than a few."""
    contract, component = tx.contract(incident.contract), incident.component
    over = incident.exercise or incident.state in INCIDENT.over
    if contract.changes is None or component is None or over:
        return []
    within = contract.changes.calendar.caused_within
    since = Calendar.of(contract).before(incident.opened_at, within)
    near = (component, *contract.depends_on(component))[:MOST_NEEDED]
    closed = (each for part in near for each in _closed(tx, incident.contract, part, since))
    changes = {each.id: each for each in (*tx.list(CHANGE, incident.contract), *closed)}
    return sorted(
        suspects(contract, incident, changes.values(), since),
        key=lambda change: change.started_at or since,
        reverse=True,
    )[:MOST_SUSPECTED]


def _closed(tx: Transaction, contract: str, component: str, since: datetime) -> Iterator[Change]:
    """List what of a component was closed since then, by what was put into service (Rule REL-1)."""
    for entry in tx.newest(contract, release_of(component), {ChangeAction.RELEASED}):
        if entry.at < since:
            return
        yield tx.get(CHANGE, contract, str(entry.facts["change"]))

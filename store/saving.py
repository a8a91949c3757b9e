"""Writing changed records, and the timers that follow from their alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert

from escalation.alarms import Alarm
from store.errors import StaleRecord
from store.kinds import KINDS, Kind
from store.tables import timers

# SQLite and asyncpg both bound the number of parameters of a statement
CHUNK = 500

_DISARM = delete(timers).where(
    timers.c.contract == bindparam("key_contract"),
    timers.c.subject == bindparam("key_subject"),
    timers.c.name == bindparam("key_name"),
)
_ARM = insert(timers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record before (None for a new one) and after."""

    kind: Kind[Any]
    before: Any
    after: Any
    locked: bool = False  # since it was read


def save_records(connection: Connection, changes: Iterable[Change]) -> None:
    """Insert new records and update changed ones; raises StaleRecord."""
    by_kind: dict[Kind[Any], list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    for kind in KINDS:  # always in this order: two writers never wait for each other in a ring
        mine = by_kind[kind]
        old = sorted((c for c in mine if c.before is not None), key=lambda c: c.after.id)
        _check_versions(connection, kind, [change for change in old if not change.locked])
        if old:
            connection.execute(kind.change, [kind.keyed(change.after) for change in old])
        if new := [kind.row(change.after) for change in mine if change.before is None]:
            connection.execute(kind.insertion, new)


def _check_versions(connection: Connection, kind: Kind[Any], changes: Sequence[Change]) -> None:
    """Lock the rows in order and compare: drivers do not count the rows of a bulk update."""
    by_contract: dict[str, dict[str, int]] = defaultdict(dict)
    for change in changes:
        by_contract[change.after.contract][change.after.id] = change.before.version
    for contract, expected in sorted(by_contract.items()):
        ids = list(expected)
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            rows = connection.execute(kind.versions, {"of": contract, "ids": chunk})
            found = {row.id: row.version for row in rows}
            for record_id in chunk:
                if found.get(record_id) != expected[record_id]:
                    raise StaleRecord(contract, record_id)


def save_timers(connection: Connection, changes: Iterable[Change]) -> datetime | None:
    """Make the timer rows what the records' alarms say; returns the earliest due time armed."""
    disarmed: list[dict[str, str]] = []
    armed: list[dict[str, Any]] = []
    for change in changes:
        before, after = _alarms(change.before), _alarms(change.after)
        contract, subject = change.after.contract, change.after.id
        disarmed += [
            {"key_contract": contract, "key_subject": subject, "key_name": name}
            for name, alarm in before.items()
            if after.get(name) != alarm
        ]
        armed += [
            {
                "contract": contract,
                "subject": subject,
                "name": name,
                "due": alarm.due,
                "generation": alarm.generation,
                "failures": 0,
            }
            for name, alarm in after.items()
            if before.get(name) != alarm
        ]
    if disarmed:
        connection.execute(_DISARM, disarmed)
    if armed:
        connection.execute(_ARM, armed)
    return min((row["due"] for row in armed), default=None)


def _alarms(record: Any) -> dict[str, Alarm]:
    return {} if record is None else {alarm.name: alarm for alarm in record.alarms.armed}

"""Writing changed records, and the rows of their timers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from escalation.base.timers import ArmedTimer
from store.errors import StaleRecord
from store.schema import bulk
from store.schema.kinds import STORED, Stored
from store.schema.tables import microseconds, timers

# SQLite and asyncpg both bound the number of parameters of a statement
CHUNK = 500

_NAMED = ("contract", "subject", "name")
_DISARM = bulk.deletion(timers, *_NAMED)
# over a row of that name: nothing of how it failed before is left
_ARM = bulk.insertion(
    timers, *_NAMED, "due", "generation", "failures", over=_NAMED, anew=("retry_at", "error")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record before (None for a new one) and after."""

    kind: Stored[Any]
    before: Any
    after: Any
    locked: bool = False  # since it was read


def save_records(connection: Connection, changes: Iterable[Change]) -> None:
    """Insert new records and update changed ones; raises StaleRecord."""
    by_kind: dict[Stored[Any], list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    for (
        kind
    ) in STORED.values():  # always in this order: two writers never wait for each other in a ring
        mine = by_kind[kind]
        old = sorted((c for c in mine if c.before is not None), key=lambda c: c.after.id)
        _check_versions(connection, kind, [change for change in old if not change.locked])
        kind.change.run(connection, [kind.changed(change.after) for change in old])
        new = [kind.new(change.after) for change in mine if change.before is None]
        kind.insertion.run(connection, new)


def _check_versions(connection: Connection, kind: Stored[Any], changes: Sequence[Change]) -> None:
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


def save_timers(connection: Connection, changes: Iterable[Change]) -> int | None:
    """Make the timer rows what the records' timers say.

    Returns the earliest due time armed, in microseconds since 1970.
    """
    disarmed: list[tuple[str, ...]] = []
    armed: list[tuple[str, str, str, int, int, int]] = []
    for change in changes:
        before, after = _alarms(change.before), _alarms(change.after)
        contract, subject = change.after.contract, change.after.id
        disarmed += [(contract, subject, name) for name in before if name not in after]
        armed += [
            (contract, subject, name, microseconds(timer.due), timer.generation, 0)
            for name, timer in after.items()
            if (known := before.get(name)) is not timer and known != timer
        ]
    _DISARM.run(connection, disarmed)
    _ARM.run(connection, armed)
    return min((row[3] for row in armed), default=None)


def _alarms(record: Any) -> dict[str, ArmedTimer]:
    return {} if record is None else {timer.name: timer for timer in record.alarms.armed}

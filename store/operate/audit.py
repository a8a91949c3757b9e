"""Figures of the memory for those outside, and the timers' rows held against the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, text, tuple_, union_all

from escalation.messages.destinations import Destination
from store.schema import bulk
from store.schema.kinds import STORED, Stored, stored_of_id
from store.schema.tables import SET_ASIDE, WAITS, journal_heads, microseconds, outbox, timers

t, o = timers.c, outbox.c
MOST_COUNTED = 10_000  # of what is due: beyond that the number matters no more

Key = tuple[str, str]  # contract, record id
Place = tuple[int, str, int]  # how many kinds of records are behind, then contract and number
START: Place = (0, "", 0)

_SUBJECT = ("contract", "subject")
_TIMERS = bulk.lookup(timers, *_SUBJECT, "name", "due", "generation", of=_SUBJECT)
_ARM = bulk.insertion(timers, *_SUBJECT, "name", "due", "generation", "failures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Messages of one kind of destination that have not left. `urgent_since`: the oldest urgent."""

    count: int
    since: datetime
    urgent_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of the memory at one instant. What is due is counted up to MOST_COUNTED."""

    due: int = 0
    due_since: datetime | None = None
    set_aside: int = 0
    messages: Mapping[str, Waiting] = field(default_factory=dict)
    failed_messages: int = 0
    journal_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A page of open records that was looked at: those that may be in need of mending.

    `last` is where the next page begins, None at the end.
    """

    doubtful: tuple[Key, ...] = ()
    last: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """Mends of an audit: timers that were not what a record says, and columns that were not."""

    rearmed: tuple[Key, ...] = ()
    relisted: tuple[Key, ...] = ()
    last: Place | None = None  # where to go on; None: everything was looked at


def figures(connection: Connection, now: datetime) -> Figures:
    """Count what waits; the cost grows with that, not with what is armed or open."""
    due = or_(t.retry_at.is_(None), t.retry_at <= now) & (t.due <= now)
    first = select(t.due).where(due).order_by(t.due).limit(MOST_COUNTED).subquery()
    count, since = connection.execute(
        select(func.count(), func.min(first.c.due, type_=t.due.type))
    ).one()
    waits = union_all(*(select(o.destination, o.at, o.urgent).where(text(w)) for w in WAITS))
    w = waits.subquery().c
    oldest = func.min(w.at, type_=o.at.type)
    rows = connection.execute(
        select(
            w.destination,
            func.count().label("messages"),
            oldest.label("since"),
            oldest.filter(w.urgent).label("urgent"),
        ).group_by(w.destination)
    )
    return Figures(
        due=count,
        due_since=since,
        set_aside=connection.execute(
            select(func.count()).select_from(timers).where(t.retry_at.is_not(None))
        ).scalar_one(),
        messages=_by_class(rows),
        failed_messages=connection.execute(
            select(func.count()).select_from(outbox).where(text(SET_ASIDE))
        ).scalar_one(),
        journal_lines=connection.execute(
            select(func.coalesce(func.sum(journal_heads.c.number), 0))
        ).scalar_one(),
    )


def _by_class(rows: Any) -> dict[str, Waiting]:
    by_class: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_class[Destination.read(row.destination).group].append(row)
    return {
        name: Waiting(
            count=sum(row.messages for row in mine),
            since=min(row.since for row in mine),
            urgent_since=min((row.urgent for row in mine if row.urgent), default=None),
        )
        for name, mine in by_class.items()
    }


def page_of_open(connection: Connection, after: Place, limit: int) -> Looked:
    """Hold a page of open records against the rows that say what is in them.

    It only reads: where it does so as of one instant, nobody is disturbed, and no change that is
    being made is taken for a fault.
    """
    place, contract, number = after
    for which, kind in enumerate([*STORED.values()][place:], place):
        c = kind.table.c
        rows = connection.execute(
            select(kind.table)
            .where(kind.opened, tuple_(c.contract, c.number) > (contract, number))
            .order_by(c.contract, c.number)
            .limit(limit)
        ).all()
        if rows:
            doubtful = tuple(_doubtful(connection, kind, rows))
            last = (which, rows[-1].contract, rows[-1].number)
            return Looked(doubtful=doubtful, last=last)
        contract, number = "", 0
    return Looked()


def _doubtful(connection: Connection, kind: Stored[Any], rows: Sequence[Any]) -> Iterator[Key]:
    found = _timers_of(connection, [(row.contract, row.id) for row in rows])
    for row in rows:
        key, record = (row.contract, row.id), kind.read(row.body)
        if found[key] != _alarms(record) or _columns(kind, row) != kind.queried_of(record):
            yield key


def mend(connection: Connection, keys: Sequence[Key]) -> Audited:
    """Make the rows of these records what the records say (ESC-7), where they still are not.

    The record is the truth. One that somebody is changing right now is left to the next look.
    """
    rearmed, relisted = [], []
    for key in keys:
        kind = stored_of_id(key[1])
        if kind is None or not (locked := kind.locked.run(connection, [key])):
            continue
        record = kind.read(locked[0].body)
        if _timers_of(connection, [key])[key] != _alarms(record):
            _rewrite(connection, key, _alarms(record))
            rearmed.append(key)
        c = kind.table.c
        row = connection.execute(
            select(kind.table).where(c.contract == key[0], c.id == key[1])
        ).one()
        if _columns(kind, row) != kind.queried_of(record):
            kind.change.run(connection, [kind.changed(record)])
            relisted.append(key)
    return Audited(rearmed=tuple(rearmed), relisted=tuple(relisted))


def _timers_of(
    connection: Connection, keys: Sequence[Key]
) -> dict[Key, dict[str, tuple[int, int]]]:
    found: dict[Key, dict[str, tuple[int, int]]] = defaultdict(dict)
    for contract, subject, name, due, generation in _TIMERS.run(connection, keys):
        found[contract, subject][name] = (due, generation)
    return found


def _alarms(record: Any) -> dict[str, tuple[int, int]]:
    armed = record.alarms.armed
    return {timer.name: (microseconds(timer.due), timer.generation) for timer in armed}


def _columns(kind: Stored[Any], row: Any) -> dict[str, Any]:
    """Return what a row's further columns say, as they are kept."""
    kept = {name: getattr(row, name) for name in kind.queried}
    return {n: microseconds(v) if isinstance(v, datetime) else v for n, v in kept.items()}


def _rewrite(connection: Connection, key: Key, wanted: dict[str, tuple[int, int]]) -> None:
    contract, subject = key
    connection.execute(delete(timers).where(t.contract == contract, t.subject == subject))
    rows = [(*key, name, due, generation, 0) for name, (due, generation) in wanted.items()]
    _ARM.run(connection, rows)

"""What is to be seen of the memory from outside, and the alarms' rows held against the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, tuple_

from escalation.crisis import CrisisState
from escalation.incident import OVER
from escalation.report import ReportState
from store.kinds import CRISES, INCIDENTS, KINDS, REPORTS, Kind
from store.outbox import LetterState
from store.tables import UNSENT, journal_heads, outbox, timers

t, o = timers.c, outbox.c
MOST_COUNTED = 10_000  # of what is due: beyond that the number matters no more
_OVER: dict[str, Sequence[str]] = {
    INCIDENTS.table.name: [state.value for state in OVER],
    CRISES.table.name: [CrisisState.CLOSED.value, CrisisState.REFUSED.value],
    REPORTS.table.name: [ReportState.ISSUED.value],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Letters of one kind of destination that have not left. `urgent_since`: the oldest urgent."""

    count: int
    since: datetime
    urgent_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the memory stands at one instant. What is due is counted up to MOST_COUNTED."""

    due: int = 0
    due_since: datetime | None = None
    set_aside: int = 0
    letters: Mapping[str, Waiting] = field(default_factory=dict)
    failed_letters: int = 0
    journal_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A page of records looked at: `mended` are those whose timers were not what they say."""

    mended: tuple[tuple[str, str], ...] = ()
    last: tuple[int, str, str] | None = None  # where the next page begins; None: from the start


def figures(connection: Connection, now: datetime) -> Figures:
    """Count what waits; the cost grows with that, not with what is armed or open."""
    due = or_(t.retry_at.is_(None), t.retry_at <= now) & (t.due <= now)
    first = select(t.due).where(due).order_by(t.due).limit(MOST_COUNTED).subquery()
    count, since = connection.execute(
        select(func.count(), func.min(first.c.due, type_=t.due.type))
    ).one()
    oldest = func.min(o.at, type_=o.at.type)
    rows = connection.execute(
        select(
            o.destination,
            func.count().label("letters"),
            oldest.label("since"),
            oldest.filter(o.urgent).label("urgent"),
        )
        .where(o.state.in_(UNSENT))
        .group_by(o.destination)
    )
    return Figures(
        due=count,
        due_since=since,
        set_aside=connection.execute(
            select(func.count()).select_from(timers).where(t.retry_at.is_not(None))
        ).scalar_one(),
        letters=_by_class(rows),
        failed_letters=connection.execute(
            select(func.count()).select_from(outbox).where(o.state == LetterState.FAILED.value)
        ).scalar_one(),
        journal_lines=connection.execute(
            select(func.coalesce(func.sum(journal_heads.c.number), 0))
        ).scalar_one(),
    )


def _by_class(rows: Any) -> dict[str, Waiting]:
    by_class: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_class[row.destination.partition("/")[0]].append(row)
    return {
        name: Waiting(
            count=sum(row.letters for row in mine),
            since=min(row.since for row in mine),
            urgent_since=min((row.urgent for row in mine if row.urgent), default=None),
        )
        for name, mine in by_class.items()
    }


def armed(connection: Connection) -> int:
    """How many timers are armed: the cost grows with them."""
    return int(connection.execute(select(func.count()).select_from(timers)).scalar_one())


def audit_timers(connection: Connection, after: tuple[int, str, str] | None, limit: int) -> Audited:
    """Hold a page of open records against the rows of their alarms, and mend the rows (ESC-7).

    The record is the truth: its alarms say what is armed.
    """
    place, contract, record_id = after or (0, "", "")
    for number, kind in enumerate(KINDS[place:], place):
        if number > place:
            contract, record_id = "", ""
        c = kind.table.c
        rows = connection.execute(
            select(c.contract, c.id, c.body)
            .where(c.state.not_in(_OVER[kind.table.name]))
            .where(tuple_(c.contract, c.id) > (contract, record_id))
            .order_by(c.contract, c.id)
            .limit(limit)
        ).all()
        if rows:
            mended = tuple(_mend(connection, kind, rows))
            last = rows[-1]
            return Audited(mended=mended, last=(number, last.contract, last.id))
    return Audited()


def _mend(connection: Connection, kind: Kind[Any], rows: Sequence[Any]) -> list[tuple[str, str]]:
    mended = []
    found = _rows_of(connection, [(row.contract, row.id) for row in rows])
    for row in rows:
        key = (row.contract, row.id)
        if found[key] == _alarms(kind.read(row.body)):
            continue
        locked = kind.locked.run(connection, [key])
        if not locked:
            continue  # somebody is changing it right now
        wanted = _alarms(kind.read(locked[0].body))
        if _rows_of(connection, [key])[key] != wanted:
            _rewrite(connection, key, wanted)
            mended.append(key)
    return mended


def _rows_of(
    connection: Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, tuple[datetime, int]]]:
    found: dict[tuple[str, str], dict[str, tuple[datetime, int]]] = defaultdict(dict)
    subjects: dict[str, list[str]] = defaultdict(list)
    for contract, subject in keys:
        subjects[contract].append(subject)
    for contract, names in subjects.items():
        for row in connection.execute(
            select(t.subject, t.name, t.due, t.generation).where(
                t.contract == contract, t.subject.in_(names)
            )
        ):
            found[contract, row.subject][row.name] = (row.due, row.generation)
    return found


def _alarms(record: Any) -> dict[str, tuple[datetime, int]]:
    return {alarm.name: (alarm.due, alarm.generation) for alarm in record.alarms.armed}


def _rewrite(
    connection: Connection, key: tuple[str, str], wanted: dict[str, tuple[datetime, int]]
) -> None:
    contract, subject = key
    connection.execute(delete(timers).where(t.contract == contract, t.subject == subject))
    rows = [
        {
            "contract": contract,
            "subject": subject,
            "name": name,
            "due": due,
            "generation": generation,
            "failures": 0,
        }
        for name, (due, generation) in wanted.items()
    ]
    if rows:
        connection.execute(insert(timers), rows)

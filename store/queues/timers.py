"""Timers: rows that fire once, in order and never early, whatever stops in between (ESC-7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    CompoundSelect,
    Connection,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from escalation.base.backoff import backoff, doubling
from escalation.perform import DueTimer
from store.engine.engine import Engine
from store.errors import StaleRecord, StoreError
from store.schema import bulk
from store.schema.tables import timers
from store.transaction.transaction import SqlTransaction

t = timers.c

PAUSES = doubling(5, 300)  # seconds

# statements made once: making one costs more than running it
_DUE = (
    select(t.contract, t.subject, t.name, t.due, t.generation)
    .where(t.due <= bindparam("now"), or_(t.retry_at.is_(None), t.retry_at <= bindparam("now")))
    .order_by(t.due, t.generation)  # the index's: ties of many are not sorted again and again
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
FIRST = (
    select(t.due.label("at")).where(t.retry_at.is_(None)).order_by(t.due).limit(1),
    select(t.retry_at.label("at")).where(t.retry_at.is_not(None)).order_by(t.retry_at).limit(1),
)
_NEXT = union_all(*(select(first.subquery().c.at) for first in FIRST))
_AHEAD = union_all(
    *(
        select(first.where(instant > bindparam("now")).subquery().c.at)
        for first, instant in zip(FIRST, (t.due, t.retry_at), strict=True)
    )
)

_EARLIEST = select(func.min(t.due, type_=t.due.type)).where(
    t.contract == bindparam("contract"),
    t.subject == bindparam("subject"),
    t.due <= bindparam("now"),
    or_(t.retry_at.is_(None), t.retry_at <= bindparam("now")),
)

_FORGET = bulk.deletion(timers, "contract", "subject", "name", "generation")


class FireTimer(Protocol):
    """Answers one due timer; False where it is past (`escalation.perform.fire`)."""

    def __call__(self, tx: SqlTransaction, due: DueTimer, now: datetime, /) -> bool:
        """Answer it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTimer:
    """A timer set aside because answering it failed; it is tried again at `retry_at`."""

    timer: DueTimer
    failures: int
    retry_at: datetime
    error: str
    exception: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """The result of one call: `count` timers dealt with, of which some `failed`.

    `more` says that others may be due already; where not, `next` is when the next one is, as far
    as this call did not arm it itself.
    """

    count: int = 0
    more: bool = False
    next: datetime | None = None
    failed: tuple[FailedTimer, ...] = ()
    due: tuple[datetime, ...] = field(default=(), compare=False)  # when each was due


Write = Callable[[Callable[[SqlTransaction], int]], Awaitable[int]]


async def fire(
    write: Write, fire_timer: FireTimer, now: datetime, limit: int, *, shared: bool = False
) -> Fired:
    """Fire what is due, all in one transaction; where that fails, in halves.

    `write` runs its argument in a transaction. What answering arms for the past is left, with
    the record's later timers, to the next call: order is kept. `shared`: other replicas fire too,
    and what they have in hand is left to them.
    """
    due: list[DueTimer] = []
    more = True
    upcoming: datetime | None = None

    def batch(tx: SqlTransaction) -> int:
        nonlocal more, upcoming
        due[:] = claim(tx.connection, now, limit)
        count = answer(tx, due, fire_timer, now, shared=shared)
        more = len(due) == limit or _due_again(tx, due, now)
        if count < len(due):
            upcoming = now
        elif not more:  # else whoever asked is back at once
            upcoming = _earliest(tx.connection, _AHEAD, {"now": now})
        return count

    try:
        count = await write(batch)
        instants = tuple(timer.due for timer in due)
        return Fired(count=count, more=more, next=upcoming, due=instants)
    except Exception as error:  # a timer's bug must not hold back the others
        if _database_trouble(error):
            raise
        return replace(await _fire_apart(write, fire_timer, due, now, error, shared), more=True)


async def _fire_apart(
    write: Write,
    fire_timer: FireTimer,
    due: Sequence[DueTimer],
    now: datetime,
    error: Exception,
    shared: bool,
) -> Fired:
    """Split what failed together until the faulty timers stand alone, and set those aside."""
    if not due:
        raise error
    if len(due) == 1:
        failed: list[FailedTimer] = []

        def aside(tx: SqlTransaction) -> int:
            failed[:] = set_aside(tx.connection, due[0], now, error)
            return len(failed)

        return Fired(count=await write(aside), failed=tuple(failed))
    count = 0
    failures: tuple[FailedTimer, ...] = ()
    middle = len(due) // 2
    for half in (due[:middle], due[middle:]):
        fired = await _fire_half(write, fire_timer, half, now, shared)
        count += fired.count
        failures += fired.failed
    return Fired(count=count, failed=failures)


async def _fire_half(
    write: Write, fire_timer: FireTimer, due: Sequence[DueTimer], now: datetime, shared: bool
) -> Fired:
    def batch(tx: SqlTransaction) -> int:
        mine = claim(tx.connection, now, len(due), only=due)
        return answer(tx, mine, fire_timer, now, shared=shared)

    try:
        return Fired(count=await write(batch))
    except Exception as error:  # as above
        if _database_trouble(error):
            raise
        return await _fire_apart(write, fire_timer, due, now, error, shared)


def _database_trouble(error: Exception) -> bool:
    """Return whether it is the database's trouble, and not that of a timer."""
    if isinstance(error, StoreError):
        return not isinstance(error, StaleRecord)
    return isinstance(error, (OperationalError, InterfaceError, ProgrammingError))


def claim(
    connection: Connection, now: datetime, limit: int, only: Sequence[DueTimer] | None = None
) -> list[DueTimer]:
    """Take the timers that are due, in order; others' are skipped. Never early."""
    query = _DUE if only is None else _DUE.where(or_(*(_is(timer) for timer in only)))
    return [
        DueTimer(
            contract=row.contract,
            subject=row.subject,
            name=row.name,
            due=row.due,
            generation=row.generation,
        )
        for row in connection.execute(query, {"now": now, "limit": limit})
    ]


def answer(
    tx: SqlTransaction,
    due: Sequence[DueTimer],
    fire_timer: FireTimer,
    now: datetime,
    *,
    shared: bool = False,
) -> int:
    """Answer these timers in order; returns how many were dealt with."""
    busy = tx.take((timer.contract, timer.subject) for timer in due)
    if shared:
        busy |= _with_earlier_elsewhere(tx, [a for a in due if _key_of(a) not in busy], now)
    known: dict[tuple[str, str], int] = {}
    past: list[DueTimer] = []
    left = 0
    for timer in due:
        key = (timer.contract, timer.subject)
        if key in busy:
            left += 1
            continue
        record = tx.held(*key)
        if record is None:
            past.append(timer)
            continue
        known.setdefault(key, record.alarms.generation)
        if _overtaken(record, timer, known[key]):
            left += 1
        elif not fire_timer(tx, timer, now):
            past.append(timer)
        elif _still_armed(tx.held(*key), timer):
            raise RuntimeError(f"{timer.name} of {timer.subject} was answered but is still armed")
    if past:
        _FORGET.run(tx.connection, [_key(timer) for timer in past])
    return len(due) - left


def _with_earlier_elsewhere(
    tx: SqlTransaction, due: Sequence[DueTimer], now: datetime
) -> set[tuple[str, str]]:
    """The records of which another replica has a timer in hand that comes before these."""
    first: dict[tuple[str, str], datetime] = {}
    for timer in due:
        first.setdefault((timer.contract, timer.subject), timer.due)
    late: set[tuple[str, str]] = set()
    for key, instant in first.items():
        record = tx.held(*key)
        if record is None or all(timer.due >= instant for timer in record.alarms.armed):
            continue
        which = {"contract": key[0], "subject": key[1], "now": now}
        earliest = tx.connection.execute(_EARLIEST, which).scalar_one()
        if earliest is not None and earliest < instant:  # not one that was set aside
            late.add(key)
    return late


def _due_again(tx: SqlTransaction, due: Sequence[DueTimer], now: datetime) -> bool:
    """Tell whether these records have timers due by now: left over, or armed for the past."""
    records = (tx.held(timer.contract, timer.subject) for timer in due)
    return any(a.due <= now for record in records if record for a in record.alarms.armed)


def _overtaken(record: Any, timer: DueTimer, known: int) -> bool:
    """Return whether this batch armed a timer of the record that is due before this one."""
    alarms = record.alarms
    return alarms.generation > known and any(
        a.generation > known and a.due < timer.due for a in alarms.armed
    )


def _key_of(timer: DueTimer) -> tuple[str, str]:
    return timer.contract, timer.subject


def _still_armed(record: Any, timer: DueTimer) -> bool:
    armed = record.alarms.get(timer.name)
    return armed is not None and armed.generation == timer.generation


def set_aside(
    connection: Connection, timer: DueTimer, now: datetime, error: Exception
) -> list[FailedTimer]:
    """Let a faulty timer rest, longer each time; nothing if it changed meanwhile."""
    failures = connection.execute(
        select(t.failures).where(_is(timer)).with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if failures is None:
        return []
    failures += 1
    failed = FailedTimer(
        timer=timer,
        failures=failures,
        retry_at=now + timedelta(seconds=backoff(PAUSES, failures)),
        error=f"{type(error).__name__}: {error}"[:2000],
        exception=error,
    )
    connection.execute(
        update(timers)
        .where(_is(timer))
        .values(failures=failures, retry_at=failed.retry_at, error=failed.error)
    )
    return [failed]


def failing(connection: Connection) -> list[FailedTimer]:
    """The timers set aside, for the operator."""
    rows = connection.execute(select(timers).where(t.retry_at.is_not(None)).order_by(t.retry_at))
    return [
        FailedTimer(
            timer=DueTimer(
                contract=row.contract,
                subject=row.subject,
                name=row.name,
                due=row.due,
                generation=row.generation,
            ),
            failures=row.failures,
            retry_at=row.retry_at,
            error=row.error,
        )
        for row in rows
    ]


def next_due(connection: Connection) -> datetime | None:
    """The instant at which the next timer is to fire: two looks at the start of an index."""
    return _earliest(connection, _NEXT, {})


def _earliest(
    connection: Connection, query: CompoundSelect[Any], parameters: dict[str, Any]
) -> datetime | None:
    return min(connection.execute(query, parameters).scalars(), default=None)


def _is(timer: DueTimer) -> Any:
    return and_(
        t.contract == timer.contract,
        t.subject == timer.subject,
        t.name == timer.name,
        t.generation == timer.generation,
    )


def _key(timer: DueTimer) -> tuple[str, str, str, int]:
    return timer.contract, timer.subject, timer.name, timer.generation


def armed(connection: Connection) -> int:
    """Return how many timers are armed: the cost grows with them."""
    return int(connection.execute(select(func.count()).select_from(timers)).scalar_one())


class Timers:
    """The timers of all records; armed by transactions alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def next_due(self) -> datetime | None:
        """Return when the next timer is to fire; None where none is armed."""
        return await self._engine.read_one(next_due)

    async def fire(self, now: datetime, fire_timer: FireTimer, limit: int = 100) -> Fired:
        """Fire the timers due by `now`, in order, in one transaction (Rule ESC-7).

        Call again while there may be `more`: firing may arm what is due already.
        """
        return await fire(
            lambda work: self._engine.transact(work, now=now),
            fire_timer,
            now,
            limit,
            shared=not self._engine.one_writer,
        )

    async def failing(self) -> list[FailedTimer]:
        """The timers that were set aside because answering them failed."""
        return await self._engine.look(failing)

    async def armed(self) -> int:
        """Return how many timers are armed; the cost grows with them."""
        return await self._engine.look(armed)

"""The journal in SQL: appended to, read in order, proved whole (Rules INC-10, CON-3)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain as chained
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, case, literal, select

from escalation.base.journal import GENESIS, Entry, Sealed, first_break, seal
from escalation.base.journal_actions.record_keeping import RecordKeepingAction
from store.schema import bulk
from store.schema.lists import among
from store.schema.tables import contracts_in_force, journal, journal_heads, microseconds

PAGE = 1000
OnProgress = Callable[
    [str, int, int], object
]  # of what, how many are done, of how many (0: unknown)
BACK = 100  # lines read at once where the newest are wanted
MOST_LINES = 2**31 - 1  # of a contract: as many as can be numbered

# statements made once: making one costs more than running it
_h = journal_heads.c
_HEADS = select(_h.contract, _h.number, _h.seal).where(among(_h.contract, "contracts"))
_LOCKED_HEADS = _HEADS.order_by(_h.contract).with_for_update()
_MOVE_HEADS = bulk.insertion(journal_heads, "contract", "number", "seal", over=("contract",))
_ADD = bulk.insertion(
    journal, "contract", "number", "subject", "at", "actor", "action", "source", "facts",
    "previous", "seal", "salt", "erased",
)  # fmt: skip
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on a contract's journal. `broken_at` is None where it is whole."""

    contract: str
    lines: int
    seal: str  # of the last line: noted elsewhere, it proves that no one rewrote the whole
    broken_at: int | None = None

    @property
    def whole(self) -> bool:
        """Return whether nothing was altered, left out or cut off."""
        return self.broken_at is None


def append(connection: Connection, lines: Sequence[Entry]) -> None:
    """Seal these lines behind their contracts' last ones."""
    contracts = sorted({line.contract for line in lines})
    if not contracts:
        return
    heads = dict.fromkeys(contracts, (0, GENESIS))
    heads |= _heads(connection, contracts, lock=True)
    rows = []
    drawn = secrets.token_bytes(SALT_BYTES * len(lines))  # at once: asking costs more than drawing
    for place, line in enumerate(lines):
        number, last = heads[line.contract]
        salt = drawn[SALT_BYTES * place : SALT_BYTES * (place + 1)].hex()
        sealed = seal(number + 1, line, last, salt)
        heads[line.contract] = (sealed.number, sealed.seal)
        rows.append(_row(sealed))
    _ADD.run(connection, rows)
    _MOVE_HEADS.run(connection, [(name, *head) for name, head in heads.items()])


def lines_of(connection: Connection, contract: str, subject: str) -> list[Entry]:
    """The lines about one subject, oldest first."""
    j = journal.c
    rows = connection.execute(
        select(journal).where(j.contract == contract, j.subject == subject).order_by(j.number)
    )
    return [_sealed(row).line for row in rows]


def newest(
    connection: Connection, contract: str, subject: str, actions: Collection[str]
) -> Iterator[Entry]:
    """The lines of these actions about one subject, newest first, read in pages as they are asked.

    Lines of other actions are passed over in the database.
    """
    j = journal.c
    query = (
        select(journal)
        .where(j.contract == contract, j.subject == subject, j.number < bindparam("before"))
        .where(j.action.in_(sorted(actions)))
        .order_by(j.number.desc())
        .limit(BACK)
    )
    last = MOST_LINES
    while rows := connection.execute(query, {"before": last}).all():
        yield from (_sealed(row).line for row in rows)
        if len(rows) < BACK:
            return
        last = rows[-1].number


def chain(connection: Connection, contract: str, after: int = 0) -> Iterator[Sealed]:
    """The lines of a contract in order, as they are read; raises ValueError (`_as_written`)."""
    j = journal.c
    query = select(journal).where(j.contract == contract, j.number > after).order_by(j.number)
    yield from map(_as_written, connection.execute(query.execution_options(yield_per=PAGE)))


def _without_words(connection: Connection, contract: str, upto: int) -> Iterator[Sealed]:
    """The lines up to a number, with what links them and without what they say."""
    j = journal.c
    query = select(
        j.contract, j.number, j.subject, j.at, j.action, j.previous, j.seal, j.erased,
        literal("").label("actor"), literal("").label("source"), literal("").label("salt"),
        case((j.action == RecordKeepingAction.JOURNAL_ERASED, j.facts), else_="{}").label("facts"),
    ).where(j.contract == contract, j.number <= upto)  # fmt: skip
    reading = query.order_by(j.number).execution_options(yield_per=PAGE)
    yield from map(_sealed, connection.execute(reading))


def last_seals(connection: Connection) -> list[str]:
    """The seals that the journals end with, in the order of their contracts."""
    return list(connection.execute(select(_h.seal).order_by(_h.contract)).scalars())


def line_sealed(connection: Connection, seal: str) -> tuple[str, int] | None:
    """The contract and number of the line that carries this seal; every line is looked at."""
    found = connection.execute(
        select(journal.c.contract, journal.c.number).where(journal.c.seal == seal)
    ).first()
    return (found.contract, found.number) if found else None


def page(connection: Connection, contract: str, after: int) -> list[Sealed]:
    """At most PAGE lines behind number `after`; raises ValueError (`_as_written`)."""
    return [_as_written(row) for row in _rows(connection, contract, after)]


def _rows(connection: Connection, contract: str, after: int) -> Sequence[Row[Any]]:
    j = journal.c
    query = select(journal).where(j.contract == contract, j.number > after)
    return connection.execute(query.order_by(j.number).limit(PAGE)).all()


def verify(
    connection: Connection, contract: str, *, known: int = 0, on_progress: OnProgress | None = None
) -> Verdict:
    """Prove a contract's journal whole, or say where it breaks.

    What the lines up to the number `known` say is not proved again: their seal was noted.
    """
    head = _heads(connection, [contract]).get(contract, (0, GENESIS))
    seen, last = 0, GENESIS

    def watched() -> Iterator[Sealed]:
        nonlocal seen, last
        before: Iterable[Sealed] = _without_words(connection, contract, known) if known else ()
        for sealed in chained(before, chain(connection, contract, known)):
            yield sealed
            seen, last = sealed.number, sealed.seal
            if on_progress and (seen % PAGE == 0 or seen == head[0]):
                on_progress(contract, seen, head[0])

    try:
        broken = first_break(watched(), known=known)
    except ValueError:  # the facts of the line behind the last one seen are not as written
        broken = seen + 1
    if broken is None and head != (seen, last):
        broken = seen + 1  # lines were cut off the end
    if broken is None and not seen:
        broken = 1  # no contract is without the line that put it in force
    return Verdict(contract=contract, lines=seen, seal=last, broken_at=broken)


def contracts_with_journal(connection: Connection) -> list[str]:
    """Every contract that must have a journal."""
    known = connection.execute(
        select(contracts_in_force.c.contract).union(
            select(journal_heads.c.contract), select(journal.c.contract)
        )
    ).scalars()
    return sorted(known)


def _heads(
    connection: Connection, contracts: Sequence[str], *, lock: bool = False
) -> dict[str, tuple[int, str]]:
    query = _LOCKED_HEADS if lock else _HEADS
    rows = connection.execute(query, {"contracts": contracts})
    return {row.contract: (row.number, row.seal) for row in rows}


def _row(sealed: Sealed) -> tuple[Any, ...]:
    line = sealed.line
    return (
        line.contract,
        sealed.number,
        line.subject,
        microseconds(line.at),
        line.actor,
        line.action,
        line.source,
        facts_json(line.facts),
        sealed.previous,
        sealed.seal,
        sealed.salt,
        sealed.erased,
    )


def _as_written(row: Row[Any]) -> Sealed:
    """The line of a row; raises ValueError where its facts are not the text that was written.

    A key that stands twice is read as its last value here, and as its first elsewhere: the seal
    holds for one of them only, so the text itself is compared (Rule CON-3).
    """
    sealed = _sealed(row)
    facts = sealed.line.facts
    if row.facts not in {
        facts_json(facts),
        json.dumps(facts, ensure_ascii=False),
    }:  # the latter: once
        raise ValueError(f"the facts of line {row.number} are not as they were written")
    return sealed


def facts_json(facts: Mapping[str, Any]) -> str:
    """Write facts as they are stored, of entries and of outbox messages."""
    return msgspec.json.encode(facts).decode()


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(
        number=row.number,
        line=Entry(
            contract=row.contract,
            subject=row.subject,
            at=row.at,
            actor=row.actor,
            action=row.action,
            source=row.source,
            facts=msgspec.json.decode(row.facts),
        ),
        previous=row.previous,
        seal=row.seal,
        salt=row.salt,
        erased=row.erased,
    )

"""The end of a contract: everything that is kept of it, handed back or erased (Rule CON-4).

Whatever table has a contract's rows is handed back and erased, by the columns of the schema: a new
table cannot be forgotten. The journal stays as a chain without words; counters stay, so that no
number is given out twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, make_url, select, update

from escalation.base.facts import Fact
from escalation.base.journal import Account, Entry, Sealed, erase
from escalation.base.journal_actions.record_keeping import RecordKeepingAction
from escalation.contract import ESCALADE
from store.schema.kinds import STORED
from store.schema.tables import contract_versions, counters, journal, journal_heads, metadata
from store.transaction import journal as chains
from store.transaction.transaction import SqlTransaction

_STAYING = {journal.name, journal_heads.name, counters.name}
BODIES = tuple(kind.table.name for kind in STORED.values())

Row = dict[str, Any]
CHUNK = 100  # rows read at once: those of reports are large, and slow to draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """The result of an erasure: what it took away, and the seals before and after it."""

    counts: Mapping[str, int]
    lines: int
    lines_erased: int
    seal_before: str
    seal_after: str = ""


def tables() -> tuple[Table, ...]:
    """The tables that hold rows of contracts and are emptied of them."""
    named = (t for t in metadata.sorted_tables if "contract" in t.c)
    return tuple(table for table in named if table.name not in _STAYING)


def is_kept(connection: Connection, contract: str) -> bool:
    """Return whether the contract is there at all, and not erased yet."""
    v = contract_versions.c
    return connection.execute(select(v.version).where(v.contract == contract)).first() is not None


def rows_of(connection: Connection, table: Table, contract: str) -> Iterator[Row]:
    """A contract's rows of a table as plain data, in order, as they are read."""
    query = select(table).where(table.c.contract == contract).order_by(*table.primary_key)
    found = connection.execute(query.execution_options(yield_per=CHUNK)).mappings()
    yield from (_plain(dict(row)) for row in found)


def count_of(connection: Connection, table: Table, contract: str) -> int:
    """Return how many rows of a table are a contract's."""
    query = select(func.count()).select_from(table).where(table.c.contract == contract)
    return int(connection.execute(query).scalar_one())


def last_seal(connection: Connection, contract: str) -> str:
    """The seal that a contract's journal ends with."""
    head = select(journal_heads.c.seal).where(journal_heads.c.contract == contract)
    return str(connection.execute(head).scalar_one())


def unfinished(connection: Connection, contract: str) -> list[str]:
    """The records that are still open, and the reports still to be issued."""
    found: list[str] = []
    for kind in STORED.values():
        c = kind.table.c
        query = select(c.id).where(c.contract == contract, kind.opened).order_by(c.number)
        found += connection.execute(query).scalars()
    return found


def erase_contract(
    tx: SqlTransaction,
    contract: str,
    *,
    now: datetime,
    facts: Mapping[str, Fact],
    on_progress: chains.OnProgress | None = None,
) -> Erasure:
    """Erase a contract's rows and the words of its journal; a last line accounts for it.

    The journal must be whole: what is broken would look sound afterwards.
    """
    connection, counts = tx.connection, {}
    verdict = chains.verify(connection, contract, on_progress=on_progress)
    if not verdict.whole:
        raise BrokenJournal(contract, verdict.broken_at or 0)
    for table in tables():
        done = connection.execute(delete(table).where(table.c.contract == contract))
        counts[table.name] = done.rowcount
    account, count, after = Account(), 0, 0
    while page := chains.page(connection, contract, after):
        bare = [erase(sealed) for sealed in page]
        for sealed in bare:
            account.add(sealed)
        changed = [new for old, new in zip(page, bare, strict=True) if new is not old]
        _rewrite(connection, changed)
        count, after = count + len(changed), page[-1].number
        if on_progress:
            on_progress(journal.name, after, verdict.lines)
    line = Entry(
        contract=contract,
        subject=contract,
        at=now,
        actor=ESCALADE,
        action=RecordKeepingAction.JOURNAL_ERASED,
        source="cli",
        facts={**facts, **account.facts, "lines": count},
    )
    tx.append([line])
    return Erasure(counts=counts, lines=verdict.lines, lines_erased=count, seal_before=verdict.seal)


class BrokenJournal(Exception):
    """The journal does not verify; nothing of it is erased."""

    def __init__(self, contract: str, number: int) -> None:
        super().__init__(f"{contract}: the chain is broken at line {number}")
        self.contract, self.number = contract, number


def compact(url: str) -> None:
    """Write what was deleted out of a SQLite file; of another database, its operator does it."""
    if not url.startswith("sqlite"):
        return
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _rewrite(connection: Connection, lines: Sequence[Sealed]) -> None:
    if not lines:
        return
    j = journal.c
    bare = (
        update(journal)
        .where(j.contract == bindparam("of_contract"), j.number == bindparam("at_number"))
        .values(actor="", source="", facts=json.dumps({}), salt="", erased=bindparam("digest"))
    )
    rows = [
        {"of_contract": each.line.contract, "at_number": each.number, "digest": each.erased}
        for each in lines
    ]
    connection.execute(bare, rows)


def _plain(row: Row) -> Row:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }

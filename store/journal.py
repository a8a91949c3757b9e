"""The journal in SQL: appended to, read in order, proved whole (Rules INC-10, CON-3)."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from escalation.journal import GENESIS, Line, Sealed, first_break, seal
from store.tables import contracts_in_force, journal, journal_heads

PAGE = 1000

# statements made once: making one costs more than running it
_HEAD = select(journal_heads.c.number, journal_heads.c.seal).where(
    journal_heads.c.contract == bindparam("of")
)
_LOCKED_HEAD = _HEAD.with_for_update()
_MOVE_HEAD = (
    update(journal_heads)
    .where(journal_heads.c.contract == bindparam("of"))
    .values(number=bindparam("number"), seal=bindparam("seal"))
)
_ADD = insert(journal)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying a contract's journal found. `broken_at` is None where it is whole."""

    contract: str
    lines: int
    seal: str  # of the last line: noted elsewhere, it proves that no one rewrote the whole
    broken_at: int | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was altered, left out or cut off."""
        return self.broken_at is None


def append(connection: Connection, lines: Sequence[Line]) -> None:
    """Seal these lines behind their contracts' last ones."""
    by_contract: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_contract[line.contract].append(line)
    for contract, mine in sorted(by_contract.items()):
        head = _head(connection, contract, lock=True)
        number, last = head or (0, GENESIS)
        rows = []
        for line in mine:
            number += 1
            sealed = seal(number, line, last, secrets.token_hex(SALT_BYTES))
            rows.append(_row(sealed))
            last = sealed.seal
        connection.execute(_ADD, rows)
        if head is None:
            row = {"contract": contract, "number": number, "seal": last}
            connection.execute(insert(journal_heads), row)
        else:
            connection.execute(_MOVE_HEAD, {"of": contract, "number": number, "seal": last})


def lines_of(connection: Connection, contract: str, subject: str) -> list[Line]:
    """The lines about one subject, oldest first."""
    j = journal.c
    rows = connection.execute(
        select(journal).where(j.contract == contract, j.subject == subject).order_by(j.number)
    )
    return [_sealed(row).line for row in rows]


def chain(connection: Connection, contract: str) -> Iterator[Sealed]:
    """The lines of a contract in order, read in pages; raises ValueError on unreadable facts."""
    after = 0
    while rows := _rows(connection, contract, after):
        yield from map(_sealed, rows)
        after = rows[-1].number


def page(connection: Connection, contract: str, after: int) -> list[Sealed]:
    """At most PAGE lines behind number `after`; raises ValueError on unreadable facts."""
    return [_sealed(row) for row in _rows(connection, contract, after)]


def _rows(connection: Connection, contract: str, after: int) -> Sequence[Row[Any]]:
    j = journal.c
    query = select(journal).where(j.contract == contract, j.number > after)
    return connection.execute(query.order_by(j.number).limit(PAGE)).all()


def verify(connection: Connection, contract: str) -> Verdict:
    """Prove a contract's journal whole, or say where it breaks."""
    head = _head(connection, contract)
    seen, last = 0, GENESIS

    def watched() -> Iterator[Sealed]:
        nonlocal seen, last
        for sealed in chain(connection, contract):
            yield sealed
            seen, last = sealed.number, sealed.seal

    try:
        broken = first_break(watched())
    except ValueError:  # the facts of the line behind the last one seen are not JSON any more
        broken = seen + 1
    if broken is None and (head or (0, GENESIS)) != (seen, last):
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


def _head(connection: Connection, contract: str, *, lock: bool = False) -> tuple[int, str] | None:
    query = _LOCKED_HEAD if lock else _HEAD
    row = connection.execute(query, {"of": contract}).one_or_none()
    return None if row is None else (row.number, row.seal)


def _row(sealed: Sealed) -> dict[str, Any]:
    line = sealed.line
    return {
        "contract": line.contract,
        "number": sealed.number,
        "subject": line.subject,
        "at": line.at,
        "actor": line.actor,
        "action": line.action,
        "source": line.source,
        "facts": json.dumps(dict(line.facts), ensure_ascii=False),
        "previous": sealed.previous,
        "seal": sealed.seal,
        "salt": sealed.salt,
        "erased": sealed.erased,
    }


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(
        number=row.number,
        line=Line(
            contract=row.contract,
            subject=row.subject,
            at=row.at,
            actor=row.actor,
            action=row.action,
            source=row.source,
            facts=json.loads(row.facts),
        ),
        previous=row.previous,
        seal=row.seal,
        salt=row.salt,
        erased=row.erased,
    )

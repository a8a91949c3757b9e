"""One statement for many rows: the driver's own loop on SQLite, arrays on PostgreSQL.

SQLAlchemy would work out the parameters of each row anew, and PostgreSQL would be handed each row
apart: in a batch of a hundred ladder steps that costs more than all else the database does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, String, Table
from sqlalchemy.dialects import postgresql

Rows = Sequence[tuple[Any, ...]]

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]  # it declares no types


@dataclass(frozen=True, slots=True)
class Bulk:
    """A statement for both databases. A row has the values of the named columns, in their order.

    They are what the driver takes: instants in microseconds (`store.schema.tables.microseconds`).
    """

    sqlite: str
    postgresql: str

    def run(self, connection: Connection, rows: Rows) -> None:
        """Run it for these rows, in their order; nothing where there are none."""
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            arrays = tuple(list(values) for values in zip(*rows, strict=True))
            connection.exec_driver_sql(self.postgresql, arrays)
        else:
            connection.exec_driver_sql(self.sqlite, list(rows))


def insertion(
    table: Table,
    *columns: str,
    over: Sequence[str] = (),
    where: str = "",
    anew: Sequence[str] = (),
    kept: Sequence[str] = (),
    least: Sequence[str] = (),
    also: str = "",
) -> Bulk:
    """Insert rows; a table that numbers its rows numbers them in this order.

    A row that is the same `over` these columns, among those `where` a unique index says, is
    overwritten: its columns `anew` are emptied, those `kept` stay, of `least` the lesser stays, and
    `also` is set, in SQL.
    """
    into = f"INSERT INTO {table.name} ({', '.join(columns)})"
    given = ", ".join(f"n.{name}" for name in columns)
    found = f"SELECT {given} FROM {_arrays(table, columns, 'place')} ORDER BY n.place"  # noqa: S608  names of ours
    replaced = [name for name in columns if name not in {*over, *kept, *least}]

    def overwriting(smaller: str) -> str:
        if not over:
            return ""
        values = [
            *(f"{name} = excluded.{name}" for name in replaced),
            *(f"{name} = {smaller}({table.name}.{name}, excluded.{name})" for name in least),
            *(f"{name} = NULL" for name in anew),
            *([also] * bool(also)),
        ]
        unique = f"({', '.join(over)})" + (f" WHERE {where}" if where else "")
        return f" ON CONFLICT {unique} DO UPDATE SET {', '.join(values)}"

    return Bulk(
        sqlite=f"{into} VALUES ({', '.join('?' for _ in columns)}){overwriting('min')}",
        postgresql=f"{into} {found}{overwriting('least')}",
    )


def change(
    table: Table,
    *columns: str,
    of: Sequence[str],
    also: str = "",
    only: str = "",
    by: str = "",
) -> Bulk:
    """Change `columns` of the rows that are the same in the columns `of`, which come last.

    `also` is set, and `only` must hold, besides: both are SQL. A column that is changed is named
    there with its table. Where `of` is no key, `by` is one: of the table's columns the key.
    """
    values = [f"{name} = ?" for name in columns] + [also] * bool(also)
    given = [f"{name} = n.{name}" for name in columns] + [also] * bool(also)
    found, same = _arrays(table, (*columns, *of)), _same_postgresql(table, of, only)
    if by:
        # the statistics of a queue are always of another hour: have it look row by row,
        # and what must hold only be checked once more
        one = f"SELECT {by} FROM {table.name} WHERE {same} OFFSET 0"  # noqa: S608  names of ours
        found = f"{found} CROSS JOIN LATERAL ({one}) AS t"
        still = f" AND CASE WHEN {only} THEN TRUE END" if only else ""
        same = f"{table.name}.{by} = t.{by}{still}"
    return Bulk(
        sqlite=f"UPDATE {table.name} SET {', '.join(values)} WHERE {_same_sqlite(of, only)}",  # noqa: S608  names of ours
        postgresql=f"UPDATE {table.name} SET {', '.join(given)} FROM {found} WHERE {same}",  # noqa: S608  names of ours
    )


def deletion(table: Table, *of: str) -> Bulk:
    """Delete the rows that are the same in the columns `of`."""
    return Bulk(
        sqlite=f"DELETE FROM {table.name} WHERE {_same_sqlite(of)}",  # noqa: S608  names of ours
        postgresql=f"DELETE FROM {table.name} USING {_arrays(table, of)}"  # noqa: S608  names of ours
        f" WHERE {_same_postgresql(table, of)}",
    )


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query for the rows of many keys, on both databases. What it finds is as the driver says."""

    sqlite: str
    postgresql: str

    def run(self, connection: Connection, keys: Rows) -> Sequence[Any]:
        """The rows that are there, each once where no key is given twice."""
        if not keys:
            return ()
        if connection.dialect.name == "postgresql":
            arrays = tuple(list(values) for values in zip(*keys, strict=True))
            return connection.exec_driver_sql(self.postgresql, arrays).all()
        return connection.exec_driver_sql(self.sqlite, (json.dumps(keys),)).all()


def lookup(table: Table, *columns: str, of: Sequence[str], locked: bool = False) -> Lookup:
    """Find `columns` of the rows that are the same in the columns `of`, names all.

    `locked`: locks them in the order of the keys, and leaves out what somebody else has locked.
    """
    found = ", ".join(f"t.{name}" for name in columns)
    listed = " AND ".join(
        f"t.{name} = json_extract(n.value, '$[{place}]')" for place, name in enumerate(of)
    )
    same = " AND ".join(f"t.{name} = n.{name}" for name in of)
    lock = " FOR UPDATE SKIP LOCKED" if locked else " OFFSET 0"  # either has it look key by key
    one = f"SELECT {found} FROM {table.name} AS t WHERE {same}{lock}"  # noqa: S608  names of ours
    return Lookup(
        sqlite=f"SELECT {found} FROM json_each(?) AS n"  # noqa: S608  names of ours
        f" CROSS JOIN {table.name} AS t ON {listed}",
        postgresql=f"SELECT t.* FROM {_arrays(table, of)} CROSS JOIN LATERAL ({one}) AS t",  # noqa: S608  as above
    )


def _same_sqlite(of: Sequence[str], only: str = "") -> str:
    return " AND ".join([f"{name} = ?" for name in of] + [only] * bool(only))


def _same_postgresql(table: Table, of: Sequence[str], only: str = "") -> str:
    return " AND ".join([f"{table.name}.{name} = n.{name}" for name in of] + [only] * bool(only))


def _arrays(table: Table, columns: Sequence[str], place: str = "") -> str:
    """The rows as a table `n`, made of one array a column; `place` numbers them."""
    arrays = ", ".join(
        f"${number}::{_array(table.c[name])}" for number, name in enumerate(columns, 1)
    )
    numbered = " WITH ORDINALITY" if place else ""
    return f"unnest({arrays}){numbered} AS n ({', '.join([*columns, *([place] * bool(place))])})"


def _array(column: Column[Any]) -> str:
    # a cast to text of a bounded length would cut off what is longer, without a word
    bounded = isinstance(column.type, String)
    return f"{'TEXT' if bounded else column.type.compile(_POSTGRESQL)}[]"

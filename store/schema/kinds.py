"""The kinds of records as they are stored: each with its table, its queried columns, its JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic

import msgspec
from pydantic import TypeAdapter
from sqlalchemy import Column, Select, Table, TextClause, bindparam, select, text

from escalation.records.kinds import KINDS, REPORT, Kind, R, kind_of_id, number_of
from store.schema import bulk
from store.schema.lists import among
from store.schema.tables import metadata, open_condition

_KEY = ("contract", "id")
_CHANGING = ("state", "version", "body")

# in what was issued stand lengths of time, in the forms that pydantic gives them ("P1Y35DT2H",
# "4h coverage"): msgspec has others, and whoever hashed or exported them would find them altered
_BY_PYDANTIC = frozenset({REPORT})


@dataclass(frozen=True, eq=False)
class Stored(Generic[R]):
    """One kind of record, and its table."""

    kind: Kind[R]
    table: Table

    @cached_property
    def queried(self) -> dict[str, Any]:
        """The further columns that queries need → what each says of a record."""
        return {column.name: column.info["of"] for column in self.table.c if column.info}

    @cached_property
    def opened(self) -> TextClause:
        """Return whether a record is not over."""
        return text(open_condition(self.kind))

    @cached_property
    def over(self) -> TextClause:
        """Return whether a record is over."""
        return text(f"NOT ({open_condition(self.kind)})")

    @cached_property
    def read(self) -> Callable[[str], R]:
        """Reads the record of that JSON; raises ValueError, which says where it is bad."""
        if self.kind in _BY_PYDANTIC:
            return self._adapter.validate_json
        return msgspec.json.Decoder(self.kind.type).decode

    @cached_property
    def _written(self) -> Callable[[R], bytes]:
        return (
            self._adapter.dump_json if self.kind in _BY_PYDANTIC else msgspec.json.Encoder().encode
        )

    @property
    def _adapter(self) -> TypeAdapter[R]:
        return TypeAdapter(self.kind.type)

    @cached_property
    def bodies(self) -> Select[tuple[str, str]]:
        """Reads the bodies of the records with these ids."""
        return self._of_ids(self.table.c.id, self.table.c.body)

    @cached_property
    def locked(self) -> bulk.Lookup:
        """Reads and locks the bodies of these keys; leaves out what somebody else has locked."""
        return bulk.lookup(self.table, *_KEY, "body", of=_KEY, locked=True)

    @cached_property
    def there(self) -> bulk.Lookup:
        """Return which of these keys exist."""
        return bulk.lookup(self.table, *_KEY, of=_KEY)

    @cached_property
    def versions(self) -> Select[tuple[str, int]]:
        """Reads the versions of the records with these ids, and locks them in order."""
        c = self.table.c
        return self._of_ids(c.id, c.version).order_by(c.id).with_for_update()

    def _of_ids(self, *columns: Column[Any]) -> Select[Any]:
        c = self.table.c
        return select(*columns).where(c.contract == bindparam("of"), among(c.id, "ids"))

    @cached_property
    def insertion(self) -> bulk.Bulk:
        """Inserts rows of `new`."""
        return bulk.insertion(self.table, *_CHANGING, *self.queried, *_KEY, "number")

    @cached_property
    def change(self) -> bulk.Bulk:
        """Updates with rows of `changed`."""
        return bulk.change(self.table, *_CHANGING, *self.queried, of=_KEY)

    def body(self, record: R) -> str:
        """Write the record as JSON."""
        return self._written(record).decode()

    def changed(self, record: R) -> tuple[Any, ...]:
        """The record as a row of `change`."""
        return (
            record.state.value,
            record.version,
            self.body(record),
            *self.queried_of(record).values(),
            record.contract,
            record.id,
        )

    def queried_of(self, record: R) -> dict[str, Any]:
        """Return what the further columns say of the record."""
        return {name: field(record) for name, field in self.queried.items()}

    def new(self, record: R) -> tuple[Any, ...]:
        """The record as a row of `insertion`."""
        return (*self.changed(record), number_of(record.id))


_TABLES = {table.info["kind"]: table for table in metadata.tables.values() if table.info}
STORED: dict[Kind[Any], Stored[Any]] = {kind: Stored(kind, _TABLES[kind]) for kind in KINDS}


def stored(kind: Kind[R]) -> Stored[R]:
    """A kind as it is stored."""
    return STORED[kind]


def stored_of_id(record_id: str) -> Stored[Any] | None:
    """The kind that ids of that prefix belong to, as it is stored."""
    kind = kind_of_id(record_id)
    return None if kind is None else STORED[kind]

"""The kinds of records: their table, their queried columns, their JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)

from escalation.crisis import Crisis
from escalation.incident import Incident
from escalation.ports import Record
from escalation.report import Report
from store import tables
from store.listed import among

R = TypeVar("R", Incident, Crisis, Report)


@dataclass(frozen=True)
class Kind(Generic[R]):
    """One kind of record. `columns` are the fields that queries need."""

    type: type[R]
    table: Table
    unknown: str  # the refusal's code
    columns: Callable[[Any], dict[str, Any]]

    @cached_property
    def _adapter(self) -> TypeAdapter[R]:
        return TypeAdapter(self.type)

    @cached_property
    def bodies(self) -> Select[tuple[str, str]]:
        """Reads the bodies of the records with these ids."""
        return self._of_ids(self.table.c.id, self.table.c.body)

    @cached_property
    def locked_bodies(self) -> Select[tuple[str, str]]:
        """As `bodies`, and locks them; leaves out those that somebody else has locked."""
        return self.bodies.order_by(self.table.c.id).with_for_update(skip_locked=True)

    @cached_property
    def ids(self) -> Select[tuple[str]]:
        """Which of these ids exist."""
        return self._of_ids(self.table.c.id)

    @cached_property
    def versions(self) -> Select[tuple[str, int]]:
        """Reads the versions of the records with these ids, and locks them in order."""
        c = self.table.c
        return self._of_ids(c.id, c.version).order_by(c.id).with_for_update()

    def _of_ids(self, *columns: Column[Any]) -> Select[Any]:
        c = self.table.c
        return select(*columns).where(c.contract == bindparam("of"), among(c.id, "ids"))

    @cached_property
    def insertion(self) -> Insert:
        """Inserts rows as `row` gives them."""
        return insert(self.table)

    @cached_property
    def change(self) -> Update:
        """Updates rows as `row` gives them, the key twice: see `keyed`."""
        c = self.table.c
        return update(self.table).where(
            c.contract == bindparam("key_contract"), c.id == bindparam("key_id")
        )

    def read(self, body: str) -> R:
        """The record of that JSON."""
        return self._adapter.validate_json(body)

    def row(self, record: R) -> dict[str, Any]:
        """The record as a row."""
        return {
            "contract": record.contract,
            "id": record.id,
            "number": number_of(record.id),
            "state": record.state.value,
            "version": record.version,
            "body": self._adapter.dump_json(record).decode(),
            **self.columns(record),
        }

    def keyed(self, record: R) -> dict[str, Any]:
        """The record as the parameters of `change`."""
        return {**self.row(record), "key_contract": record.contract, "key_id": record.id}


def number_of(record_id: str) -> int:
    """The number in an id: 42 in "INC-0042"."""
    return int(record_id.rpartition("-")[2])


INCIDENTS = Kind(Incident, tables.incidents, "unknown_incident", lambda _: {})
CRISES = Kind(Crisis, tables.crises, "unknown_crisis", lambda crisis: {"room": crisis.room})
REPORTS = Kind(
    Report, tables.reports, "unknown_report", lambda report: {"deadline": report.deadline}
)

KINDS: tuple[Kind[Any], ...] = (INCIDENTS, CRISES, REPORTS)
_BY_PREFIX: dict[str, Kind[Any]] = {"INC": INCIDENTS, "CRI": CRISES, "REP": REPORTS}
_BY_TYPE: dict[type, Kind[Any]] = {kind.type: kind for kind in KINDS}


def kind_of(record: Record) -> Kind[Any]:
    """The kind of that record."""
    return _BY_TYPE[type(record)]


def kind_of_id(record_id: str) -> Kind[Any] | None:
    """The kind that ids of that prefix belong to."""
    return _BY_PREFIX.get(record_id.partition("-")[0])

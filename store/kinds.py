"""The kinds of records: their table, their queried columns, their JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Column, Select, Table, bindparam, select

from escalation.crisis import Crisis
from escalation.incident import Incident
from escalation.ports import Record, number_of
from escalation.report import Report
from escalation.sight import concerns_of
from store import bulk, tables
from store.listed import among

R = TypeVar("R", Incident, Crisis, Report)

_KEY = ("contract", "id")
_CHANGING = ("state", "version", "body")


@dataclass(frozen=True, eq=False)
class Kind(Generic[R]):
    """One kind of record. `queried` are further fields that queries need, as columns."""

    type: type[R]
    table: Table
    unknown: str  # the refusal's code
    queried: Mapping[str, Callable[[Any], Any]]

    @cached_property
    def _adapter(self) -> TypeAdapter[R]:
        return TypeAdapter(self.type)

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
        """Which of these keys exist."""
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

    def read(self, body: str) -> R:
        """The record of that JSON."""
        return self._adapter.validate_json(body)

    def body(self, record: R) -> str:
        """The record as JSON."""
        return self._adapter.dump_json(record).decode()

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
        """What the further columns say of the record."""
        return {name: field(record) for name, field in self.queried.items()}

    def new(self, record: R) -> tuple[Any, ...]:
        """The record as a row of `insertion`."""
        return (*self.changed(record), number_of(record.id))


def words(concerns: Collection[str]) -> str:
    """Concerns as they are kept: a list in JSON, in which each is found by its own JSON."""
    return json.dumps(sorted(concerns), ensure_ascii=False)


INCIDENTS = Kind(
    Incident,
    tables.incidents,
    "unknown_incident",
    {
        "gravity": attrgetter("gravity"),
        "informed": attrgetter("client_informed"),
        "concerns": lambda incident: words(concerns_of(incident)),
    },
)
CRISES = Kind(Crisis, tables.crises, "unknown_crisis", {"room": attrgetter("room")})
REPORTS = Kind(
    Report,
    tables.reports,
    "unknown_report",
    {"deadline": lambda report: tables.microseconds(report.deadline)},
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

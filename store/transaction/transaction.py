"""One transaction of the use cases over SQL (`escalation.decision.transaction.Transaction`).

Records are read once and kept; what changes is written at the end, in few statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select, update

from escalation.base.evolve import replace
from escalation.base.journal import Entry
from escalation.base.refusals import NotFound
from escalation.contract import Contract
from escalation.decision.transaction import OpenIncidents, meeting_in
from escalation.duty.covers import with_covers
from escalation.messages.effects import Effect
from escalation.records.cover import Cover
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import (
    COVER,
    CRISIS,
    INCIDENT,
    Kind,
    R,
    Record,
    kind_of,
    number_of,
)
from escalation.records.visibility import Sight
from store.errors import Inseparable, StaleRecord
from store.schema import bulk
from store.schema.kinds import Stored, stored, stored_of_id
from store.schema.tables import counters, microseconds, outcomes
from store.transaction import journal, open_records, outbox, outbox_put
from store.transaction.contracts import ContractCache, version_in_force
from store.transaction.reached import reached
from store.transaction.saving import Change, save_records, save_timers

T = TypeVar("T")
Key = tuple[str, str]  # contract, record id

_REMEMBER = bulk.insertion(outcomes, "key", "outcome", "at")


@dataclass(slots=True)
class Held:
    """A record in hand: as it was read (None for a new one), and as it is now."""

    base: Any
    current: Any
    locked: bool = False  # nobody else changes it before this transaction ends

    @property
    def changed(self) -> bool:
        """Return whether it must be written."""
        return self.current is not self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Flushed:
    """Writes of a transaction that somebody may wait for."""

    armed: int | None = None  # when the earliest timer armed is due, in microseconds since 1970
    sent: bool = False  # something entered the outbox


class SqlTransaction:
    """The port over one connection, inside one database transaction.

    Without `now` it only reads. `in_turn` lets whoever changes a contract go one after another.
    """

    def __init__(
        self,
        connection: Connection,
        contract_cache: ContractCache,
        now: datetime | None = None,
        in_turn: Callable[[Connection, str], None] | None = None,
    ) -> None:
        self.connection = connection
        self._contract_cache = contract_cache
        self._now = now
        self._in_turn = in_turn
        self._entered: set[str] = set()
        self._held: dict[Key, Held] = {}
        self._in_force: dict[str, str | None] = {}
        self._covered: dict[str, Contract] = {}
        self._lines: list[Entry] = []
        self._effects: list[Effect] = []
        self._traces: list[str] = []
        self._outcomes: dict[str, str] = {}
        self._numbered = 0

    def nested(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run `work` so that nothing is left of it if it raises; what others did here stays.

        Raises Inseparable where it raised, but had taken a number already.
        """
        records = {key: held.current for key, held in self._held.items()}
        numbered, lines, effects = self._numbered, len(self._lines), len(self._effects)
        remembered = len(self._outcomes)
        try:
            return work(self)
        except Exception as error:
            if self._numbered != numbered:
                raise Inseparable from error
            for key, held in list(self._held.items()):
                held.current = records.get(key, held.base)
                if held.current is None:  # it was new
                    del self._held[key]
            self._covered.clear()
            del self._lines[lines:], self._effects[effects:], self._traces[effects:]
            for name in list(self._outcomes)[remembered:]:
                del self._outcomes[name]
            raise

    # ── contracts ────────────────────────────────────────────────────────────────────────────

    def contract(self, contract_id: str) -> Contract:
        """The contract now in force, with the covers in force in its rotas; raises NotFound."""
        self.enter(contract_id)
        if (known := self._covered.get(contract_id)) is not None:
            return known
        if contract_id not in self._in_force:
            self._in_force[contract_id] = version_in_force(self.connection, contract_id)
        version = self._in_force[contract_id]
        if version is None:
            raise NotFound("unknown_contract", contract=contract_id)
        contract = self.contract_version(contract_id, version)
        if contract.rotas:
            contract = with_covers(contract, self.list(COVER, contract_id))
        self._covered[contract_id] = contract
        return contract

    def contract_version(self, contract_id: str, version: str) -> Contract:
        """The contract under that version; raises NotFound."""
        contract = self._contract_cache.version(self.connection, contract_id, version)
        if contract is None:
            raise NotFound("unknown_contract", contract=contract_id)
        return contract

    def enter(self, contract_id: str) -> None:
        """Wait until nobody else gives commands in this contract."""
        if self._in_turn is not None and contract_id not in self._entered:
            self._in_turn(self.connection, contract_id)
            self._entered.add(contract_id)

    # ── records ──────────────────────────────────────────────────────────────────────────────

    def get(self, kind: Kind[R], contract_id: str, record_id: str) -> R:
        """A record; raises NotFound."""
        record = self.held(contract_id, record_id)
        if not isinstance(record, kind.type):
            raise kind.not_found(record_id)
        return record

    def list(self, kind: Kind[R], contract_id: str, *, open_only: bool = True) -> Sequence[R]:
        """A contract's records in the order of their kind."""
        c = stored(kind).table.c
        query = select(c.id, c.body).where(c.contract == contract_id)
        if open_only:
            query = query.where(stored(kind).opened)
        return self._find(
            kind, contract_id, query, lambda record: kind.is_open(record) or not open_only
        )

    def open_incidents(
        self, contract_id: str, sight: Sight, *, skip: int = 0, limit: int
    ) -> OpenIncidents:
        """Those seen of a contract's open incidents: the gravest first, then the oldest."""
        if contract_id in self._changed(INCIDENT):
            every = open_records.page(contract_id, sight, 0, None)
            found = self._find(
                INCIDENT, contract_id, every, lambda i: INCIDENT.is_open(i) and sight.sees(i)
            )
            return OpenIncidents(shown=found[skip : skip + limit], total=len(found))
        self.enter(contract_id)
        rows = self.connection.execute(open_records.page(contract_id, sight, skip, limit)).all()
        for row in rows:
            self._hold(stored(INCIDENT), contract_id, row.id, row.body)
        return OpenIncidents(
            shown=[self._held[contract_id, row.id].current for row in rows],
            total=open_records.count(self.connection, contract_id, sight),
        )

    def newest_incidents(
        self, contract_id: str, component: str | None, *, limit: int
    ) -> Sequence[Incident]:
        """The newest of a contract's incidents, on a component where one is named; newest first."""
        query = open_records.newest(contract_id, component, limit)
        found = self._find(INCIDENT, contract_id, query, lambda i: component in {None, i.component})
        return sorted(found, key=lambda each: -number_of(each.id))[:limit]

    def gravest(self, sights: Mapping[str, Sight]) -> Mapping[str, int]:
        """The gravity of the gravest open incident that is seen, by contract."""
        found = open_records.gravest(self.connection, sights)
        for name in self._changed(INCIDENT) & sights.keys():
            found.pop(name, None)
            for first in self.open_incidents(name, sights[name], limit=1).shown:
                found[name] = first.gravity
        return found

    def with_open(self, kind: Kind[Any]) -> Collection[str]:
        """The contracts in which a record of that kind is open."""
        of = stored(kind)
        query = select(of.table.c.contract).where(of.opened).distinct()
        found, changed = set(self.connection.execute(query).scalars()), self._changed(kind)
        return found - changed | {name for name in changed if self.list(kind, name)}

    def crisis_in_room(self, room: str) -> Crisis | None:
        """The crisis whose channel id is `room`: one that is open, else the newest."""
        c = stored(CRISIS).table.c
        rows = self.connection.execute(select(c.contract, c.id, c.body).where(c.room == room))
        for row in rows:
            self._hold(stored(CRISIS), row.contract, row.id, row.body)
        held = (each.current for each in self._held.values())
        return meeting_in(room, (record for record in held if isinstance(record, CRISIS.type)))

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Read many records in few statements."""
        for (contract_id, kind), ids in self._wanted(keys).items():
            self.enter(contract_id)
            for row in self.connection.execute(kind.bodies, {"of": contract_id, "ids": ids}):
                self._hold(kind, contract_id, row.id, row.body)

    def take(self, keys: Iterable[Key]) -> set[Key]:
        """Read many records and lock them; those that somebody else is changing right now."""
        busy: set[Key] = set()
        wanted: dict[Stored[Any], list[Key]] = defaultdict(list)
        for (contract_id, kind), ids in self._wanted(keys).items():
            wanted[kind] += [(contract_id, record_id) for record_id in ids]
        for kind, mine in wanted.items():
            for row in kind.locked.run(self.connection, sorted(mine)):
                self._hold(kind, row.contract, row.id, row.body)
                self._held[row.contract, row.id].locked = True
            left = [key for key in mine if key not in self._held]
            busy |= {(row.contract, row.id) for row in kind.there.run(self.connection, left)}
        return busy

    def _wanted(self, keys: Iterable[Key]) -> Mapping[tuple[str, Stored[Any]], Sequence[str]]:
        wanted: dict[tuple[str, Stored[Any]], list[str]] = defaultdict(list)
        for contract_id, record_id in dict.fromkeys(keys):
            kind = stored_of_id(record_id)
            if kind is not None and (contract_id, record_id) not in self._held:
                wanted[contract_id, kind].append(record_id)
        return wanted

    def held(self, contract_id: str, record_id: str) -> Record | None:
        """A record as it stands in this transaction, where it exists."""
        if (contract_id, record_id) not in self._held:
            self.prefetch([(contract_id, record_id)])
        held = self._held.get((contract_id, record_id))
        return held.current if held else None

    def _hold(self, kind: Stored[Any], contract_id: str, record_id: str, body: str) -> None:
        if (contract_id, record_id) not in self._held:
            record = kind.read(body)
            self._held[contract_id, record_id] = Held(record, record)

    def _changed(self, kind: Kind[Any]) -> set[str]:
        """The contracts whose records of that kind this transaction changed."""
        return {
            contract
            for (contract, _), held in self._held.items()
            if held.changed and isinstance(held.current, kind.type)
        }

    def _find(
        self, kind: Kind[R], contract_id: str, query: Any, match: Callable[[R], bool]
    ) -> Sequence[R]:
        """Give what the query finds, as changed in this transaction, and what now matches too."""
        self.enter(contract_id)
        for row in self.connection.execute(query).all():
            self._hold(stored(kind), contract_id, row.id, row.body)
        found = (
            held.current
            for (contract, _), held in self._held.items()
            if contract == contract_id and isinstance(held.current, kind.type)
            if match(held.current)
        )
        return sorted(found, key=kind.order)

    def put(self, record: Record) -> None:
        """Save a record; raises StaleRecord where it is not the one last read or put."""
        self._writing()
        key = (record.contract, record.id)
        if isinstance(record, Cover):
            self._covered.pop(record.contract, None)
        if key not in self._held and record.version:
            self.prefetch([key])
        held = self._held.get(key)
        if held is None:
            if record.version:
                raise StaleRecord(*key)
            self._held[key] = Held(None, replace(record, version=1))
            return
        base = held.base.version if held.base else 0
        if record.version not in (base, base + 1):
            raise StaleRecord(*key)
        held.current = replace(record, version=base + 1)

    def reached(self, contract_id: str, people: Collection[str], since: datetime) -> set[str]:
        """Those to whom a way was found open, or used, since then (Rule ESC-10)."""
        return reached(self.connection, contract_id, people, since)

    def next_id(self, contract_id: str, prefix: str) -> str:
        """The next free number of a kind."""
        self._writing()
        self._numbered += 1
        self.enter(contract_id)
        t = counters.c
        last = self.connection.execute(
            update(counters)
            .where(t.contract == contract_id, t.prefix == prefix)
            .values(last=t.last + 1)
            .returning(t.last)
        ).scalar_one_or_none()
        if last is None:
            last = 1
            row = {"contract": contract_id, "prefix": prefix, "last": last}
            self.connection.execute(insert(counters), row)
        return f"{prefix}-{last:04d}"

    # ── journal, outbox, outcomes ────────────────────────────────────────────────────────────

    def timeline(self, contract_id: str, subject: str) -> Sequence[Entry]:
        """The journal of one record, oldest first, with what this transaction added."""
        written = journal.lines_of(self.connection, contract_id, subject)
        added = (n for n in self._lines if n.contract == contract_id and n.subject == subject)
        return [*written, *added]

    def newest(self, contract_id: str, subject: str, actions: Collection[str]) -> Iterator[Entry]:
        """The lines of these actions about one record, newest first; read as far as is asked."""
        for line in reversed(self._lines):
            if (line.contract, line.subject) == (contract_id, subject) and line.action in actions:
                yield line
        yield from journal.newest(self.connection, contract_id, subject, actions)

    def append(self, lines: Sequence[Entry]) -> None:
        """Add lines to the journal."""
        self._writing()
        self._lines.extend(lines)

    def send(self, effects: Sequence[Effect]) -> None:
        """Put effects into the outbox."""
        self._writing()
        self._effects.extend(effects)
        self._traces.extend([outbox.TRACE.get()] * len(effects))

    def outcome_of(self, key: str) -> str | None:
        """Return what an earlier command of this key led to."""
        if key in self._outcomes:
            return self._outcomes[key]
        return self.connection.execute(
            select(outcomes.c.outcome).where(outcomes.c.key == key)
        ).scalar_one_or_none()

    def remember(self, key: str, outcome: str) -> None:
        """Remember a command's outcome."""
        self._writing()
        self._outcomes[key] = outcome

    # ── the end ──────────────────────────────────────────────────────────────────────────────

    def flush(self) -> Flushed:
        """Write all that changed; raises StaleRecord where somebody else was first."""
        now = self._writing()
        changes = [
            Change(
                kind=stored(kind_of(held.current)),
                before=held.base,
                after=held.current,
                locked=held.locked,
            )
            for held in self._held.values()
            if held.changed
        ]
        at = microseconds(now)
        _REMEMBER.run(self.connection, [(key, how, at) for key, how in self._outcomes.items()])
        save_records(self.connection, changes)
        armed = save_timers(self.connection, changes)
        # behind the records' locks: messages of one record are numbered as it changed
        outbox_put.put(self.connection, self._effects, now, self._traces)
        journal.append(self.connection, self._lines)  # last: others wait for a contract's head
        return Flushed(armed=armed, sent=bool(self._effects))

    def _writing(self) -> datetime:
        if self._now is None:
            raise RuntimeError("this transaction only reads")
        return self._now

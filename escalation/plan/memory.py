"""The memory as a dictionary: for running the rules ahead (plan) and for testing them.

It keeps the same promises as the store, for one process and as long as it lives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from escalation.base.evolve import replace
from escalation.base.journal import GENESIS, Entry, Sealed, seal
from escalation.base.journal_actions.message import MessageAction
from escalation.base.refusals import NotFound
from escalation.contract import Contract
from escalation.decision.commands.command import Command
from escalation.decision.transaction import OpenIncidents, meeting_in
from escalation.duty.covers import with_covers
from escalation.messages.destinations import person
from escalation.messages.effects import Effect
from escalation.perform import DueTimer, fire, perform
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import COVER, CRISIS, INCIDENT, Kind, R, Record, number_of
from escalation.records.visibility import Sight

T = TypeVar("T")


class Memory:
    """A Transaction over dictionaries, with the means to move time along."""

    def __init__(self, *contracts: Contract) -> None:
        self._contracts = {contract.id: contract for contract in contracts}
        self._versions = {(c.id, c.version): c for c in contracts}
        self._records: dict[tuple[str, str], Record] = {}
        self._begun: dict[tuple[str, str], Record] | None = None  # as a transaction found them
        self._numbers: dict[tuple[str, str], int] = defaultdict(int)
        self._outcomes: dict[str, str] = {}
        self.chain: list[Sealed] = []
        self.outbox: list[tuple[datetime, Effect]] = []
        self.now: datetime | None = None

    # ── driving ──────────────────────────────────────────────────────────────────────────────

    def amend(self, contract: Contract) -> None:
        """Put a new version of a contract in force."""
        self._contracts[contract.id] = contract
        self._versions[contract.id, contract.version] = contract

    def do(self, command: Command, now: datetime) -> str:
        """Carry out a command whole or not at all; returns the id of the record it led to."""
        self.now = now
        return self._whole(lambda: perform(self, command, now)).id

    def due(self) -> DueTimer | None:
        """The timer due first."""
        alarms = [
            DueTimer(
                contract=record.contract,
                subject=record.id,
                name=timer.name,
                due=timer.due,
                generation=timer.generation,
            )
            for record in self._records.values()
            for timer in record.alarms.armed
        ]
        return min(alarms, key=lambda a: (a.due, a.subject, a.generation), default=None)

    def advance(self, until: datetime) -> None:
        """Let time pass: fire every timer due up to `until`, each at its due time."""
        while (timer := self.due()) is not None and timer.due <= until:
            self.now = timer.due
            self.fire(timer, timer.due)
        self.now = until

    def fire(self, timer: DueTimer, now: datetime) -> bool:
        """Fire one timer at `now`, whole or not at all."""
        self.now = now
        return self._whole(lambda: fire(self, timer, now))

    def told(self, topic: str | None = None) -> list[tuple[datetime, Effect]]:
        """Return what was put into the outbox, with the instant."""
        return [(at, e) for at, e in self.outbox if topic is None or e.topic == topic]

    def _whole(self, work: Callable[[], T]) -> T:
        kept = (dict(self._records), dict(self._outcomes), list(self.chain), list(self.outbox))
        numbers = dict(self._numbers)
        self._begun = kept[0]
        try:
            return work()
        except BaseException:
            self._records, self._outcomes, self.chain, self.outbox = kept
            self._numbers = defaultdict(int, numbers)
            raise
        finally:
            self._begun = None

    # ── the port ─────────────────────────────────────────────────────────────────────────────

    def contract(self, contract_id: str) -> Contract:
        """The contract now in force; raises NotFound."""
        if contract_id not in self._contracts:
            raise NotFound("unknown_contract", contract=contract_id)
        return with_covers(self._contracts[contract_id], self.list(COVER, contract_id))

    def contract_version(self, contract_id: str, version: str) -> Contract:
        """The contract under that version; raises NotFound."""
        if (contract_id, version) not in self._versions:
            raise NotFound("unknown_contract", contract=contract_id)
        return self._versions[contract_id, version]

    def get(self, kind: Kind[R], contract_id: str, record_id: str) -> R:
        """A record; raises NotFound."""
        record = self._records.get((contract_id, record_id))
        if not isinstance(record, kind.type):
            raise kind.not_found(record_id)
        return record

    def list(self, kind: Kind[R], contract_id: str, *, open_only: bool = True) -> Sequence[R]:
        """A contract's records in the order of their kind."""
        return sorted(
            (
                record
                for record in self._records.values()
                if isinstance(record, kind.type)
                and record.contract == contract_id
                and (kind.is_open(record) or not open_only)
            ),
            key=kind.order,
        )

    def open_incidents(
        self, contract_id: str, sight: Sight, *, skip: int = 0, limit: int
    ) -> OpenIncidents:
        """Those seen of the open incidents: the gravest first, then the oldest."""
        found = [incident for incident in self.list(INCIDENT, contract_id) if sight.sees(incident)]
        return OpenIncidents(shown=found[skip : skip + limit], total=len(found))

    def newest_incidents(
        self, contract_id: str, component: str | None, *, limit: int
    ) -> Sequence[Incident]:
        """The newest of a contract's incidents, on a component where one is named; newest first."""
        every = self.list(INCIDENT, contract_id, open_only=False)
        found = [incident for incident in every if component in {None, incident.component}]
        return sorted(found, key=lambda each: -number_of(each.id))[:limit]

    def gravest(self, sights: Mapping[str, Sight]) -> Mapping[str, int]:
        """The gravity of the gravest open incident seen, by contract."""
        first = {name: self.open_incidents(name, s, limit=1).shown for name, s in sights.items()}
        return {name: found[0].gravity for name, found in first.items() if found}

    def with_open(self, kind: Kind[Any]) -> Collection[str]:
        """The contracts in which a record of that kind is open."""
        return {name for name in self._contracts if self.list(kind, name)}

    def crisis_in_room(self, room: str) -> Crisis | None:
        """The crisis whose channel id is `room`: one that is open, else the newest."""
        crises = (record for record in self._records.values() if isinstance(record, CRISIS.type))
        return meeting_in(room, crises)

    def timeline(self, contract_id: str, subject: str) -> Sequence[Entry]:
        """The journal of one record, oldest first."""
        lines = (sealed.line for sealed in self.chain)
        return [n for n in lines if n.contract == contract_id and n.subject == subject]

    def newest(self, contract_id: str, subject: str, actions: Collection[str]) -> Iterator[Entry]:
        """The lines of these actions about one record, newest first."""
        lines = self.timeline(contract_id, subject)
        return (line for line in reversed(lines) if line.action in actions)

    def reached(self, contract_id: str, people: Collection[str], since: datetime) -> set[str]:
        """Those to whom a message was delivered since then."""
        arrived = {
            sealed.line.facts["to"]
            for sealed in self.chain
            if sealed.line.action == MessageAction.DELIVERED
            and sealed.line.contract == contract_id
            and sealed.line.at >= since
        }
        return {each for each in people if str(person(each)) in arrived}

    def next_id(self, contract_id: str, prefix: str) -> str:
        """The next free number of a kind."""
        self._numbers[contract_id, prefix] += 1
        return f"{prefix}-{self._numbers[contract_id, prefix]:04d}"

    def put(self, record: Record) -> None:
        """Save a record; however often in one transaction, it is one version later."""
        key = (record.contract, record.id)
        before = (self._records if self._begun is None else self._begun).get(key)
        self._records[key] = replace(record, version=before.version + 1 if before else 1)

    def append(self, lines: Sequence[Entry]) -> None:
        """Add lines to the journal."""
        for line in lines:
            previous = self.chain[-1].seal if self.chain else GENESIS
            self.chain.append(seal(len(self.chain) + 1, line, previous))

    def send(self, effects: Sequence[Effect]) -> None:
        """Put effects into the outbox."""
        if effects and self.now is None:
            raise RuntimeError("drive the memory with do() and advance(): they set the instant")
        self.outbox.extend((self.now, effect) for effect in effects if self.now)

    def outcome_of(self, key: str) -> str | None:
        """Return what an earlier command of this key led to."""
        return self._outcomes.get(key)

    def remember(self, key: str, outcome: str) -> None:
        """Remember a command's outcome."""
        self._outcomes[key] = outcome

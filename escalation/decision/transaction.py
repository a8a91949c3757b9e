"""The port of the use cases to the memory: `store` keeps it in SQL, `plan.memory` in a dict.

A transaction is synchronous: it is one function, run whole or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from escalation.base.journal import Entry
from escalation.contract import Contract
from escalation.messages.effects import Effect
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import Kind, R, Record, number_of
from escalation.records.visibility import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncidents:
    """Some of the open incidents that somebody sees, in order, and how many there are in all."""

    shown: Sequence[Incident]
    total: int


def meeting_in(room: str, crises: Iterable[Crisis]) -> Crisis | None:
    """Of these crises the one that meets in `room`: one that is open, else the newest."""
    return max(
        (crisis for crisis in crises if crisis.room == room),
        key=lambda c: (c.state is CrisisState.OPEN, c.asked_at, number_of(c.id), c.contract),
        default=None,
    )


class Transaction(Protocol):
    """One transaction: reads see its own writes; everything is saved together or not at all.

    Records come back as last `put` in this transaction. `put` saves the record, and with it its
    timers as timer rows; a record changed by somebody else meanwhile makes the whole transaction
    fail and be run again.
    """

    def contract(self, contract_id: str) -> Contract:
        """The contract now in force, with the covers in force in its rotas; raises NotFound."""
        ...

    def contract_version(self, contract_id: str, version: str) -> Contract:
        """The contract as it was under that version; raises NotFound."""
        ...

    def get(self, kind: Kind[R], contract_id: str, record_id: str) -> R:
        """A record; raises NotFound, with the code of its kind."""
        ...

    def list(self, kind: Kind[R], contract_id: str, *, open_only: bool = True) -> Sequence[R]:
        """A contract's records in the order of their kind; `open_only` leaves out what is over."""
        ...

    def open_incidents(
        self, contract_id: str, sight: Sight, *, skip: int = 0, limit: int
    ) -> OpenIncidents:
        """Those seen of a contract's open incidents: the gravest first, then the oldest."""
        ...

    def newest_incidents(
        self, contract_id: str, component: str | None, *, limit: int
    ) -> Sequence[Incident]:
        """The newest of a contract's incidents, on a component where one is named; newest first."""
        ...

    def gravest(self, sights: Mapping[str, Sight]) -> Mapping[str, int]:
        """The gravity of the gravest open incident that is seen, by contract; where there is one.

        `sights` are what is seen of each contract.
        """
        ...

    def with_open(self, kind: Kind[Any]) -> Collection[str]:
        """The contracts in which a record of that kind is open."""
        ...

    def crisis_in_room(self, room: str) -> Crisis | None:
        """The crisis whose channel id is `room`: one that is open, else the newest."""
        ...

    def timeline(self, contract_id: str, subject: str) -> Sequence[Entry]:
        """The journal of one record, oldest first."""
        ...

    def newest(self, contract_id: str, subject: str, actions: Collection[str]) -> Iterator[Entry]:
        """The lines of these actions about one record, newest first; read as far as is asked."""
        ...

    def reached(self, contract_id: str, people: Collection[str], since: datetime) -> set[str]:
        """Those to whom a way was found open, or used, since then (Rule ESC-10)."""
        ...

    def next_id(self, contract_id: str, prefix: str) -> str:
        """The next free number of a kind: next_id("sia", "INC") → "INC-0042"."""
        ...

    def put(self, record: Record) -> None:
        """Save a record, new or changed."""
        ...

    def append(self, lines: Sequence[Entry]) -> None:
        """Add lines to the journal."""
        ...

    def send(self, effects: Sequence[Effect]) -> None:
        """Put effects into the outbox."""
        ...

    def outcome_of(self, key: str) -> str | None:
        """Return what an earlier command of this idempotency key led to: a record id."""
        ...

    def remember(self, key: str, outcome: str) -> None:
        """Remember a command's outcome."""
        ...

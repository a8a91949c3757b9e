"""A turn: who acts, when, from where, under which contract; and all that follows from it.

A rule takes a turn and a record and gives the next record; what it wants remembered or told it
notes on the turn. Nothing leaves the turn until the use case saves it in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from escalation.base.facts import Fact
from escalation.base.journal import Entry
from escalation.base.journal_actions import JournalAction
from escalation.contract import ESCALADE, Contract
from escalation.duty.calendars import Calendar
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Meaning

CLICKED = frozenset({"button", "form"})  # sources whose caller looks at what they change


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The context of one decision, and its minutes. `now` is aware UTC.

    `late` is how long after its due time a timer fires (Rule ESC-7).
    """

    now: datetime
    contract: Contract
    actor: str = ESCALADE
    source: str = "timer"
    late: timedelta = timedelta(0)
    journal: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @cached_property
    def calendar(self) -> Calendar:
        """The contract's clocks."""
        return Calendar.of(self.contract)

    def record(self, subject: str, action: JournalAction, **facts: Fact) -> None:
        """Put a line in the journal."""
        self.journal.append(
            Entry(
                contract=self.contract.id,
                subject=subject,
                at=self.now,
                actor=self.actor,
                action=action.value,
                source=self.source,
                facts={key: value for key, value in facts.items() if value is not None},
            )
        )

    def tell(
        self, what: Meaning, subject: str, *to: Destination, urgent: bool | None = None
    ) -> None:
        """Tell each destination once, or do it there; as urgent as declared, unless said here."""
        for destination in dict.fromkeys(to):
            effect = Effect(
                meaning=what,
                contract=self.contract.id,
                subject=subject,
                to=destination,
                urgent=what.urgent if urgent is None else urgent,
                awaited=what.collapses and self.source in CLICKED,
            )
            if effect not in self.effects:
                self.effects.append(effect)

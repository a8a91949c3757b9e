"""The context of a decision: who acts, when, from where, under which contract.

A rule takes the context and a record and gives the next record; what it decides besides, to be
remembered or told, it adds to the context's decision. Nothing leaves it until the use case saves
all of it in one transaction (ADR 0027).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from escalation.base.durations import Clock
from escalation.base.facts import Fact
from escalation.base.journal import Entry
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.contract import ESCALADE, Contract
from escalation.duty.calendars import Calendar
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Meaning

PUNCTUAL = timedelta(seconds=1)
SOON = timedelta(hours=1)  # after an outage longer than that, the day's people have left
CLICKED = frozenset({"button", "form"})  # sources whose caller looks at what they change


@dataclass(frozen=True, slots=True)
class Decision:
    """Decisions of rules beside the next record: journal entries and effects, in their order."""

    entries: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Context:
    """Say who acts, when and under which contract, and gather what is decided.

    `now` is aware UTC; `late` is how long after its due time a timer fires (Rule ESC-7), and
    `clock` what its wait ran on.
    """

    now: datetime
    contract: Contract
    actor: str = ESCALADE
    source: str = "timer"
    late: timedelta = timedelta(0)
    clock: Clock | None = None
    decision: Decision = field(default_factory=Decision)

    @property
    def late_seconds(self) -> int | None:
        """Get how late this is, where it is worth saying (Rule ESC-7)."""
        return int(self.late.total_seconds()) if self.late > PUNCTUAL else None

    @cached_property
    def calendar(self) -> Calendar:
        """Get the contract's clocks."""
        return Calendar.of(self.contract)

    @cached_property
    def duty_at(self) -> datetime:
        """Get the instant whose duty this is: now.

        J+n and coverage hours end when coverage closes: what comes due then is still a matter of
        the working day, and not of whoever is on call for the night (Rules CAL-3, CAL-6), unless
        it fires much later.
        """
        closing = self.now - self.late - timedelta.resolution
        working = self.clock in {Clock.COVERAGE, Clock.WORKING_DAYS} and self.late <= SOON
        if working and self.calendar.covered(closing) and not self.calendar.covered(self.now):
            return closing
        return self.now

    def record(self, subject: str, action: JournalAction, **facts: Fact) -> None:
        """Put an entry in the journal."""
        self.decision.entries.append(
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

    def notify(
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
            if effect not in self.decision.effects:
                self.decision.effects.append(effect)

"""Every topic has one view: what an effect says, to this reader, as things stand now.

A view gives None where its effect is no longer true: the courier then drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escalation.crisis import Crisis
from escalation.effects import Effect, Topic
from escalation.incident import Incident
from escalation.ports import Transaction
from escalation.report import Report
from handlers.rendered import Reader, Rendered
from handlers.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One effect to put into words, with the means to look up what it is about."""

    effect: Effect
    tx: Transaction
    reader: Reader
    now: datetime

    @property
    def texts(self) -> Texts:
        """The reader's words."""
        return self.reader.texts

    def incident(self) -> Incident:
        """The incident it is about."""
        return self.tx.incident(self.effect.contract, self.effect.subject)

    def crisis(self) -> Crisis:
        """The crisis it is about."""
        return self.tx.crisis(self.effect.contract, self.effect.subject)

    def report(self) -> Report:
        """The report it is about."""
        return self.tx.report(self.effect.contract, self.effect.subject)

    def fact(self, name: str) -> str:
        """A fact as text; "" where it is missing."""
        value = self.effect.facts.get(name)
        return "" if value is None else str(value)

    def instant(self, name: str) -> datetime | None:
        """A fact that is an instant (ISO text)."""
        text = self.fact(name)
        return datetime.fromisoformat(text) if text else None

    def name(self, fact: str) -> str:
        """The name of the person whose id a fact holds."""
        person = self.fact(fact)
        contract = self.reader.contract
        return contract.person(person).name if contract.knows(person) else person


View = Callable[[Notice], Rendered | None]


def render(effect: Effect, tx: Transaction, reader: Reader, now: datetime) -> Rendered | None:
    """Put an effect into words; None where it is no longer true."""
    return VIEWS[effect.topic](Notice(effect=effect, tx=tx, reader=reader, now=now))


VIEWS: dict[Topic, View] = {}

"""One effect to put into words, with the means to look up what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.contract import ESCALADE
from escalation.crisis import Crisis
from escalation.effects import Effect
from escalation.incident import Incident
from escalation.kinds import CRISIS, INCIDENT, REPORT
from escalation.ports import Transaction
from escalation.report import Report
from handlers.blocks import plain
from handlers.rendered import Reader
from handlers.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An effect, its reader, and the present instant."""

    effect: Effect
    tx: Transaction
    reader: Reader
    now: datetime

    @property
    def texts(self) -> Texts:
        """The reader's words."""
        return self.reader.texts

    @property
    def contract(self) -> str:
        """The contract's id."""
        return self.effect.contract

    @property
    def subject(self) -> str:
        """The record's id."""
        return self.effect.subject

    def incident(self) -> Incident:
        """The incident it is about."""
        return self.tx.get(INCIDENT, self.effect.contract, self.effect.subject)

    def crisis(self) -> Crisis:
        """The crisis it is about."""
        return self.tx.get(CRISIS, self.effect.contract, self.effect.subject)

    def report(self) -> Report:
        """The report it is about."""
        return self.tx.get(REPORT, self.effect.contract, self.effect.subject)

    def fact(self, name: str) -> str:
        """A fact as harmless text; "" where it is missing."""
        value = self.effect.facts.get(name)
        if isinstance(value, list):
            return ", ".join(plain(str(item)) for item in value)
        return "" if value is None else plain(str(value))

    def number(self, name: str) -> int:
        """A fact that is a number; 0 where it is missing."""
        value = self.effect.facts.get(name)
        return value if isinstance(value, int) else 0

    def people(self, name: str) -> list[str]:
        """The names of the people whose ids a fact lists."""
        value = self.effect.facts.get(name)
        return [self.name_of(str(item)) for item in value] if isinstance(value, list) else []

    def when(self, name: str) -> str:
        """A fact that is an instant, for the reader; "" where it is missing."""
        value = self.effect.facts.get(name)
        return self.texts.clock(datetime.fromisoformat(str(value)), self.now) if value else ""

    def name(self, fact: str) -> str:
        """The name of the person whose id a fact holds; "" where it is missing."""
        value = self.effect.facts.get(fact)
        return self.name_of(str(value)) if value else ""

    def name_of(self, person: str) -> str:
        """The name of a person of the contract."""
        contract = self.reader.contract
        if person == ESCALADE:
            return "Escalade"
        return plain(contract.person(person).name if contract.knows(person) else person)

    def party(self, ladder: str) -> str:
        """The firm a ladder leads to; the ladder's id where the contract has it no more."""
        contract = self.reader.contract
        towards = next((each.towards for each in contract.ladders if each.id == ladder), None)
        return contract.party_name(towards) if towards else ladder

    def phone_of(self, person: str) -> str:
        """The phone number of a person of the contract; "" where there is none."""
        contract = self.reader.contract
        return contract.person(person).phone if contract.knows(person) else ""

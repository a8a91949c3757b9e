"""One message to put into words, with the means to look up what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from escalation.base.journal import Entry
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.contract import ESCALADE
from escalation.decision.transaction import Transaction
from escalation.messages.effects import Meaning
from escalation.records.cover import Cover
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import COVER, CRISIS, INCIDENT, REPORT
from escalation.records.report import Report
from handlers.words.blocks import plain
from handlers.words.rendered import Reader, Rendered
from handlers.words.texts import Texts

M_co = TypeVar("M_co", bound=Meaning, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContext(Generic[M_co]):
    """A message about a record, its reader, and the present instant."""

    message: M_co
    contract: str  # the contract's id
    subject: str  # the record's id
    tx: Transaction
    reader: Reader
    now: datetime
    shared: bool = False  # whether it goes to the room of both firms
    standing: bool = False  # whether the message stands already, and is shown anew

    @property
    def texts(self) -> Texts:
        """The reader's words."""
        return self.reader.texts

    def incident(self) -> Incident:
        """The incident it is about."""
        return self.tx.get(INCIDENT, self.contract, self.subject)

    def crisis(self) -> Crisis:
        """The crisis it is about."""
        return self.tx.get(CRISIS, self.contract, self.subject)

    def report(self) -> Report:
        """The report it is about."""
        return self.tx.get(REPORT, self.contract, self.subject)

    def cover(self) -> Cover:
        """The cover of on-call duty it is about."""
        return self.tx.get(COVER, self.contract, self.subject)

    def when(self, instant: datetime | None) -> str:
        """An instant, for the reader; "" for none."""
        return self.texts.clock(instant, self.now) if instant else ""

    def names_of(self, people: Iterable[str]) -> str:
        """The names of people of the contract, as a list in words."""
        return self.texts.listing([self.name_of(each) for each in people])

    def name_of(self, person: str) -> str:
        """The name of a person of the contract; "" for nobody."""
        contract = self.reader.contract
        if person == ESCALADE:
            return "Escalade"
        return plain(contract.name_of(person))

    def party(self, ladder: str) -> str:
        """The firm a ladder leads to; the ladder's id where the contract has it no more."""
        contract = self.reader.contract
        towards = next((each.towards for each in contract.ladders if each.id == ladder), None)
        return contract.party_name(towards) if towards else ladder

    def phone_of(self, person: str) -> str:
        """The phone number of a person of the contract; "" where there is none."""
        contract = self.reader.contract
        return contract.person(person).phone if contract.knows(person) else ""


View = Callable[[ViewContext[Any]], Rendered | None]
Views = dict[type[Meaning], View]
Told = dict[type, Callable[[ViewContext[Any], Any, str], Rendered]]  # by the type of the record


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredBy:
    """Answers to a question: the actions of the journal, and what each is called.

    `own`: those by which each answers for themselves alone.
    """

    actions: frozenset[JournalAction]
    words: Callable[[ViewContext[Any], Entry], str]
    own: frozenset[JournalAction] = frozenset()

    def answers(self, entry: Entry, question: Meaning, who: str) -> bool:
        """Tell whether an entry of these actions answers that very question, as put to somebody."""
        if entry.action in self.own and who not in {entry.actor, entry.facts.get("person")}:
            return False
        asked = ((name, getattr(question, name)) for name in question.asks)
        return all(entry.facts.get(name, value) == value for name, value in asked)


Answers = dict[type[Meaning], AnsweredBy]

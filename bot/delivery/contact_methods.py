"""Other ways to a person than Slack, for when Slack leads nowhere (Rule ESC-8).

Mail is there (`bot.delivery.mail`); text messages and calls come to the same port.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from escalation.contract import Contract, Person
from escalation.people import audience
from handlers.words.blocks import plain
from handlers.words.mail import Words, words_of
from handlers.words.rendered import Reader, Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message for one person. `id` never changes, however often it is tried."""

    id: str
    person: Person
    words: Words
    at: datetime


class ContactMethod(Protocol):
    """A way to reach people; `name` is what contracts and the journal call it."""

    @property
    def name(self) -> str:
        """One short word: "mail"."""
        ...

    def leads_to(self, person: Person) -> bool:
        """Return whether the contract gives what it takes to reach this person by it."""
        ...

    async def send(self, notification: Notification) -> None:
        """Send; raises NotSent, Uncertain or Undeliverable where that fails."""
        ...


def contact_methods_of(methods: tuple[ContactMethod, ...], person: Person) -> list[ContactMethod]:
    """The ways that lead to somebody, by the contract, in its order."""
    known = {method.name: method for method in methods}
    return [known[name] for name in person.ways if name in known and known[name].leads_to(person)]


def words_for(rendered: Rendered, reader: Reader, *, calls: bool) -> Words:
    """The message, with a line that says how to answer; `calls`: that it is to be taken."""
    texts, contract = reader.texts, reader.contract
    whom = _to_phone(contract, reader.person)
    sentence = texts("Escalade sends you this by another way because Slack did not lead to you.")
    if calls:
        sentence += " " + texts("To take it, answer in Slack (Acknowledge) as soon as you can.")
    if whom is not None:
        sentence += " " + texts(
            "Without Slack, phone %(name)s: %(phone)s.",
            name=plain(whom.name),
            phone=plain(whom.phone),
        )
    return words_of(rendered, sentence, reader.texts.language)


def _to_phone(contract: Contract, reader: Person | None) -> Person | None:
    """Find who takes calls: the help desk, else an incident manager, of no supplier (CON-2)."""
    managers = (contract.person(each) for each in audience.incident_managers(contract))
    people = (*audience.help_desk(contract), *managers)
    me = reader.id if reader else ""
    return next((each for each in people if each.phone and each.id != me), None)

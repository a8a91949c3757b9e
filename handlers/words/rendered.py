"""The result of a view: the words and blocks of one message."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from escalation.contract import Contract, Person
from handlers.words.texts import Texts

Block = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The reader of a message: a person, or (None) a room, whose language is the contract's."""

    contract: Contract
    person: Person | None
    texts: Texts

    @classmethod
    def of(cls, contract: Contract, person_id: str | None) -> Reader:
        """The reader of a direct message, or of a room where `person_id` is None."""
        person = contract.person(person_id) if person_id else None
        own = contract.zone_of(person)
        texts = Texts.of(contract.language_of(person), contract.zone, own=own)
        return cls(contract=contract, person=person, texts=texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to join to a message."""

    name: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One message. `text` alone must say the essential: it is what a locked phone shows."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    in_place: bool = False  # stands in place of the message whose button was clicked
    file: File | None = None

    @property
    def without_buttons(self) -> Rendered:
        """Return what stays of a message whose buttons have served."""
        return replace(self, blocks=[each for each in self.blocks if each["type"] != "actions"])

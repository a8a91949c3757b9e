"""What the handlers need of the running bot; `bot` provides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from escalation.commands import Command
from escalation.contract import Contract, Person
from escalation.ports import Transaction
from handlers.texts import Texts

T = TypeVar("T")


class OutOfReach(Exception):
    """The memory or Slack cannot be reached just now: whether it was done is not certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody of a contract, seen from Slack: their words are in their own language."""

    contract: Contract
    person: Person
    slack_user: str
    texts: Texts


class Front(Protocol):
    """The bot, as its handlers see it. All of it raises OutOfReach where it must."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...

    async def perform(self, command: Command) -> str:
        """Carry out a command in one transaction; the id of its record. Raises a Refusal."""
        ...

    async def perform_and_see(self, command: Command, see: Callable[[Transaction, str], T]) -> T:
        """As `perform`; what is to be seen of the record, by its id, in the same transaction."""
        ...

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Look something up in one consistent view."""
        ...

    async def callers(self, slack_user: str) -> list[Caller]:
        """The places this Slack user has: one for each contract that names them."""
        ...

    async def person_of(self, contract: Contract, slack_user: str) -> Person | None:
        """The person of the contract behind a Slack user."""
        ...

    async def stranger_texts(self, slack_user: str) -> Texts:
        """The words for a Slack user whom no contract names."""
        ...

    async def slack_of(self, contract: Contract, person_id: str) -> str | None:
        """The Slack user id of a person; None where they have no account."""
        ...

    async def room_id(self, contract: Contract, room: str) -> str | None:
        """The channel id of a standing room named in the contract."""
        ...

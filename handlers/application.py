"""The port of the handlers to the running bot; `bot` provides it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from escalation.contract import Contract, Person
from escalation.decision.commands.command import Command
from escalation.decision.transaction import Transaction
from escalation.people.acquaintance import Known, as_known_to, known_to
from escalation.records.kinds import Record
from handlers.words.texts import Texts

T = TypeVar("T")


class OutOfReach(Exception):
    """The memory or Slack cannot be reached just now: whether it was done is not certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody of a contract, seen from Slack: their words are in their own language.

    `met` are people whom the record they ask about shows them, by id.
    """

    contract: Contract
    person: Person
    slack_user: str
    texts: Texts
    met: frozenset[str] = frozenset()

    @property
    def known(self) -> Known:
        """Find what of the contract they may know of: menus and near names hold nothing else."""
        return known_to(self.contract, self.person.organisation, self.met)

    @property
    def reading(self) -> Contract:
        """The contract to name people by, in what they read."""
        return as_known_to(self.contract, self.person.organisation, self.met)


class Application(Protocol):
    """The bot, as its handlers see it. All of it raises OutOfReach where it must.

    Nothing of it waits for Slack, but for a moment where somebody acts who was never seen.
    """

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...

    async def perform(self, command: Command) -> Record:
        """Carry out a command in one transaction; the record it led to. Raises a Refusal."""
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

    def texts_for(self, slack_user: str) -> Texts:
        """The words for a Slack user, from what is remembered, whoever they are."""
        ...

    def room_id(self, room: str) -> str | None:
        """The channel id of a standing room named in a contract, where it is known."""
        ...

    def is_bot(self, slack_user: str) -> bool:
        """Tell whether a Slack user is the bot itself."""
        ...

    def link_to(self, channel: str, ts: str, thread: str) -> str:
        """The address of a message; "" where it is not known."""
        ...

    def feed_link(self, contract: str, person: str, rota: str = "") -> str:
        """The link to somebody's own duty as a feed, or to a rota's; "" where there is none."""
        ...

    def changes_link(self, contract: str, person: str) -> str:
        """The link to the windows of changes as somebody's feed; "" where there is none."""
        ...

    async def account_changed(self, user: Mapping[str, Any], at: datetime) -> None:
        """Slack told of a user, at that instant."""
        ...

    async def channel_named(self, channel: str, name: str) -> None:
        """A channel bears a name now."""
        ...

    async def channel_gone(self, channel: str) -> None:
        """A channel is archived, or deleted."""
        ...

    async def channel_appeared(self, channel: str) -> None:
        """The bot sees a channel that it did not see before, of whatever name."""
        ...

    async def channel_moved(self, channel: str, to: str) -> None:
        """A channel has another id now."""
        ...

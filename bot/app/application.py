"""The bot as its handlers see it (`handlers.application.Application`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.directory.directory import Directory
from bot.directory.named import Named
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.slack.calls import NotSent, Uncertain, Undeliverable
from bot.web.feed_site import FeedLinks
from escalation.base.refusals import Refusal
from escalation.contract import Contract, Person
from escalation.decision.commands.command import Command
from escalation.decision.transaction import Transaction
from escalation.perform import perform
from escalation.records.kinds import Record
from handlers.application import Caller, OutOfReach
from handlers.words.texts import Texts
from store.database import Store
from store.errors import DatabaseTrouble, StaleRecord

log = structlog.get_logger()
T = TypeVar("T")


@contextmanager
def _reaching() -> Iterator[None]:
    """Say in the handlers' word what is no bug: the database or Slack is away, or too busy."""
    try:
        yield
    except (DatabaseTrouble, StaleRecord, NotSent, Uncertain, Undeliverable) as trouble:
        raise OutOfReach(str(trouble)) from trouble


@dataclass
class BotApplication:
    """Carries out commands in the store, and tells people apart by the directory."""

    store: Store
    clock: Clock
    directory: Directory
    contract_ids: tuple[str, ...]
    metrics: Metrics = field(default_factory=Metrics)
    tracing: Tracing = field(default_factory=lambda: Tracing(None))
    _named: Named = field(default_factory=Named)
    feeds: FeedLinks = field(default_factory=FeedLinks)
    language: str = "en"  # for whom no language is known, and no contract names

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return self.clock.now()

    async def perform(self, command: Command) -> Record:
        """Carry out a command in one transaction; the record it led to. Raises a Refusal."""
        with _reaching():
            return await self.carry_out(command)

    async def carry_out(self, command: Command) -> Record:
        """As `perform`, for who lives with the database: raises DatabaseTrouble."""
        now = self.clock.now()
        name = type(command).__name__
        began, became = perf_counter(), "failed"
        try:
            with self.tracing.span(f"command {name}", contract=command.contract, by=command.by):
                record = await self.store.run(
                    lambda tx: perform(tx, command, now), now=now, contract=command.contract
                )
            became = "done"
        except Refusal as refusal:
            became = "refused"
            log.info("refused", action=name, by=command.by, code=refusal.code)
            raise
        finally:
            self.metrics.use_cases.labels(name, became).observe(perf_counter() - began)
        log.info("done", action=name, by=command.by, contract=command.contract, record=record.id)
        return record

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Look something up in one consistent view."""
        with _reaching():
            return await self.store.read(work)

    async def contracts(self) -> list[Contract]:
        """The contracts in force."""
        with _reaching():
            return await self.store.contracts.named(self.contract_ids)

    async def callers(self, slack_user: str) -> list[Caller]:
        """The places this Slack user has: one for each contract that names them."""
        contracts, people = await self.contracts(), self.directory.people
        if contracts != self._named.contracts:
            self._named = Named(contracts)
        with _reaching():
            found = await people.places_of(self._named, slack_user)
        return [
            Caller(
                contract=contract,
                person=person,
                slack_user=slack_user,
                texts=Texts.of(
                    contract.language_of(person), contract.zone, own=contract.zone_of(person)
                ),
            )
            for contract, person in found
        ]

    async def person_of(self, contract: Contract, slack_user: str) -> Person | None:
        """The person of the contract behind a Slack user."""
        with _reaching():
            return await self.directory.people.person_of(contract, slack_user)

    def texts_for(self, slack_user: str) -> Texts:
        """The words for a Slack user whom no contract names, or for whom nothing is to be read."""
        return Texts.of(self.directory.language_of(slack_user) or self.language, ZoneInfo("UTC"))

    def room_id(self, room: str) -> str | None:
        """The channel id of a standing room named in a contract, where it is known."""
        return self.directory.channels.known(room)

    def is_bot(self, slack_user: str) -> bool:
        """Return whether a Slack user is the bot itself."""
        return slack_user == self.directory.me.user

    def link_to(self, channel: str, ts: str, thread: str) -> str:
        """The address of a message; "" where it is not known."""
        return self.directory.me.link_to(channel, ts, thread)

    def feed_link(self, contract: str, person: str, rota: str = "") -> str:
        """The link to somebody's own duty as a feed, or to a rota's; "" where there is none."""
        return self.feeds.link(contract, person, rota)

    def changes_link(self, contract: str, person: str) -> str:
        """The link to the windows of changes as somebody's feed; "" where there is none."""
        return self.feeds.changes_link(contract, person)

    async def account_changed(self, user: Mapping[str, Any], at: datetime) -> None:
        """Slack told of a user, at that instant."""
        with _reaching():
            await self.directory.heard_of_account(user, at)

    async def channel_named(self, channel: str, name: str) -> None:
        """A channel bears a name now."""
        with _reaching():
            await self.directory.heard_of_channel(lambda known: known.named(channel, name))

    async def channel_gone(self, channel: str) -> None:
        """A channel is archived, or deleted."""
        with _reaching():
            await self.directory.heard_of_channel(lambda known: known.gone(channel))

    async def channel_appeared(self, channel: str) -> None:
        """The bot sees a channel that it did not see before, of whatever name."""
        with _reaching():
            await self.directory.heard_of_channel(lambda known: known.appeared(channel))

    async def channel_moved(self, channel: str, to: str) -> None:
        """A channel has another id now."""
        with _reaching():
            await self.directory.heard_of_channel(lambda known: known.moved(channel, to))

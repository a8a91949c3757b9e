"""A stage: the whole bot over the local workspace, on a clock that is moved.

The tour and the scenario tests play on it: people act, time jumps from one due instant to the
next, and what each person reads is what Slack would show them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.app.wiring import Bot
from bot.clock import MovedClock
from bot.delivery.contact_methods import ContactMethod
from bot.patience import CALL_TIMEOUT_SECONDS, PATIENCE_SECONDS
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import ContractText, read_contract
from escalation.contract import Contract
from sandbox import SandboxServer, Workspace
from sandbox.people.person import Person

NONE: Mapping[str, str] = {}


def _texts(contracts: Sequence[str]) -> tuple[ContractText, ...]:
    return tuple(
        ContractText(text=text, source=f"contract {number}")
        for number, text in enumerate(contracts, 1)
    )


class Stage:
    """`async with Stage(...) as stage:`; `stage.person("claire.martin")` acts as somebody."""

    def __init__(
        self,
        *,
        contracts: Sequence[str],
        at: datetime,
        database: str,
        call_timeout: float = CALL_TIMEOUT_SECONDS,
        socket_patience: float = PATIENCE_SECONDS,
        methods: tuple[ContactMethod, ...] = (),
        chance: int = 0,
        commands_a_minute: int = 0,
        commands_at_once: int = 1,
        monitoring: Monitoring | None = None,
        secrets: Mapping[str, str] = NONE,
    ) -> None:
        self._texts = _texts(contracts)
        self.contracts: tuple[Contract, ...] = tuple(read_contract(text) for text in contracts)
        self.clock = MovedClock(at)
        self.workspace = Workspace(clock=self.clock)
        self.server = SandboxServer(self.workspace)
        self.database = database
        self._call_timeout = call_timeout
        self._patience = socket_patience
        self._rates = commands_a_minute, commands_at_once
        self._monitoring = monitoring or Monitoring()
        self._secrets = secrets
        self._methods = methods
        self._chance = random.Random(chance)  # noqa: S311  so that a story replays exactly
        self.bot: Bot | None = None

    @property
    def contract(self) -> Contract:
        """The first contract."""
        return self.contracts[0]

    @property
    def running(self) -> Bot:
        """The bot; raises RuntimeError while it is stopped."""
        if self.bot is None:
            raise RuntimeError("the bot is not running")
        return self.bot

    async def __aenter__(self) -> Self:
        self.app = await furnish(self.workspace, self.contracts, manifest(names()))
        await self.server.start()
        await self.start_bot()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bot is not None:
            await self.stop_bot()
        await self.server.stop()

    async def start_bot(self) -> None:
        """Start the bot, on the same database each time."""
        a_minute, at_once = self._rates
        setup = Setup(
            connection=SlackConnection(
                api_url=self.server.api_url,
                bot_token=self.app.bot_token,
                app_token=self.app.app_token,
                call_timeout=self._call_timeout,
                socket_patience=self._patience,
                socket_look=self._patience / 5,
            ),
            database_url=self.database,
            contracts=self._texts,
            names=names(),
            clock=self.clock,
            commands_a_minute=a_minute,
            commands_at_once=at_once,
            monitoring=self._monitoring,
            secret=lambda name: self._secrets.get(name, ""),
            methods=lambda: self._methods,
            chance=self._chance,
        )
        self.bot = await start(setup, ticking=False)

    async def stop_bot(self) -> None:
        """Stop the bot; the workspace and the database remain."""
        bot, self.bot = self.running, None
        await bot.stop()

    async def restart_bot(self, contracts: Sequence[str] | None = None) -> None:
        """Stop the bot and start it again, with contract files that were edited meanwhile."""
        await self.stop_bot()
        if contracts is not None:
            self._texts = _texts(contracts)
            self.contracts = tuple(read_contract(text) for text in contracts)
        await self.start_bot()

    def user(self, person_id: str) -> str:
        """The Slack user id of a person of the first contract that names them."""
        for contract in self.contracts:
            if contract.knows(person_id):
                person = contract.person(person_id)
                found = self.workspace.user_by_email(person.email)
                if found is not None:
                    return found.id
        raise KeyError(person_id)

    def person(self, person_id: str) -> Person:
        """Somebody of the contract, to act as."""
        return self.server.person(self.user(person_id))

    async def settle(self) -> None:
        """Let everything come to rest at this instant."""
        bot = self.running
        while True:
            await self.server.idle()
            await bot.listeners.drained()
            if not await bot.settle() and await self.server.idle():
                await bot.listeners.drained()
                return

    async def until(self, instant: datetime) -> None:
        """Let time pass up to an instant, jumping from one due instant to the next."""
        while True:
            await self.settle()
            store = self.running.store
            looking = self.running.directory.next_at()
            times = [await store.timers.next_due(), await store.outbox.next_at(), looking]
            due = min((at for at in times if at is not None), default=None)
            if due is None or due > instant:
                break
            self.clock.move_to(max(due, self.clock.now() + timedelta(microseconds=1)))
        self.clock.move_to(instant)
        await self.settle()

    async def after(self, **length: float) -> None:
        """Let that much time pass: `after(minutes=15)`."""
        await self.until(self.clock.now() + timedelta(**length))

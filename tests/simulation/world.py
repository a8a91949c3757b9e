"""The world of one history: a workspace, a database, and bots that start, stop and die in it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

from sqlalchemy import Connection

from bot.app.setup import Setup, SlackConnection
from bot.app.starting import start
from bot.app.wiring import Bot
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import ContractText, read_contract
from sandbox import SandboxServer, Workspace
from store.database import Store
from store.queues import timers as queues_timers
from store.transaction import outbox_order
from tests.simulation.contracts import SECRETS
from tests.simulation.machine import OWNER, Machine
from tests.simulation.memories import InFile, Memory

LONGEST_REST = 400  # rounds at one instant: more is a bot that never comes to rest


class Restless(AssertionError):
    """A bot went on and on at one instant."""


class MachineClock:
    """Flows with the machine's time. More may pass at once (`move_to`), or it may be set."""

    def __init__(self, machine: Machine, start: datetime) -> None:
        self._machine = machine
        self._start = start.astimezone(UTC)
        self._passed = 0.0

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        flown = timedelta(microseconds=round(self._machine.time() * 1_000_000))
        return self._start + flown

    def time(self) -> float:
        """The present instant in unix seconds."""
        return self.now().timestamp()

    def wait(self, until: datetime) -> float:
        """How many seconds to sleep until that instant."""
        return max(0.0, (until - self.now()).total_seconds())

    def move_to(self, instant: datetime) -> None:
        """Let time pass, up to that instant; it never goes back."""
        length = max(timedelta(0), instant - self.now())
        self._start += length
        self._passed += length.total_seconds()

    def set_to(self, instant: datetime) -> None:
        """Put the clock forward, with no time passing."""
        self._start += max(timedelta(0), instant - self.now())

    def monotonic(self) -> float:
        """How many seconds have passed."""
        return self._machine.time() + self._passed


class World:
    """`async with World(...)`: bots are started by name, die by name; time is moved by `until`."""

    def __init__(
        self,
        machine: Machine,
        *,
        contracts: Sequence[str],
        at: datetime,
        memory: Memory | None = None,
    ) -> None:
        self.machine = machine
        self.clock = MachineClock(machine, at)
        self.workspace = Workspace(clock=self.clock)
        self.server = SandboxServer(self.workspace)
        self.put(contracts)
        self.bots: dict[str, Bot] = {}
        self._dying: dict[str, asyncio.Event] = {}
        self._starting: dict[str, object] = {}
        self._stores: dict[str, Store] = {}
        self._one_at_a_time = asyncio.Lock()
        self._contexts: dict[str, Context] = {}
        self.errors: list[BaseException] = []
        self._pending: list[asyncio.Task[None]] = []
        self.memory = memory or InFile()
        self._monitoring = self.memory.monitoring()
        self._led = self.memory.led(self.clock)
        self._opening = mock.patch("bot.app.timekeeping.Store", self._store)

    def put(self, contracts: Sequence[str]) -> None:
        """The contract files as they are from here on; a bot reads them when it starts."""
        self.texts = tuple(contracts)
        self.contracts = tuple(read_contract(text) for text in contracts)

    async def __aenter__(self) -> World:
        self._led.__enter__()
        self._opening.start()
        self.app = await furnish(self.workspace, self.contracts, manifest(names()))
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.nothing_pending()
        for name in [*self.bots, *self._starting]:
            await self.die(name)
        await self.server.stop()
        await self._monitoring.dispose()
        self._opening.stop()
        self._led.__exit__(None, None, None)
        self.memory.remove()

    def _store(self, *given: Any, **named: Any) -> Store:
        """The store of the bot that starts; it is known however the start ends."""
        self._stores[OWNER.get()] = store = Store(*given, **named)
        return store

    # ── bots ─────────────────────────────────────────────────────────────────────────────────

    async def start(self, name: str) -> bool:
        """Start a bot; False where it could not, for the trouble there is."""
        async with self._one_at_a_time:
            return await self._start(name)

    async def _start(self, name: str) -> bool:
        if name in self.bots or name in self._starting:
            return True
        if name in self._dying:  # here it takes a moment, and its file is locked so long
            await self._dying[name].wait()
        texts = tuple(
            ContractText(text=text, source=f"contract {number}")
            for number, text in enumerate(self.texts, 1)
        )
        context = copy_context()
        context.run(OWNER.set, name)
        setup = Setup(
            connection=SlackConnection(
                api_url=self.server.api_url,
                bot_token=self.app.bot_token,
                app_token=self.app.app_token,
            ),
            database_url=self.memory.url,
            contracts=texts,
            names=names(),
            secret=lambda key: SECRETS.get(key, ""),
            clock=context.run(self.memory.clock_for, name, self.clock, self.machine.rng),
            chance=Random(self.machine.rng.random()),
        )
        self._contexts[name] = context
        self._starting[name] = setup
        task = self.machine.create_task(start(setup, ticking=False), context=context)
        began = (await asyncio.gather(task, return_exceptions=True))[0]
        if self._starting.get(name) is not setup:
            return False  # it was killed meanwhile
        del self._starting[name]
        if isinstance(began, BaseException):
            self.errors.append(began)
            return False
        self.bots[name] = began
        return True

    def context_of(self, name: str) -> Context:
        """In which what a bot does is done."""
        return self._contexts[name]

    async def start_all(self) -> bool:
        """Start every bot that may run; whether one runs."""
        for name in self.memory.names:
            await self.start(name)
        return bool(self.bots)

    async def stop(self, name: str) -> None:
        """Stop a bot in an orderly way."""
        async with self._one_at_a_time:
            await self._stop(name)

    async def _stop(self, name: str) -> None:
        bot = self.bots.pop(name, None)
        if bot is None:
            return
        task = self.machine.create_task(bot.stop(), context=self._contexts[name])
        error = (await asyncio.gather(task, return_exceptions=True))[0]
        if isinstance(error, BaseException):
            self.errors.append(error)
            await bot.store.stop()

    async def die(self, name: str) -> None:
        """Let a bot vanish as a killed process does: whatever it was at is cut off."""
        bot = self.bots.pop(name, None)
        self._starting.pop(name, None)
        self._dying[name] = gone = asyncio.Event()
        # what is cancelled may begin something anew, or take its end for another's and go on
        while tasks := self.machine.kill(name):
            done, _ = await asyncio.wait(tasks, timeout=1.0)
            for task in done:
                if not task.cancelled():
                    task.exception()  # it is nobody's any more
        if name in self._stores:
            await self._stores[name].stop()
        if bot is not None:
            await _shut(bot)
        gone.set()

    def later(self, deed: Coroutine[Any, Any, None]) -> None:
        """Let something happen on its own, in the midst of what comes next."""
        self._pending.append(self.machine.create_task(deed))

    async def nothing_pending(self) -> None:
        """Wait for what was to happen on its own."""
        pending, self._pending = self._pending, []
        await asyncio.gather(*pending, return_exceptions=True)

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    async def _step(self, name: str) -> int:
        bot = self.bots.get(name)
        if bot is None:
            return 0
        work = [
            bot.timer_worker.fire_due(),
            bot.dispatcher.deliver_waiting(),
            bot.directory.advance(),
        ]
        tasks = [self.machine.create_task(each, context=self._contexts[name]) for each in work]
        done = 0
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, int):
                done += result
            elif not isinstance(result, asyncio.CancelledError):
                self.errors.append(result)
        return done

    async def rest(self) -> None:
        """Let everything come to rest, as far as it can at this instant."""
        for _ in range(LONGEST_REST):
            await self.server.idle(1.0)
            for bot in list(self.bots.values()):
                try:
                    async with asyncio.timeout(60):
                        await bot.listeners.drained()
                except TimeoutError:
                    self.errors.append(TimeoutError("a listener never came to its end"))
            if not sum(await asyncio.gather(*map(self._step, list(self.bots)))):
                return
        raise Restless("the bot never comes to rest at this instant")

    async def look(self, work: Any) -> Any:
        """Look into the database, whatever its troubles."""
        async with self._monitoring.connect() as connection:
            return await connection.run_sync(work)

    async def next_instant(self) -> datetime | None:
        """When the database says that something is to be done next."""

        def soonest(connection: Connection) -> datetime | None:
            times = [queues_timers.next_due(connection), outbox_order.next_at(connection)]
            return min((at for at in times if at is not None), default=None)

        found: datetime | None = await self.look(soonest)
        return found

    async def _know_the_time(self) -> None:
        """Replicas read the database's time every ten seconds, and more have passed.

        What a killed one sent a moment before has arrived by then: hours never overtake it.
        """
        if not self.memory.shared:
            return
        await asyncio.sleep(self.machine.longest_latency())
        tasks = [
            self.machine.create_task(bot.store._read_time(), context=self._contexts[name])
            for name, bot in self.bots.items()
        ]
        for error in await asyncio.gather(*tasks, return_exceptions=True):
            if error is not None:
                self.errors.append(error)

    async def until(self, instant: datetime) -> None:
        """Let time pass up to an instant, from one thing to be done to the next."""
        while True:
            await self._know_the_time()
            await self.rest()
            due = await self.next_instant() if self.bots else None
            if due is None or due > instant or self.clock.now() >= instant:
                break
            # what is overdue could not be done: it is tried again a second later
            self.clock.move_to(max(due, self.clock.now() + timedelta(seconds=1)))
        self.clock.move_to(instant)
        await self.rest()

    async def pass_time(self, length: timedelta) -> None:
        """Let that much time pass."""
        await self.until(self.clock.now() + length)


async def _shut(bot: Bot) -> None:
    """Let go of what a process that vanishes lets go of."""
    await bot.session.close()
    handler = bot.socket._handler if bot.socket is not None else None
    if handler is not None:
        await handler.client.aiohttp_client_session.close()

"""What years and many contracts cost: the same asked of a young memory and of an old one.

Commands are asked of the router, as a listener does with what Slack sent; nothing is sent to Slack.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import count
from time import perf_counter
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bench.figures import Figure, p50
from bench.ground import fresh
from bench.process import quiet
from bench.seed import OPENED, contract, contract_text, incident
from bot.app.application import BotApplication
from bot.clock import MovedClock
from bot.directory.accounts import Account
from bot.directory.directory import Directory
from bot.observe.gauges import Gauges
from bot.observe.metrics import Metrics
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from bot.stage.stage import Stage
from bot.time.reconciler import Reconciler
from config.command_names import names
from config.contract.file import recall_contract
from escalation.base.journal import Entry
from escalation.contract import Contract
from escalation.decision.commands import incident as c
from escalation.decision.commands.command import Command
from escalation.plan.memory import Memory
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT
from handlers.registry.commands import command_named
from handlers.router.inbound import Inbound
from handlers.router.router import Response, Router
from handlers.slack.home import home_blocks
from handlers.verbs import typed_line
from store.database import Store
from store.engine.engine import migrate
from store.transaction.transaction import SqlTransaction

CHUNK = 500
OPEN = 30
MOST = 2.0  # times what it costs on the first day
ROOM = "C0CRISIS"
TEAM = "T0BENCH001"
FAR = OPENED + timedelta(days=36_500)

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Ground:
    """The bot without Slack: who asks is known, and what is answered goes nowhere."""

    store: Store
    router: Router
    application: BotApplication
    reconciler: Reconciler
    keys: Any

    async def typed(self, person: str, line: str, channel: str = "") -> Response:
        """Ask something by a typed line; what is answered."""
        command, _, words = line.partition(" ")
        key = f"slash/{next(self.keys)}"
        asked = typed_line.Line.of(command_named(command), f"/{command}", words)
        user = _user(person)
        return await self.router.answer(
            Inbound(kind="command", body={}, key=key, user=user, channel=channel, asked=asked)
        )

    async def home(self, person: str) -> None:
        """Open the Home."""
        await home_blocks(self.application, await self.application.callers(_user(person)))


def _user(person: str) -> str:
    return f"U{person.upper()}"


def _read(text: str) -> Contract:
    """The example contract under another id: a thousand need not be read from their files."""
    number, _, _ = text.partition("\n")
    if not number.isdecimal():
        return recall_contract(text)
    return replace(contract(), id=f"rivage-{number}", version="")


@asynccontextmanager
async def prepared(url: str, contracts: int = 1) -> AsyncIterator[Ground]:
    """That many contracts in force, all of whose people are known."""
    texts = [contract_text(), *(f"{number}\n" for number in range(1, contracts))]
    async with Store(url, read_contract=_read) as store:
        ids = []
        for number, text in enumerate(texts):
            agreed = _read(text)
            version = contract().version if number == 0 else f"v{number}"
            await store.contracts.put_in_force(agreed.id, version, text, OPENED)
            ids.append(agreed.id)
        clock = MovedClock(OPENED)
        directory = Directory(AsyncWebClient(), clock, contracts=ids)
        directory.me.team = TEAM
        for person in contract().people:
            account = Account(
                user=_user(person.id), team=TEAM, email=person.email.lower(), learnt_at=OPENED
            )
            directory.people.recall(person, account)
        application = BotApplication(store, clock, directory, tuple(ids))
        metrics = Metrics()
        reconciler = Reconciler(
            store=store,
            clock=clock,
            metrics=metrics,
            gauges=Gauges(store=store, clock=clock, metrics=metrics),
            wake_timer_worker=lambda: None,
            wake_dispatcher=lambda: None,
        )
        yield Ground(store, Router(application), application, reconciler, count())


async def timed(act: Act, times: int) -> float:
    """The median of so many, in milliseconds; the first makes the statements."""
    found = []
    await act()
    for _ in range(times):
        begun = perf_counter()
        await act()
        found.append((perf_counter() - begun) * 1000)
    return p50(found)


# ── years ────────────────────────────────────────────────────────────────────────────────────


@cache
def _life() -> tuple[Incident, tuple[Entry, ...]]:
    """An incident from its opening to its end, as the use cases leave it, and its journal."""
    memory, at, of = Memory(contract()), OPENED, contract().id

    def do(kind: type[Command], by: str, **values: Any) -> str:
        return memory.do(kind(contract=of, by=by, **values), at)

    manager, requester = "claire-vasseur", "antoine-mercier"
    name = do(c.OpenIncident, requester, title="Paie lente", component="paie", severity=3)
    do(c.TakeIncident, manager, incident=name)
    do(c.AddNote, manager, incident=name, text="The disk of the batch server is full.")
    do(c.ResolveIncident, manager, incident=name, cause_gone=True, cure="Emptied")
    do(c.VerifyIncident, requester, incident=name, fixed=True)
    do(c.CloseIncident, manager, incident=name)
    return memory.get(INCIDENT, of, name), tuple(sealed.line for sealed in memory.chain)


async def _live(store: Store, first: int, closed: int) -> None:
    """Leave so many closed incidents behind, each with its journal."""
    over, lines = _life()
    for start in range(first, first + closed, CHUNK):
        numbers = range(start, min(start + CHUNK, first + closed))

        def put(tx: SqlTransaction, numbers: range = numbers) -> None:
            for number in numbers:
                name = f"INC-{number:04d}"
                tx.put(replace(over, id=name, version=0))
                tx.append([replace(line, subject=name) for line in lines])

        await store.run(put, now=OPENED)


async def years(database: str, sizes: Sequence[int], times: int) -> list[Figure]:
    """What is asked every day, beside more and more closed incidents of the same contract."""
    quiet()
    manager, asked = "claire-vasseur", "INC-0001"
    found: dict[str, list[float]] = {}
    with fresh(database) as url:
        async with prepared(url) as ground:

            def open_some(tx: SqlTransaction) -> None:
                for number in range(1, OPEN + 1):
                    tx.put(incident(number, FAR))

            await ground.store.run(open_some, now=OPENED)
            lived = 0
            for size in sizes:
                await _live(ground.store, OPEN + 1 + lived, size - lived)
                lived = size
                acts: dict[str, Act] = {
                    "note": lambda: ground.typed(manager, f"incident note {asked} seen again"),
                    "show": lambda: ground.typed(manager, f"incident show {asked}"),
                    "list": lambda: ground.typed(manager, "incident list"),
                    "Home": lambda: ground.home(manager),
                    "audit of a minute": ground.reconciler.look,
                }
                for what, act in acts.items():
                    found.setdefault(what, []).append(await timed(act, times))
    return against("years", database, "closed", sizes, found, MOST)


# ── contracts ────────────────────────────────────────────────────────────────────────────────


def _crisis(contract_id: str) -> Crisis:
    return Crisis(
        id="CRI-0001",
        contract=contract_id,
        contract_version=contract().version,
        incident=None,
        reason="all is down",
        state=CrisisState.OPEN,
        asked_by="claire-vasseur",
        asked_side="provider",
        asked_at=OPENED,
        level=2,
        room=ROOM,
    )


async def contracts(database: str, sizes: Sequence[int], times: int) -> list[Figure]:
    """What is asked in one contract, beside more and more others of the same provider."""
    quiet()
    provider, client = "claire-vasseur", "antoine-mercier"
    found: dict[str, list[float]] = {}
    for size in sizes:
        with fresh(database) as url:
            async with prepared(url, size) as ground:
                crisis = _crisis(ground.application.contract_ids[-1])
                await ground.store.run(lambda tx, crisis=crisis: tx.put(crisis), now=OPENED)
                acts: dict[str, Act] = {
                    "list in a crisis room": lambda: ground.typed(provider, "incident list", ROOM),
                    "a client's list": lambda: ground.typed(
                        client, f"incident list contract={contract().id}"
                    ),
                    "Home": lambda: ground.home(provider),
                }
                for what, act in acts.items():
                    found.setdefault(what, []).append(await timed(act, times))
    return against("contracts", database, "contracts", sizes, found, None)


# ── starts ───────────────────────────────────────────────────────────────────────────────────


def _agreed(number: int) -> str:
    """The example contract's text as another one: its own id and rooms, the same people."""
    text = contract_text()
    if number == 0:
        return text
    return text.replace('"rivage', f'"n{number}-rivage').replace(
        '"boreale-rivage', f'"boreale-n{number}-rivage'
    )


async def starts(database: str, sizes: Sequence[int]) -> list[Figure]:
    """What it takes until the bot hears Slack, with more and more contract files.

    Both the first start, at which each file is checked, and the next, at which each is known.
    """
    quiet()
    found: dict[str, list[float]] = {"the first start": [], "the next start": []}
    for size in sizes:
        with fresh(database) as url:
            await migrate(url)
            texts = [_agreed(number) for number in range(size)]
            stage = Stage(contracts=texts, at=OPENED, database=url)
            stage.app = await furnish(stage.workspace, stage.contracts, manifest(names()))
            await stage.server.start()
            try:
                for each in found.values():
                    begun = perf_counter()
                    await stage.start_bot()
                    each.append((perf_counter() - begun) * 1000)
                    await stage.stop_bot()
            finally:
                await stage.server.stop()
    return against("starts", database, "contracts", sizes, found, None)


def against(
    part: str,
    database: str,
    of: str,
    sizes: Sequence[int],
    found: dict[str, list[float]],
    most: float | None,
) -> list[Figure]:
    """Each at the largest size against the smallest."""
    return [
        Figure(
            part=part,
            database=database,
            what=f"{what}, {sizes[-1]:,} {of} against {sizes[0]:,}",
            value=each[-1] / each[0],
            unit="×",
            most=most,
            note="; ".join(f"{size:,}: {ms:.1f} ms" for size, ms in zip(sizes, each, strict=True)),
        )
        for what, each in found.items()
    ]

"""A host that vanishes: it says no farewell, and for all the server knows it is still there.

Two network namespaces stand for two hosts, so that nothing touches the network of this machine.
On one are PostgreSQL and a replica; on the other a replica (`bench.vanishing`) that is in the
middle of a batch of timers and of a command, and has messages in its hands. Its link is cut;
measured is how long until the other replica has all three. It takes Linux, root and iproute2.
"""

from __future__ import annotations

import asyncio
import math
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic

from bench.figures import Figure
from bench.ground import POSTGRESQL, started
from bench.parts.burst import BATCH, DUE
from bench.process import result, run, running, say
from bench.seed import OPENED, contract, seed
from escalation.messages.destinations import PROVIDER_ROOM, Destination
from escalation.messages.destinations import person as direct
from escalation.messages.effects import Effect
from escalation.messages.table import read
from escalation.perform import fire
from store.database import Store
from store.errors import DatabaseTrouble
from store.transaction.transaction import SqlTransaction
from tests.postgres import Postgres

MOST_VANISHED = 30.0  # seconds
PATIENCE = 120.0  # seconds, after which it is given up
HELD = 5  # timers, and as many messages
NEAR, FAR = "192.0.2.1", "192.0.2.2"
# when the others first have something to tell one another, in seconds after the cut: what the
# server sends to a vanished replica is waited for in another way than its silence
WORDS = {"quiet": 0.0, "word when it is nearly missed": 13.0}
WHAT = {
    "timers": "its timers are fired by another",
    "command": "a command of the same contract is carried out",
    "messages": "its messages are taken over",
}


class NotPermitted(Exception):
    """No network namespaces can be made here."""


async def _ip(*arguments: str) -> None:
    process = await create_subprocess_exec("ip", *arguments, stdout=DEVNULL, stderr=PIPE)
    _, said = await process.communicate()
    if process.returncode:
        raise NotPermitted(said.decode(errors="replace").strip())


@asynccontextmanager
async def hosts() -> AsyncIterator[tuple[str, str]]:
    """Two hosts with a link between them; raises NotPermitted."""
    if shutil.which("ip") is None:
        raise NotPermitted("there is no ip command (iproute2)")
    near, far = f"escalade-{os.getpid()}-near", f"escalade-{os.getpid()}-far"
    made: list[str] = []
    try:
        for name in (near, far):
            await _ip("netns", "add", name)
            made.append(name)
            await _ip("-n", name, "link", "set", "lo", "up")
        far_end = ("peer", "name", "link0", "netns", far)
        await _ip("link", "add", "link0", "netns", near, "type", "veth", *far_end)
        for name, address in ((near, NEAR), (far, FAR)):
            await _ip("-n", name, "addr", "add", f"{address}/24", "dev", "link0")
            await _ip("-n", name, "link", "set", "link0", "up")
        yield near, far
    finally:
        for name in made:
            await _ip("netns", "del", name)


# ── on the host that stays ───────────────────────────────────────────────────────────────────────


async def job(far: str, word: float) -> None:
    """In a process of its own, on the near host: cut the far one, and see how long it takes."""
    with Postgres(durable=True, host=NEAR) as server:
        url = server.url(server.create())
        async with started(url) as store:
            await seed(store, HELD + 1, lambda n: DUE if n < HELD else DUE + timedelta(days=99))
            people = contract().people[:HELD]
            messages = [_effect(direct(person.id)) for person in people]
            await store.run(lambda tx: tx.send(messages), now=OPENED)
            on_it = ("ip", "netns", "exec", far)
            async with running("vanishing", on_it, url=url, held=HELD) as process:
                if (await result(process))["messages"] != HELD:
                    raise RuntimeError("the replica does not hold the messages")
                await _ip("-n", far, "link", "set", "link0", "down")
                say(await _taken_over(store, monotonic(), word))
                process.kill()


def _effect(to: Destination) -> Effect:
    return Effect(meaning=read("ping", {}), contract=contract().id, subject="INC-0001", to=to)


async def _taken_over(store: Store, cut: float, word: float) -> dict[str, float | None]:
    acts = {"command": _command, "messages": _messages}
    if not word:  # else nothing is to break the silence before: answering timers sends messages
        acts["timers"] = _timers
    tasks = {key: asyncio.create_task(_until(store, act, cut)) for key, act in acts.items()}
    if word:
        await asyncio.sleep(word)
        await store.run(lambda tx: tx.send([_effect(PROVIDER_ROOM)]), now=OPENED)
    return {key: await task for key, task in tasks.items()}


async def _timers(store: Store) -> bool:
    return (await store.timers.fire(DUE, fire, limit=BATCH)).count > 0


async def _messages(store: Store) -> bool:
    return any(message.uncertain for message in await store.outbox.claim(OPENED))


async def _command(store: Store) -> bool:
    def work(tx: SqlTransaction) -> None:
        tx.contract(contract().id)

    await store.run(work, now=DUE)
    return True


async def _until(
    store: Store, done: Callable[[Store], Awaitable[bool]], cut: float
) -> float | None:
    """Seconds from the cut until it is done; None where patience ends."""
    while monotonic() - cut < PATIENCE:
        try:
            if await done(store):
                return monotonic() - cut
        except DatabaseTrouble:
            pass  # as the bot: a moment later again
        await asyncio.sleep(0.05)
    return None


# ── the figures ──────────────────────────────────────────────────────────────────────────────────


async def vanished() -> list[Figure]:
    """From the cut until the work is in the hands of another, or a plain word that it cannot be."""
    figures = []
    try:
        for name, word in WORDS.items():
            async with hosts() as (near, far):
                found = await run("vanished", ("ip", "netns", "exec", near), far=far, word=word)
            figures += [_figure(f"{WHAT[key]}, {name}", found[key]) for key in WHAT if key in found]
    except NotPermitted as reason:
        why = f"NOT MEASURED: {reason}"
        return [_figure(what, None, why) for what in WHAT.values()]
    return figures


def _figure(what: str, seconds: float | None, note: str = "") -> Figure:
    return Figure(
        part="a host vanishes",
        database=POSTGRESQL,
        what=what,
        value=math.nan if seconds is None else seconds,
        unit="s",
        most=MOST_VANISHED,
        note=note,
    )

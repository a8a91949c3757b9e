"""A dispatcher over a real store, before a Slack that answers as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.clock import MovedClock
from bot.delivery.dispatcher import Dispatcher
from config.contract.file import read_contract
from escalation.contract import Person
from escalation.decision.commands.command import Command
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Meaning
from escalation.messages.incident import IncidentNews
from escalation.messages.ladder import Ping
from handlers.words.rendered import File
from store.database import Store
from tests.scenarios.scene import RIVAGE

A, B = "person/mathis-berger", "person/claire-vasseur"
CONTRACT = read_contract(RIVAGE)
FILE = File(name="report.html", title="Report", content=b"<html>")


class Slack:
    """What a dispatcher knows of Slack: conversations by destination, each answering as told."""

    def __init__(self) -> None:
        self.answers: dict[str, asyncio.Event | Exception] = {}
        self.file: Exception | None = None
        self.tried: list[str] = []
        self.updated: list[str] = []
        self.threads: list[str | None] = []
        self.updates_left = 0  # then it limits
        self._moved = asyncio.Event()
        self.client = self

    async def reach(self, _contract: str, person: Person, *, urgent: bool) -> str:
        return f"person/{person.id}"

    async def room(self, name: str) -> str:
        return "room/shared" if name == CONTRACT.rooms.shared else "room/provider"

    async def chat_postMessage(  # noqa: N802  Slack's own name
        self, *, channel: str, thread_ts: str | None = None, **_: Any
    ) -> dict[str, Any]:
        self.tried.append(channel)
        self.threads.append(thread_ts)
        self._moved.set()
        answer = self.answers.get(channel)
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        elif answer is not None:
            raise answer
        return {"ok": True, "channel": channel, "ts": f"{len(self.tried)}.0"}

    async def chat_update(self, *, ts: str, **_: Any) -> dict[str, Any]:
        if not self.updates_left:
            raise LIMITED
        self.updates_left -= 1
        self.updated.append(ts)
        return {"ok": True}

    async def conversations_history(self, **_: Any) -> dict[str, Any]:
        return {"ok": True, "messages": []}

    async def files_upload_v2(self, **_: Any) -> dict[str, Any]:
        if self.file is not None:
            raise self.file
        return {"ok": True}

    async def trying(self, *channels: str, least: int = 1) -> None:
        """Wait until it was tried to post to all of these, and so often at least."""
        async with asyncio.timeout(3):
            while not set(channels) <= set(self.tried) or len(self.tried) < least:
                self._moved.clear()
                await self._moved.wait()


NO_ANSWER = TimeoutError()


def refused(code: str, *, status: int = 200, **headers: str) -> SlackApiError:
    """What the SDK raises where Slack refuses."""
    data = {"ok": False, "error": code}
    response = SimpleNamespace(status_code=status, headers=headers, data=data)
    return SlackApiError(code, response)


LIMITED = refused("ratelimited", status=429, **{"Retry-After": "5"})

NEWS = IncidentNews(action="incident.taken", by="mathis-berger")
CALL = Ping(
    ladder="client",
    rung=0,
    level=1,
    level_name="1",
    side="provider",
    number=1,
    called=None,
    reason="trigger:priority_1",
    why="",
    by="",
    peer="",
    late=None,
)


class Stand:
    """A dispatcher over a real store, before a Slack that answers as told."""

    def __init__(self, store: Store, clock: MovedClock) -> None:
        self.store, self.clock, self.slack = store, clock, Slack()
        self.answers, self.tried = self.slack.answers, self.slack.tried
        self.recorded: list[Command] = []
        self.dispatcher = Dispatcher(
            store=store,
            clock=clock,
            directory=self.slack,  # type: ignore[arg-type]  # a part of it
            perform=self._perform,
        )

    async def _perform(self, command: Command) -> str:
        self.recorded.append(command)
        return ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The dispatcher looks after what waits, for as long as this lasts."""
        running = asyncio.create_task(self.dispatcher.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def put(
        self,
        to: str,
        *,
        urgent: bool = False,
        message: Meaning = NEWS,
        about: str = "INC-0001",
    ) -> None:
        effect = Effect(
            meaning=message,
            contract=CONTRACT.id,
            subject=about,
            to=Destination.read(to),
            urgent=urgent,
        )
        await self.store.run(lambda tx: tx.send([effect]), now=self.clock.now())

    async def waits(self) -> timedelta | None:
        """How long the next message waits; None where none does."""
        at = await self.store.outbox.next_at()
        return None if at is None else at - self.clock.now()

"""The bot as its handlers see it, over a story in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from escalation.contract import Contract, Person
from escalation.decision.commands.command import Command
from escalation.decision.transaction import Transaction
from escalation.perform.finding import find
from escalation.records.kinds import Record
from handlers.application import Caller
from handlers.router.inbound import Click
from handlers.router.router import OpenForm, Router
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts
from tests.handlers.inbound import clicked, typed
from tests.handlers.stories import Stage

T = TypeVar("T")


@dataclass
class Counter:
    """A Front: each person's Slack user is their id."""

    stage: Stage
    language: str = "en"

    def now(self) -> datetime:
        return self.stage.now

    async def perform(self, command: Command) -> Record:
        record_id = self.stage.memory.do(command, self.stage.now)
        return find(self.stage.memory, command.contract, record_id)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return work(self.stage.memory)

    async def callers(self, slack_user: str) -> list[Caller]:
        contract = self.stage.contract
        if not contract.knows(slack_user):
            return []
        texts = Texts.of(self.language, contract.zone)
        person = contract.person(slack_user)
        return [Caller(contract=contract, person=person, slack_user=slack_user, texts=texts)]

    async def person_of(self, contract: Contract, slack_user: str) -> Person | None:
        return contract.person(slack_user) if contract.knows(slack_user) else None

    def texts_for(self, slack_user: str) -> Texts:
        return Texts.of(self.language, self.stage.contract.zone)

    def room_id(self, room: str) -> str | None:
        return f"C-{room}"

    def is_bot(self, slack_user: str) -> bool:
        return False

    def link_to(self, channel: str, ts: str, thread: str) -> str:
        return f"{channel}/{ts}{thread}"

    def feed_link(self, contract: str, person: str, rota: str = "") -> str:
        return f"https://feeds.example/{contract}/{person}/{rota}.ics?key=k"

    def changes_link(self, contract: str, person: str) -> str:
        return f"https://feeds.example/{contract}/{person}/changes.ics?key=k"

    async def account_changed(self, user: Mapping[str, Any], at: datetime) -> None:
        """Everybody is who they are."""

    async def channel_named(self, channel: str, name: str) -> None:
        """Channels keep their names."""

    channel_moved = channel_named

    async def channel_gone(self, channel: str) -> None:
        """They stay."""

    channel_appeared = channel_gone

    # ── what people do ───────────────────────────────────────────────────────────────────────

    async def typed(self, person: str, command: str, line: str) -> Rendered | OpenForm:
        return await Router(self).answer(typed(person, command, line))

    async def shown(self, person: str, command: str, line: str) -> Rendered:
        answer = await self.typed(person, command, line)
        assert isinstance(answer, Rendered)
        return answer

    async def clicked(
        self, person: str, verb: str, subject: str, /, **values: str
    ) -> Rendered | OpenForm:
        command, _, name = verb.partition("/")
        click = Click(command=command, verb=name, contract="acme", subject=subject, values=values)
        return await Router(self).answer(clicked(person, click))

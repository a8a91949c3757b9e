"""A scene: people of the example contracts, what they do, and what they read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.stage.stage import Stage
from config.defaults import EXAMPLE
from escalation.base.journal import Entry
from escalation.contract import Contract
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import CRISIS, INCIDENT, KINDS, REPORT, Record
from escalation.records.report import Report
from handlers.refusals.words import SENTENCES
from handlers.words.texts import Texts
from sandbox.people.person import Person
from sandbox.people.result import Result

RIVAGE = EXAMPLE.read_text(encoding="utf-8")
LITTORAL = (
    RIVAGE.replace('id = "rivage"', 'id = "littoral"')
    .replace('"Agence Rivage"', '"Agence Littoral"')
    .replace("rivage.example", "littoral.example")
    .replace("rivage-incidents", "littoral-incidents")
    .replace("boreale-rivage", "boreale-littoral")
    .replace('"rivage-crise"', '"littoral-crise"')
)


def says(answer: str, code: str, language: str = "fr") -> bool:
    """Whether an answer is a sentence of that refusal, in that language."""
    words = Texts.of(language, ZoneInfo("UTC"))
    patterns = [
        re.sub(r"%\\\((\w+)\\\)s", ".+", re.escape(words(sentence))) for sentence in SENTENCES[code]
    ]
    return any(re.search(pattern, answer) for pattern in patterns)


@dataclass(frozen=True)
class Scene:
    """Plays on a stage; every act is followed by everything it leads to at that instant."""

    stage: Stage
    contract: Contract

    # ── who ──────────────────────────────────────────────────────────────────────────────────

    def person(self, person_id: str) -> Person:
        """Somebody of this scene's contract, to act as."""
        email = self.contract.person(person_id).email
        user = self.stage.workspace.user_by_email(email)
        assert user is not None, f"{person_id} has no account"
        return self.stage.server.person(user.id)

    def user(self, person_id: str) -> str:
        """The Slack user id of somebody of this scene's contract."""
        return self.person(person_id).id

    @property
    def shared(self) -> str:
        """The channel that both firms share."""
        return self.contract.rooms.shared

    # ── acting ───────────────────────────────────────────────────────────────────────────────

    async def types(self, person_id: str, line: str, channel: str | None = None) -> str:
        """Type a whole line, "/incident list"; what is answered for the person's eyes only."""
        command, _, words = line.partition(" ")
        place = channel or self.shared
        before = len(self.whispers(person_id, place))
        result = await self.person(person_id).command(command, words, channel=place)
        assert result.ok, result.error
        await self.stage.settle()
        return "\n".join(self.whispers(person_id, place)[before:])

    async def clicks(self, person_id: str, action: str, where: str | None = None) -> Result:
        """Click the newest button of that action in a channel, or in the talk with the bot."""
        result = await self.presses(person_id, self.button(person_id, action, where), where)
        await self.stage.settle()
        return result

    async def presses(
        self, person_id: str, button: tuple[str, str], where: str | None = None
    ) -> Result:
        """Press a button found before, without waiting for what comes of it."""
        action_id, ts = button
        return await self.person(person_id).click(
            action_id, message_ts=ts, channel=where or self.direct(person_id)
        )

    async def submits(self, person_id: str, **values: Any) -> Result:
        """Fill in and submit the form on top."""
        result = await self.person(person_id).submit(values)
        await self.stage.settle()
        return result

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def direct(self, person_id: str) -> str:
        """The direct conversation of somebody with the bot."""
        bot = self.stage.app.bot_user_id
        channel = self.stage.workspace.direct(bot, self.user(person_id), create=True)
        assert channel is not None
        return channel.id

    def reads(self, person_id: str, where: str | None = None) -> list[dict[str, Any]]:
        """The messages somebody sees in a channel, or in their talk with the bot."""
        person = self.person(person_id)
        return person.reads(where) if where else person.inbox()

    def whispers(self, person_id: str, where: str) -> list[str]:
        """What was said in a channel for that person's eyes only."""
        return [_said(m) for m in self.reads(person_id, where) if m.get("is_ephemeral")]

    def told(self, person_id: str, *words: str) -> list[str]:
        """What the bot told somebody directly that holds all these words."""
        said = [_said(m) for m in self.reads(person_id)]
        return [text for text in said if all(word in text for word in words)]

    def button(
        self, person_id: str, action: str, where: str | None = None, subject: str = ""
    ) -> tuple[str, str]:
        """The newest button of that action: its action id, and the message it stands in."""
        for message in reversed(self.reads(person_id, where)):
            for block in message.get("blocks") or []:
                for element in block.get("elements") or []:
                    named = str(element.get("action_id", "")).partition("#")[0]
                    if named == f"do/{action}" and subject in element.get("value", ""):
                        return element["action_id"], message["ts"]
        raise AssertionError(f"{person_id} finds no button for {action}")

    def everything_read(self, person_id: str) -> str:
        """All that somebody can see of the bot's: rooms, talk with the bot, Home."""
        person = self.person(person_id)
        seen = [m for c in person.channels() for m in person.reads(c.id)]
        return json.dumps([*seen, person.home], ensure_ascii=False)

    # ── records ──────────────────────────────────────────────────────────────────────────────

    async def incident(self, number: int = 1) -> Incident:
        """The incident of that number."""
        store = self.stage.running.store
        return await store.read(lambda tx: tx.get(INCIDENT, self.contract.id, f"INC-{number:04d}"))

    async def crisis(self, number: int = 1) -> Crisis:
        """The crisis of that number."""
        store = self.stage.running.store
        return await store.read(lambda tx: tx.get(CRISIS, self.contract.id, f"CRI-{number:04d}"))

    async def report(self, number: int = 1) -> Report:
        """The report of that number."""
        store = self.stage.running.store
        return await store.read(lambda tx: tx.get(REPORT, self.contract.id, f"REP-{number:04d}"))

    async def timeline(self, subject: str) -> list[Entry]:
        """The journal of one record."""
        store = self.stage.running.store
        return list(await store.read(lambda tx: tx.timeline(self.contract.id, subject)))

    async def actions(self, subject: str) -> list[str]:
        """What happened to one record, oldest first."""
        return [line.action for line in await self.timeline(subject)]

    async def state(self) -> tuple[Mapping[str, Record], list[dict[str, Any]]]:
        """All records and the whole journal, to see that something changed nothing."""
        store, contract = self.stage.running.store, self.contract.id
        records = await store.read(
            lambda tx: {
                record.id: record
                for kind in KINDS
                for record in tx.list(kind, contract, open_only=False)
            }
        )
        return records, [line async for line in store.journal.export(contract)]

    # ── openings that many scenarios begin with ──────────────────────────────────────────────

    async def opens(self, person_id: str, line: str, channel: str | None = None) -> Incident:
        """Open an incident by a typed line; the incident."""
        answer = await self.types(person_id, f"/incident open {line}", channel)
        number = int(answer.partition("INC-")[2][:4])
        return await self.incident(number)

    async def resolved(self, requester: str = "antoine-mercier") -> Incident:
        """A priority 3 that the requester has opened and the provider has resolved."""
        incident = await self.opens(requester, '"Paie lente" component=paie severity=2')
        await self.types("mathis-berger", f"/incident take {incident.id}")
        await self.types("mathis-berger", f"/incident resolve {incident.id} vidé cause_gone=yes")
        return await self.incident(int(incident.id[4:]))

    async def crisis_asked(self) -> Crisis:
        """A crisis that the provider's delivery manager asks of the head of the service."""
        await self.types("claire-vasseur", '/crisis ask "tout est coupé"')
        return await self.crisis()


def _said(message: dict[str, Any]) -> str:
    """All the words of a message."""
    return json.dumps([message["text"], message.get("blocks")], ensure_ascii=False)

"""Telling a story while it is played on a stage: who types and clicks what, and who reads it.

Every step is checked against what people read in the workspace; the first that did not happen
ends the story with its name.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from babel.dates import format_datetime
from rich.console import Console

from bot.app.setup import Monitoring
from bot.stage.demo import in_one_language
from bot.stage.stage import NONE, Stage
from config.defaults import EXAMPLE
from escalation.base.json_lines import json_line
from escalation.base.refusals import NotFound
from escalation.records.incident import Incident
from escalation.records.kinds import REPORT, Kind, R
from escalation.records.report import Report, ReportState
from handlers.words.texts import Texts


class StepMissed(Exception):
    """A step of the story did not happen."""


class Story:
    """Plays a story of the example contract on a stage, telling it as it goes."""

    begins: ClassVar[datetime]
    secrets: ClassVar[Mapping[str, str]] = NONE

    def __init__(
        self, stage: Stage, say: Callable[[str], None], language: str | None = None
    ) -> None:
        self.stage = stage
        self.texts = Texts.of(language, stage.contract.zone)
        self._say = say

    async def play(self) -> None:
        """Play the whole story; raises StepMissed."""
        raise NotImplementedError

    @property
    def shared(self) -> str:
        """The channel that both firms share."""
        return self.stage.contract.rooms.shared

    # ── telling and checking ─────────────────────────────────────────────────────────────────

    def say(self, text: str) -> None:
        """Tell one line of the story, with the time on the contract's clock."""
        at = self.stage.clock.now().astimezone(self.stage.contract.zone)
        when = format_datetime(at, "EEE d MMM HH:mm", locale=self.texts.locale)
        self._say(f"{when}  {text}")

    def must(self, happened: object, step: str) -> None:
        """Go on where it happened; else raise StepMissed."""
        if not happened:
            raise StepMissed(step)

    def name(self, person: str) -> str:
        """The name of a person."""
        return self.stage.contract.person(person).name

    def inbox(self, person: str, *words: str) -> list[dict[str, Any]]:
        """The messages in somebody's direct conversation with the bot that hold all these words."""
        found = self.stage.person(person).inbox()
        return [m for m in found if all(w in json.dumps(m, ensure_ascii=False) for w in words)]

    def reads(self, person: str, *words: str) -> None:
        """Check that a person has been told something."""
        self.must(self.inbox(person, *words), f"{self.name(person)} reads {' … '.join(words)!r}")

    async def do(self, person: str, command: str, line: str, channel: str) -> None:
        """A slash command typed by somebody; it must be accepted."""
        actor = self.stage.person(person)
        result = await actor.command(command, line, channel=channel)
        self.must(result.ok and not actor.modal, f"{self.name(person)} types {command} {line}")
        await self.stage.settle()
        typed = f"{command} {line}"
        self.say(self.texts("%(name)s types  %(line)s", name=self.name(person), line=typed))

    async def click(self, person: str, action: str, channel: str = "") -> None:
        """A button clicked by somebody: in a channel, else where the bot writes to them alone."""
        stage = self.stage
        actor = stage.person(person)
        for message in reversed(actor.reads(channel) if channel else actor.inbox()):
            for block in message.get("blocks") or []:
                for element in block.get("elements") or []:
                    if str(element.get("action_id", "")).partition("#")[0] == f"do/{action}":
                        result = await actor.click(
                            action_id=element["action_id"],
                            message_ts=message["ts"],
                            channel=message.get("channel"),
                        )
                        self.must(result.ok, f"{self.name(person)} clicks {action}")
                        await stage.settle()
                        label = element["text"]["text"]
                        name = self.name(person)
                        self.say(self.texts("%(name)s clicks  [%(label)s]", name=name, label=label))
                        return
        raise StepMissed(f"{self.name(person)} finds a button for {action}")

    async def read(self, kind: Kind[R], record_id: str) -> R:
        """A record of the contract; raises StepMissed where there is none."""
        store, contract = self.stage.running.store, self.stage.contract.id
        try:
            return await store.read(lambda tx: tx.get(kind, contract, record_id))
        except NotFound:
            raise StepMissed(f"there is {record_id}") from None

    def calls(self, incident: Incident, ladder: str) -> list[str]:
        """Say who is called at this instant on a ladder."""
        return [
            self.texts(
                "%(name)s is called (%(firm)s, call %(number)s)",
                name=self.name(ping.person),
                firm=self.stage.contract.party_name(side.side),
                number=ping.number,
            )
            for escalation in incident.walks
            if escalation.active and escalation.ladder == ladder
            for side in escalation.sides
            for ping in side.pings
            if ping.at == self.stage.clock.now()
        ]

    async def reported(self, number: str, **sections: str) -> Report:
        """A report: drafted, completed, approved by a second person, issued."""
        report = await self.read(REPORT, number)
        self.must(report.state is ReportState.DRAFT, "the report is drafted at closure")
        said = self.texts(
            "%(report)s is drafted for %(name)s, due %(due)s",
            report=number,
            name=self.name(report.owner),
            due=self.texts.instant(report.deadline),
        )
        self.say(f"  → {said}")
        owner = report.owner
        await self.click(owner, "report/edit")
        filled = await self.stage.person(owner).submit(sections)
        self.must(filled.ok and not filled.errors, f"{self.name(owner)} completes the report")
        await self.stage.after(minutes=1)  # Slack takes so many messages a minute
        self.say(self.texts("%(name)s completes the report", name=self.name(owner)))
        await self.click(owner, "report/submit")
        await self.stage.after(minutes=1)
        asked = (await self.read(REPORT, number)).asked
        for person in asked:
            said = self.texts("%(name)s is asked to approve the report", name=self.name(person))
            self.say(f"  → {said}")
        await self.click(asked[0], "report/approve")
        await self.stage.after(minutes=1)
        await self.click(owner, "report/issue")
        report = await self.read(REPORT, number)
        self.must(report.state is ReportState.ISSUED, "the report is issued")
        for person in report.issues[-1].to:
            self.reads(person, number)
            name = self.name(person)
            self.say("  → " + self.texts("%(name)s receives the report", name=name))
        self.must(report.issues[-1].at < report.deadline, "the report is in time")
        return report

    async def keep(self, out: Path, *files: Path) -> None:
        """Leave the journal in a folder beside those files, and name them; it must be whole."""
        store = self.stage.running.store
        lines = [json_line(line) async for line in store.journal.export(self.stage.contract.id)]
        journal = out / "journal.jsonl"
        out.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  nobody waits meanwhile
        journal.write_text("\n".join(lines) + "\n", encoding="utf-8")
        verdicts = await store.journal.verify()
        self.must(all(verdict.whole for verdict in verdicts), "the journal is whole")
        count = len(lines)
        self._say(self.texts("%(n)s lines in the journal, and the chain is whole", n=count))
        for file in (*files, journal):
            self._say(f"{file}")


async def _play(
    story: type[Story], out: Path, say: Callable[[str], None], contract: str, language: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(
            contracts=[contract],
            at=story.begins,
            database=f"sqlite+aiosqlite:///{folder}/tour.db",
            monitoring=Monitoring(port=0 if story.secrets else None),
            secrets=story.secrets,
        )
        async with stage:
            told = story(stage, say, language)
            await told.play()
            await told.keep(out)


def run(story: type[Story], out: Path, texts: Texts) -> int:
    """Play a story, print it, leave what it keeps in `out`; 1 where a step was missed."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        contract = in_one_language(EXAMPLE.read_text(encoding="utf-8"), texts.language)
        said = partial(console.print, markup=False)
        asyncio.run(_play(story, out, said, contract, texts.language))
    except StepMissed as step:
        console.print(texts("MISSED: %(step)s", step=step), markup=False)
        return 1
    console.print(texts("Every step of the story happened."))
    return 0

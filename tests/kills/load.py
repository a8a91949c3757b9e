"""What people do while bots are killed: everything a kill could lose or repeat."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import aiohttp

from escalation.records.kinds import CHANGE, CRISIS, INCIDENT, PROBLEM, REPORT, Kind
from escalation.records.report import Report
from sandbox.people.result import Impossible
from tests.kills.town import Town
from tests.simulation.contracts import SECRETS
from tests.simulation.sources import Alert, Occurrence, begun

REQUESTER, MANAGER, TECHNICIAN = "antoine-mercier", "claire-vasseur", "thomas-lacroix"
PROBLEM_MANAGER, CHANGE_MANAGER = "julien-perrin", "sophie-arnaud"
ABSENT, DELEGATE = "francois-delmas", "claire-vasseur"
KEY = {"Authorization": f"Bearer {SECRETS['ESCALADE_EVENTS_ALERTMANAGER']}"}
ANSWER_SECONDS = aiohttp.ClientTimeout(total=5.0)
HALF, MOST = 0.5, 0.9
PATIENCE_SECONDS = 25.0
STORM = 15
STORM_AFTER_SECONDS = 5.0


class Load:
    """Stories that people play, again and again, until `over`."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        self._town = town
        self._chance = chance
        self.over = asyncio.Event()
        self.titles: list[str] = []
        self.notes: list[tuple[str, str]] = []
        self.posted: set[Occurrence] = set()  # what monitoring said began
        self.taken: set[Occurrence] = set()  # and what of it was acknowledged
        self.answers: Counter[int] = Counter()  # by their status
        self.unacknowledged: set[str] = set()  # lines of which Slack said that the bot failed

    async def run(self) -> None:
        """Play until it is over; every act begun is finished."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(self._left_alone, 3.0))
            group.create_task(self._again(self._crisis, 0.5))
            group.create_task(self._again(self._problem, 1.0))
            group.create_task(self._again(self._board, 0.5))
            group.create_task(self._storm())
            group.create_task(self._again(self._monitoring, 0.1))
            group.create_task(self._again(self._noting, 0.02))
            group.create_task(self._again(self._noting, 0.05))

    async def _again(self, story: Callable[[], Awaitable[None]], pause: float) -> None:
        while not self.over.is_set():
            await story()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._chance.uniform(0.5, 1.5) * pause):
                    await self.over.wait()

    # ── stories ──────────────────────────────────────────────────────────────────────────────

    async def _left_alone(self) -> None:
        """An incident that nobody answers for: its ladder climbs and climbs."""
        await self._open(self._chance.choice((1, 2)))

    async def _storm(self) -> None:
        """Many incidents at once: what one person is called for goes together.

        Once: nobody answers for them, so each goes on calling until the end.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(STORM_AFTER_SECONDS):
                await self.over.wait()
        await asyncio.gather(*(self._open(1) for _ in range(STORM)))

    async def _noting(self) -> None:
        if self.titles:
            words = f"note-{len(self.notes)}-{self._chance.randrange(10**6)}"
            subject = f"INC-{self._chance.randrange(len(self.titles)) + 1:04d}"
            if await self._find(INCIDENT, lambda i: i.id == subject) is None:
                return
            self.notes.append((subject, words))
            await self._types(MANAGER, "/incident", f"note {subject} {words}")

    async def _monitoring(self) -> None:
        """An alert that is posted until it is acknowledged, and now and then once more (EVT-1)."""
        town, number = self._town, len(self.posted)
        began = town.clock.now()
        alert = Alert(f"host-{number}", "messagerie", "warning", began.isoformat())
        body = {"groupKey": f"group-{number // 20}", "alerts": [alert.body()]}
        occurrence = begun(town.contract, body, began)
        self.posted |= occurrence
        while not await self._posted(body) and not town.closed:  # noqa: ASYNC110  as a source does
            await asyncio.sleep(0.05)
        self.taken |= occurrence
        if self._chance.random() < HALF:
            await self._posted(body)

    async def _posted(self, body: dict[str, Any]) -> bool:
        """Post to any replica; whether it says that it has it."""
        port = self._chance.choice(list(self._town.ports.values()))
        url = f"http://127.0.0.1:{port}/events/alertmanager"
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with (
                aiohttp.ClientSession(headers=KEY, timeout=ANSWER_SECONDS) as session,
                session.post(url, json=body) as answer,
            ):
                self.answers[answer.status] += 1
                return answer.ok
        return False

    async def _problem(self) -> None:
        """A problem whose analysis is overdue before long, and a change that runs over its time."""
        title = f"problem-{self._chance.randrange(10**6)}"
        await self._types(PROBLEM_MANAGER, "/problem", f"open {title} component=paie")
        problem = await self._until(PROBLEM, lambda p: p.title == title)
        line = f"request {title} standard=portal-certificate"
        await self._types(CHANGE_MANAGER, "/change", line)
        change = await self._until(CHANGE, lambda c: c.title == title)
        if problem is None or change is None:
            return
        if self._chance.random() < HALF:
            await self._types(PROBLEM_MANAGER, "/problem", f"analyse {problem.id} Fibre")
            await self._types(PROBLEM_MANAGER, "/problem", f"fix {problem.id} {change.id}")
        soon = self._town.clock.now() + timedelta(minutes=2)
        at = f"{soon.astimezone(self._town.contract.zone):%Y-%m-%dT%H:%M}"
        await self._types(CHANGE_MANAGER, "/change", f"plan {change.id} {at} despite=sur")
        await self._until(CHANGE, lambda c: c.id == change.id and c.window)
        await asyncio.sleep(2.0)
        await self._types(TECHNICIAN, "/change", f"start {change.id} despite=sur")

    async def _board(self) -> None:
        """A change before its board: one is represented, others vote; or it has no quorum."""
        title = f"board-{self._chance.randrange(10**6)}"
        await self._types(REQUESTER, "/change", f"request {title} component=wan")
        change = await self._until(CHANGE, lambda c: c.title == title)
        if change is None:
            return
        study = f"study {change.id} Etude impact=Coupure fallback=Retour test=Essai"
        await self._types(CHANGE_MANAGER, "/change", f"classify {change.id} category=other")
        await self._types(CHANGE_MANAGER, "/change", f"assign {change.id} ines-moreau")
        await self._types("ines-moreau", "/change", study)
        await self._types(CHANGE_MANAGER, "/change", f"board {change.id} Merci")
        await self._types(ABSENT, "/change", f"represent {change.id} {DELEGATE}")
        for person in (DELEGATE, REQUESTER, CHANGE_MANAGER, "isabelle-fontaine"):
            if self._chance.random() < MOST:
                ballot = self._chance.choice(("yes", "yes", "no", "abstain"))
                await self._types(person, "/change", f"{ballot} {change.id} Avis")

    async def _crisis(self) -> None:
        """A crisis with its room, its end, and the report that is issued."""
        title = await self._open(1)
        incident = await self._until(INCIDENT, lambda i: i.title == title)
        if incident is None:
            return
        await self._types(MANAGER, "/crisis", f'ask {incident.id} "tout est coupé"')
        crisis = await self._until(CRISIS, lambda c: c.incident == incident.id)
        if crisis is None:
            return
        await self._clicks("crisis/accept", crisis.id)
        room = await self._until(CRISIS, lambda c: c.id == crisis.id and c.room)
        if room is None:
            return
        await self._types(TECHNICIAN, "/incident", f"take {incident.id}")
        line = f'resolve {incident.id} "secours" cause_gone=no cause="fibre"'
        await self._types(TECHNICIAN, "/incident", line)
        await self._types(REQUESTER, "/incident", f"verify {incident.id}")
        for person in room.leads.values():
            await self._types(person, "/crisis", f"close {crisis.id}")
        await self._types(MANAGER, "/incident", f"close {incident.id}")
        report = await self._until(REPORT, lambda r: r.incident == incident.id)
        if report is not None:
            await self._report(report)

    async def _report(self, report: Report) -> None:
        owner = self._town.person(report.owner)
        if not await self._clicks("report/edit", report.id, only=report.owner):
            return
        form = {"cause": "Fibre.", "impact": "Aucun accès.", "actions": "Doubler la fibre."}
        for _ in range(40):
            with suppress(Impossible):
                if (await owner.submit(form)).ok:
                    break
            await asyncio.sleep(0.1)
        approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != report.owner)
        await self._types(approver, "/report", f"approve {report.id}")
        await self._types(report.owner, "/report", f"issue {report.id}")

    # ── acts ─────────────────────────────────────────────────────────────────────────────────

    def least(self, words: str) -> int:
        """How often at least what was typed with these words must have been done."""
        return int(not any(words in line for line in self.unacknowledged))

    async def _open(self, severity: int) -> str:
        title = f"Panne {len(self.titles)}"
        self.titles.append(title)
        line = f'open "{title}" component=vpn severity={severity}'
        await self._types(REQUESTER, "/incident", line)
        return title

    async def _types(self, person: str, command: str, line: str) -> None:
        town = self._town
        place = town.contract.rooms.shared
        result = await town.person(person).command(command, line, channel=place)
        if not result.ok:
            self.unacknowledged.add(line)

    async def _clicks(self, action: str, subject: str, only: str = "") -> bool:
        """Press that button, whoever finds it first."""
        people = [only] if only else [person.id for person in self._town.contract.people]
        for _ in range(int(PATIENCE_SECONDS / 0.1)):
            for name in people:
                if (found := self._button(name, action, subject)) is not None:
                    button, ts = found
                    await self._town.person(name).click(
                        button["action_id"], message_ts=ts, value=button["value"]
                    )
                    return True
            await asyncio.sleep(0.1)
        return False

    def _button(self, person: str, action: str, subject: str) -> tuple[dict[str, Any], str] | None:
        for message in reversed(self._town.person(person).inbox()):
            for block in message.get("blocks") or []:
                for element in block.get("elements") or []:
                    named = str(element.get("action_id", "")).partition("#")[0]
                    if named == f"do/{action}" and subject in element.get("value", ""):
                        return element, message["ts"]
        return None

    # ── what became of it ────────────────────────────────────────────────────────────────────

    async def _find(self, kind: Kind[Any], match: Callable[[Any], Any]) -> Any:
        of = self._town.contract.id

        def look(tx: Any) -> Any:
            records = tx.list(kind, of, open_only=False)
            return next((record for record in records if match(record)), None)

        with suppress(Exception):  # the database may be away just now
            return await self._town.reading.read(look)
        return None

    async def _until(self, kind: Kind[Any], match: Callable[[Any], Any]) -> Any:
        for _ in range(int(PATIENCE_SECONDS / 0.1)):
            if (found := await self._find(kind, match)) is not None:
                return found
            await asyncio.sleep(0.1)
        return None

"""A short story of the whole bot, in which something else answers in Slack's place for a while."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, cast
from unittest import mock

from bot.stage.stage import Stage as BotStage
from escalation.base.refusals import NotFound
from escalation.contract import CLIENT, PROVIDER
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.effects import Effect
from escalation.messages.incident import IncidentCard
from escalation.records.crisis import CrisisState
from escalation.records.report import ReportState
from handlers.registry.views import render
from handlers.words.rendered import Reader
from sandbox.base.fault import RESPONSE_URL
from sandbox.people.result import Result
from tests.fuzz.weather import UNKNOWN, Trouble, Weather
from tests.scenarios.scene import RIVAGE, Scene
from tests.scenarios.test_crisis_pool import POOLED
from tests.simulation import invariants
from tests.simulation.facts import Facts, gather, minutes
from tests.simulation.history import SETTLING, Endless, _bounded
from tests.simulation.machine import Machine
from tests.simulation.memories import memory_for
from tests.simulation.seen import Seen, monitoring
from tests.simulation.story import SEED, WEDNESDAY, Stage
from tests.simulation.wires import play
from tests.simulation.world import World

ROOMS = ("own", "pool", "borrowed")  # where a crisis meets
LONGEST_DOWN_SECONDS = 600
ROUNDS = 4  # of trying again what Slack's trouble has kept people from doing
TRACES = {"bug", "listener_failed", "dispatcher_failed", "message_incomplete"}


# ── the story ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Act:
    """Something that people do, until it is done; `until` asks the records."""

    do: Callable[[], Awaitable[object]]
    until: Callable[[], Awaitable[bool]]


@dataclass
class Told:
    """What came of a story."""

    broken: list[str] = field(default_factory=list)
    called: set[str] = field(default_factory=set)
    struck: Counter[str] = field(default_factory=Counter)


def tell(troubles: Sequence[Trouble] = (), room: str = "own") -> Told:
    """Play the story in these troubles; what is broken in it."""
    told = Told()

    async def whole(machine: Machine, _rng: Random) -> None:
        memory = memory_for(0)
        contract = POOLED if room == "pool" else RIVAGE
        world = World(machine, contracts=[contract], at=WEDNESDAY, memory=memory)
        weather = world.workspace.faults = Weather(world.workspace, room)
        with monitoring(machine) as seen, minutes(world.clock.now) as seen_minutes:
            async with world:
                with weather.blowing():
                    story = Story(world, weather, troubles)
                    try:
                        await story.play()
                    except AssertionError as fault:
                        story.broken.append(str(fault))
                    facts = await gather(world, seen, seen_minutes)
                    told.broken = [*story.broken, *await promises_broken(story, facts)]
                    told.called = {call.method for call in world.workspace.calls}
                    told.struck = weather.struck

    try:
        with _bounded():
            play(SEED, whole)
    except Endless:
        told.broken.append("it never ends")
    return told


class Story:
    """A priority 1 from its opening to its report, with a crisis; people try until it is done."""

    def __init__(self, world: World, weather: Weather, troubles: Sequence[Trouble]) -> None:
        self._world = world
        self.weather = weather
        self.troubles = troubles
        self.stage = Stage(world)
        self.scene = Scene(cast("BotStage", self.stage), world.contracts[0])
        self._done: list[Act] = []
        self.broken: list[str] = []

    async def play(self) -> None:
        """From the start of the bot to the end of all troubles, and everything done."""
        self._alone()
        acts = self._acts()
        for step, act in enumerate(acts):
            for trouble in self.troubles:
                if trouble.step % len(acts) == step:
                    self.weather.begin(trouble)
            await self._try(acts[: step + 1])
            if act is not acts[0]:
                await self.stage.after(seconds=20)
        self.weather.end()
        await self._world.pass_time(timedelta(minutes=6))
        for _ in range(ROUNDS):
            await self._try(acts)
        for number, act in enumerate(acts):
            if not await self._is_done(act):
                self.broken.append(f"step {number} of the story cannot be done")
                break
        await self._world.pass_time(SETTLING)

    def _alone(self) -> None:
        """The bot is not in the shared room yet: it has to find it, and to join."""
        room = self._world.workspace.channel_by_name(self.scene.shared)
        assert room is not None
        room.members.remove(self._world.app.bot_user_id)

    async def _try(self, acts: Sequence[Act]) -> None:
        """Do what is not done yet, up to the first that cannot be done now."""
        for act in acts:
            if await self._is_done(act):
                continue
            if self._world.bots:
                await self._reached()
            await act.do()
            if self._world.bots:
                await self.stage.settle()
            if not await self._is_done(act):
                return

    async def _is_done(self, act: Act) -> bool:
        if act not in self._done and await act.until():
            self._done.append(act)
        return act in self._done

    # ── what people do, and what must come of it ─────────────────────────────────────────────

    async def says(self, person: str, line: str, form: dict[str, Any] | None = None) -> None:
        """Type a line; it is acknowledged, and answered in words, or by a form that is sent."""
        scene, lost = self.scene, self.weather.struck[RESPONSE_URL]
        someone = scene.person(person)
        forms, read = len(someone.modals), len(scene.whispers(person, scene.shared))
        command, _, words = line.partition(" ")
        result = await someone.command(command, words, channel=scene.shared)
        await self.stage.settle()
        answered = len(someone.modals) > forms or len(scene.whispers(person, scene.shared)) > read
        if self.weather.struck[RESPONSE_URL] == lost:
            self._must(result, f"{person} types {line}")
            if not answered:
                self.broken.append(f"{person} types {line}, and is not answered")
        await self._sends(person, form)

    async def _sends(self, person: str, form: dict[str, Any] | None) -> None:
        """Send the form that is open, if one is; another time they close it."""
        if form is not None and self.scene.person(person).modals:
            self._must(await self.scene.person(person).submit(form), f"{person} sends {form}")
            await self.stage.settle()

    def _must(self, result: Result, what: str) -> None:
        if not result.ok:
            self.broken.append(f"{what}: {result.error} {result.errors or ''}")

    async def presses(self, person: str, action: str, or_types: str) -> None:
        """Press the button of a message, or, where none has come, type a line."""
        try:
            button = self.scene.button(person, action)
        except AssertionError:
            await self.says(person, or_types)
            return
        lost = self.weather.struck[RESPONSE_URL]
        result = await self.scene.presses(person, button)
        if self.weather.struck[RESPONSE_URL] == lost:
            self._must(result, f"{person} presses {action}")
        await self.stage.settle()

    # ── the acts ─────────────────────────────────────────────────────────────────────────────

    def _acts(self) -> list[Act]:
        open_it = '/incident open "Plus de VPN" component=vpn severity=1'
        both = {PROVIDER: "claire-vasseur", CLIENT: "isabelle-fontaine"}
        return [
            Act(self._start, self._runs),
            self._typed("antoine-mercier", open_it, self._has("incident", 1)),
            Act(self._wait, self._once()),
            Act(self._acknowledge, self._acknowledged),
            self._form(
                "mathis-berger", "/incident note INC-0001", {"text": "vu"},
                self._journalled("INC-0001", "incident.noted"),
            ),
            Act(self._open_from_message, self._has("incident", 2)),
            Act(self._restart, self._once()),
            Act(self._look_at_home, self._home_seen),
            self._typed(
                "claire-vasseur", '/crisis ask INC-0001 "tout est coupé"', self._has("crisis", 1)
            ),
            Act(
                lambda: self.presses(
                    "isabelle-fontaine", "crisis/accept", "/crisis accept CRI-0001"
                ),
                self._crisis_is(lambda crisis: crisis.state is not CrisisState.ASKED),
            ),
            Act(self._pause, self._crisis_is(lambda crisis: bool(crisis.room))),
            self._typed(
                "claire-vasseur", "/crisis add CRI-0001 mathis-berger",
                self._crisis_is(lambda crisis: crisis.member("mathis-berger") is not None),
            ),
            *(
                self._typed(
                    person, "/crisis here CRI-0001",
                    self._crisis_is(lambda crisis, p=person: bool(crisis.member(p).joined_at)),
                )
                for person in both.values()
            ),
            self._typed(
                "claire-vasseur", '/crisis brief CRI-0001 "fibre coupée"',
                self._journalled("CRI-0001", "crisis.brief_set"),
            ),
            self._typed(
                "claire-vasseur", "/crisis remove CRI-0001 mathis-berger",
                self._journalled("CRI-0001", "crisis.member_removed"),
            ),
            *(
                self._typed(
                    person, "/crisis close CRI-0001",
                    self._crisis_is(
                        lambda crisis, side=side: side in crisis.closing
                        or crisis.state is CrisisState.CLOSED
                    ),
                )
                for side, person in both.items()
            ),
            self._typed(
                "mathis-berger", "/incident take INC-0001",
                self._journalled("INC-0001", "incident.taken"),
            ),
            self._typed(
                "mathis-berger",
                '/incident resolve INC-0001 "rétabli" cause_gone=yes cause="fibre coupée"',
                self._journalled("INC-0001", "incident.resolved"),
            ),
            Act(
                lambda: self.presses(
                    "antoine-mercier", "incident/verify", "/incident verify INC-0001"
                ),
                self._journalled("INC-0001", "incident.verified"),
            ),
            self._typed(
                "claire-vasseur", "/incident close INC-0001",
                self._journalled("INC-0001", "incident.closed"),
            ),
            Act(self._edit_report, self._journalled("REP-0001", "report.edited")),
            Act(self._approve, self._journalled("REP-0001", "report.approved")),
            Act(self._issue, self._report_issued),
        ]  # fmt: skip

    def _typed(self, person: str, line: str, until: Callable[[], Awaitable[bool]]) -> Act:
        return Act(lambda: self.says(person, line), until)

    def _form(
        self, person: str, line: str, form: dict[str, Any], until: Callable[[], Awaitable[bool]]
    ) -> Act:
        return Act(lambda: self.says(person, line, form), until)

    def _once(self) -> Callable[[], Awaitable[bool]]:
        asked: list[bool] = []

        async def done() -> bool:
            asked.append(True)
            return len(asked) > 1

        return done

    def _has(self, kind: str, number: int) -> Callable[[], Awaitable[bool]]:
        async def there() -> bool:
            try:
                await getattr(self.scene, kind)(number)
            except NotFound:
                return False
            return True

        return there

    def _journalled(self, subject: str, action: str) -> Callable[[], Awaitable[bool]]:
        async def written() -> bool:
            return bool(self._world.bots) and action in await self.scene.actions(subject)

        return written

    def _crisis_is(self, so: Callable[[Any], bool]) -> Callable[[], Awaitable[bool]]:
        async def found() -> bool:
            return so(await self.scene.crisis())

        return found

    async def _runs(self) -> bool:
        return bool(self._world.bots)

    async def _start(self) -> None:
        """Start the bot: where it says that it cannot, it is started again a while later."""
        for _ in range(12):
            if await self._world.start_all():
                return
            self._world.clock.move_to(self._world.clock.now() + timedelta(seconds=60))

    async def _reached(self) -> None:
        """Wait until Slack has a way to the bot: it tells people itself where it has none."""
        for _ in range(LONGEST_DOWN_SECONDS // 5):
            if self._world.server.hub.sockets(self._world.app.app_id):
                return
            await asyncio.sleep(5)
        self.broken.append("the socket does not come back")

    async def _restart(self) -> None:
        await self._world.stop("one")
        await self._start()

    async def _wait(self) -> None:
        await self.stage.after(minutes=7)

    async def _pause(self) -> None:
        await self.stage.after(seconds=60)

    async def _acknowledge(self) -> None:
        for side in (await self.scene.incident()).walks[0].sides:
            if not side.acknowledged_by:
                who = side.pings[-1].person
                await self.presses(who, "escalate/ack", "/escalate ack INC-0001")

    async def _acknowledged(self) -> bool:
        sides = (await self.scene.incident()).walks[0].sides
        return all(side.acknowledged_by for side in sides)

    async def _open_from_message(self) -> None:
        author = self.scene.person("sarah-dubois")
        ts = await author.message(self.scene.shared, "Le portail ne répond plus")
        result = await author.shortcut("open_incident_from_message", ts, self.scene.shared)
        self._must(result, "sarah-dubois takes the shortcut")
        await self.stage.settle()
        if author.modals:
            self._must(await author.select("component", "portail"), "sarah-dubois chooses")
            await self.stage.settle()
        await self._sends("sarah-dubois", {"component": "portail", "severity": "3"})

    async def _look_at_home(self) -> None:
        await self.scene.person("mathis-berger").open_home()

    async def _home_seen(self) -> bool:
        return self.scene.person("mathis-berger").home is not None

    async def _edit_report(self) -> None:
        owner = (await self.scene.report()).owner
        form = {"cause": "fibre", "impact": "aucun accès", "actions": "doubler"}
        await self.says(owner, "/report edit REP-0001", form)

    async def _approve(self) -> None:
        owner = (await self.scene.report()).owner
        approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != owner)
        await self.says(approver, "/report approve REP-0001")

    async def _issue(self) -> None:
        await self.says((await self.scene.report()).owner, "/report issue REP-0001")

    async def _report_issued(self) -> bool:
        return (await self.scene.report()).state is ReportState.ISSUED


# ── what was promised ────────────────────────────────────────────────────────────────────────


async def promises_broken(story: Story, facts: Facts) -> list[str]:
    """What does not hold of the promises of every history, and of those of a while of trouble."""
    # Slack may refuse for reasons that are not known yet: it is taken at its word
    known = invariants.REASONS_TO_GIVE_UP | {UNKNOWN}
    with mock.patch.object(invariants, "REASONS_TO_GIVE_UP", known):
        found = invariants.broken(facts)
    found += [f"a trace in the log: {entry}" for entry in traces(facts.seen)]
    if not story.broken:
        found += await _cards_out_of_date(story, facts)
        found += await _without_file(story)
    return found


def traces(seen: Seen) -> list[dict[str, Any]]:
    """What was logged as if it were a fault of ours."""
    return [
        entry
        for entry in seen.entries
        if entry.get("exc_info") or (entry.get("action") in TRACES and UNKNOWN not in str(entry))
    ]


def _refused(facts: Facts, *topics: str) -> bool:
    """Whether Slack itself refused one of these."""
    return any(row.topic in topics and row.error == UNKNOWN for row in facts.outgoing_messages)


async def _cards_out_of_date(story: Story, facts: Facts) -> list[str]:
    """The cards of the shared room that do not show how things stand."""
    scene, stage = story.scene, story.stage
    contract, now = scene.contract, stage.clock.now()
    room = stage.workspace.channel_by_name(scene.shared)
    assert room is not None
    if _refused(facts, IncidentCard.topic):
        return []
    shown = {message.text for message in room.timeline if message.only_for is None}
    found = []
    for subject in ("INC-0001", "INC-0002"):
        card = Effect(meaning=IncidentCard(), contract=contract.id, subject=subject, to=SHARED_ROOM)
        reader = Reader.of(contract, None)
        rendered = await stage.running.store.read(
            lambda tx, card=card, reader=reader: render(card, tx, reader, now)
        )
        if rendered is None or rendered.text not in shown:
            found.append(f"the card of {subject} is out of date: {rendered} not in {shown}")
    return found


async def _without_file(story: Story) -> list[str]:
    """To whom the report was issued, without its file."""
    if UNKNOWN in str(story.troubles):
        return []
    scene = story.scene
    people = (await scene.report()).issues[-1].to
    return [
        f"no file of the report for {person}"
        for person in people
        if not any(m.get("files") for m in scene.reads(person))
    ]

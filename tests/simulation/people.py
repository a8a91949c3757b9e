"""People of the contracts, who do right and wrong things: type, click, fill in, come and go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from escalation.contract import Contract
from sandbox.people.person import Impossible, Person, Result
from tests.simulation.lines import INCIDENTS, LINES, WORDS, WRONG
from tests.simulation.plots import PLOTS
from tests.simulation.world import World


@dataclass(frozen=True)
class Deed:
    """What somebody is about to do."""

    words: str
    do: Callable[[], Awaitable[Result | None]]

    async def done(self) -> str:
        """Do it; what came of it."""
        try:
            result = await self.do()
        except Impossible as impossible:
            return f"impossible: {impossible}"[:60]
        return "ok" if result is None or result.ok else str(result.error)


class Crowd:
    """Everybody who takes part in a history."""

    def __init__(self, world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng
        self._told = 0
        self._going_on: list[Deed] = []

    def opening(self) -> Deed:
        """Somebody opens an incident."""
        contract = self._rng.choice(self._world.contracts)
        who = contract.person(
            self._rng.choice(("claire-vasseur", "antoine-mercier", "ines-moreau"))
        )
        user = self._world.workspace.user_by_email(who.email)
        assert user is not None
        person = self._world.server.person(user.id)
        words = self._filled(INCIDENTS[0], contract)

        async def do() -> Result:
            return await person.command("/incident", words, channel=contract.rooms.shared)

        return Deed(f"{contract.id}/{who.id} types /incident {words[:90]}", do)

    def next(self) -> Deed:
        """Somebody is about to do something."""
        rng = self._rng
        if not self._going_on and rng.random() < 0.12:
            self._going_on = self._plot()
        if self._going_on and rng.random() < 0.5:
            return self._going_on.pop(0)
        contract = rng.choice(self._world.contracts)
        who = rng.choice(contract.people)
        user = self._world.workspace.user_by_email(who.email)
        if user is None:
            return Deed(f"{who.id} has no account", _nothing)
        person = self._world.server.person(user.id)
        name = f"{contract.id}/{who.id}"
        if person.modal is not None and rng.random() < 0.8:
            return self._form(person, name)
        dice = rng.random()
        if dice < 0.5:
            return self._line(person, name, contract)
        if dice < 0.88:
            return self._button(person, name) or self._line(person, name, contract)
        return self._move(person, name)

    # ── lines ────────────────────────────────────────────────────────────────────────────────

    def _line(self, person: Person, name: str, contract: Contract) -> Deed:
        rng = self._rng
        command = rng.choices(list(LINES), weights=[12, 6, 8, 3, 2, 4, 4])[0]
        if command == "incident" and rng.random() < 0.25:
            template = INCIDENTS[0]
        else:
            template = rng.choice(LINES[command])
        words = self._filled(template, contract) if rng.random() < 0.93 else rng.choice(WRONG)
        if rng.random() < 0.2:
            words += f" contract={contract.id}"
        rooms = [c.name for c in person.channels() if c.name and not c.is_archived]
        mine = [r for r in (contract.rooms.shared, contract.rooms.provider) if r in rooms]
        room = rng.choice([*mine, *mine, *rooms, None])

        async def do() -> Result:
            return await person.command(f"/{command}", words, channel=room)

        return Deed(f"{name} types /{command} {words[:90]} in {room}", do)

    def _plot(self) -> list[Deed]:
        """What some people have in mind, step by step, about the same records."""
        rng = self._rng
        contract = rng.choice(self._world.contracts)
        first, second = rng.sample((1, 1, 2, 3), 2)
        about = {
            "inc": f"INC-{first:04d}",
            "other": f"INC-{second:04d}",
            "cri": "CRI-0001",
            "prb": "PRB-0001",
        }
        steps = rng.choice(PLOTS)
        return [self._step(contract, who, line, about) for who, line in steps]

    def _step(self, contract: Contract, who: str, line: str, about: dict[str, str]) -> Deed:
        command, _, template = line.partition(" ")
        words = self._filled(template, contract, **about)

        async def do() -> Result | None:
            user = self._world.workspace.user_by_email(contract.person(who).email)
            if user is None:
                return None
            person = self._world.server.person(user.id)
            return await person.command(command, words, channel=contract.rooms.shared)

        return Deed(f"{contract.id}/{who} types {command} {words[:90]}", do)

    def _filled(self, template: str, contract: Contract, **about: str) -> str:
        rng = self._rng
        self._told += 1
        people = [p.id for p in contract.people]
        values = {
            "title": f'"Panne MARK{self._told}Z {rng.choice(WORDS)}"',
            "words": f'"MARK{self._told}Z {rng.choice(WORDS)}"',
            "component": rng.choice([c.id for c in contract.components]),
            "severity": rng.choice((1, 1, 2, 3, 4)),
            "person": rng.choice(people),
            "group": rng.choice([g.id for g in contract.groups]),
            "supplier": rng.choice([s.id for s in contract.suppliers]),
            "site": rng.choice([s.id for s in contract.sites]),
            "inc": f"INC-{rng.choice((1, 1, 1, 2, 2, 3)):04d}",
            "cri": f"CRI-{rng.choice((1, 1, 1, 2)):04d}",
            "cov": f"COV-{rng.choice((1, 1, 2)):04d}",
            "prb": f"PRB-{rng.choice((1, 1, 1, 2)):04d}",
            "evt": f"EVT-{rng.choice((1, 1, 2)):04d}",
            "chg": f"CHG-{rng.choice((1, 1, 1, 2)):04d}",
            "soon": self._soon(contract),
            "rating": rng.choice(("high", "medium", "low")),
            "rep": f"REP-{rng.choice((1, 1, 2)):04d}",
        }
        return template.format(**values | about)

    def _soon(self, contract: Contract) -> str:
        at = self._world.clock.now() + timedelta(minutes=self._rng.choice((2, 5, 90)))
        return f"{at.astimezone(contract.zone):%Y-%m-%dT%H:%M}"

    # ── buttons and forms ────────────────────────────────────────────────────────────────────

    def _button(self, person: Person, name: str) -> Deed | None:
        """One of the last buttons they see, or any old one."""
        found = [
            (message["ts"], part["action_id"], part.get("value", ""), channel.id, channel.name)
            for channel in person.channels()
            for message in person.reads(channel.id)
            for block in message.get("blocks") or []
            for part in block.get("elements") or [block.get("accessory") or {}]
            if str(part.get("action_id", "")).startswith("do/")
        ]
        if not found:
            return None
        found.sort()
        ts, action, value, channel_id, room = self._rng.choice(
            found[-6:] if self._rng.random() < 0.7 else found
        )

        async def do() -> Result:
            return await person.click(
                action, message_ts=ts, channel=channel_id, value=value or None
            )

        return Deed(f"{name} presses {action} of {ts} in {room or 'direct'}", do)

    def _form(self, person: Person, name: str) -> Deed:
        modal = person.modal or {}
        if self._rng.random() < 0.15:
            return Deed(f"{name} closes the form", person.close_modal)
        values: dict[str, Any] = {}
        for block in modal.get("blocks", []):
            if block.get("type") == "input" and self._rng.random() < 0.85:
                values[block["block_id"]] = self._entry(block["element"])

        async def do() -> Result:
            return await person.submit(values)

        return Deed(f"{name} submits {values}"[:200], do)

    def _entry(self, element: dict[str, Any]) -> Any:
        rng, kind = self._rng, element["type"]
        options = [o["value"] for o in element.get("options", [])]
        if options:
            return rng.choice(options)
        if kind == "users_select":
            return rng.choice(list(self._world.workspace.users))
        if kind == "datetimepicker":
            return int(self._world.clock.time()) + rng.choice((-3600, 60, 7200))
        if kind == "plain_text_input":
            return rng.choice((*WORDS, "1", "INC-0001", "INC-0002"))[
                : element.get("max_length", 3000)
            ]
        return None

    # ── coming and going ─────────────────────────────────────────────────────────────────────

    def _move(self, person: Person, name: str) -> Deed:
        rng = self._rng
        kind = rng.choice(("home", "join", "leave", "write", "shortcut"))
        channels = person.channels()
        if kind == "home" or not channels:
            return Deed(f"{name} looks at Home", person.open_home)
        channel = rng.choice(channels)
        if kind == "leave" and "-crise-" in channel.name:
            return Deed(f"{name} leaves {channel.name}", lambda: person.leave(channel.id))
        if kind == "shortcut" and (seen := person.reads(channel.id)):
            ts = rng.choice(seen)["ts"]
            return Deed(
                f"{name} takes the shortcut on {ts} in {channel.name}",
                lambda: person.shortcut("open_incident_from_message", ts, channel.id),
            )
        if kind == "join":
            crises = [
                c
                for c in self._world.workspace.channels.values()
                if "-crise-" in c.name and person.id in c.members
            ]
            if crises:
                room = crises[-1]

                async def again() -> Result:
                    await person.leave(room.id)
                    return await person.invite(room.id, person.id)

                return Deed(f"{name} leaves {room.name}", again)

        async def write() -> None:
            if not channel.is_archived:
                await person.message(channel.id, f"Panne {rng.choice(WORDS)}")

        return Deed(f"{name} writes in {channel.name or 'direct'}", write)


async def _nothing() -> None:
    """Nothing happens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.delivery.crisis_rooms import Rooms
from bot.delivery.room_pool import Crises, purpose
from bot.stage.stage import Stage
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import RoomOpened
from escalation.messages.destinations import crisis_room
from escalation.messages.effects import Effect
from escalation.messages.room_actions import OpenRoom
from tests.scenarios.scene import RIVAGE

POOL = ("pool-a", "pool-b")


async def test_cri_4_two_crises_at_once_take_two_rooms_of_the_pool(tmp_path: Path) -> None:
    opened: list[RoomOpened] = []

    async def perform(command: Command) -> str:
        assert isinstance(command, RoomOpened)
        opened.append(command)
        return ""

    at = datetime.fromisoformat("2026-06-10T10:00:00+02:00")

    async def unknown(*_: str) -> None:
        return None

    held: dict[str, str] = {}

    async def reserve(key: str, holder: str) -> str:
        return held.setdefault(key, holder)

    async with Stage(
        contracts=[RIVAGE], at=at, database=f"sqlite+aiosqlite:///{tmp_path}/e.db"
    ) as stage:
        bot = stage.app.bot_user_id
        for name in POOL:
            stage.workspace.add_channel(name=name, private=True, members=[bot])
        agreed = stage.contract
        contract = replace(agreed, rooms=replace(agreed.rooms, crisis_pool=POOL))
        crises = Crises(find=unknown, met_in=unknown, reserve=reserve)
        rooms = Rooms(stage.running.directory, perform, crises)
        effects = [
            Effect(
                meaning=OpenRoom(name="rivage-crise"),
                contract=contract.id,
                subject=f"CRI-000{number}",
                to=crisis_room(f"CRI-000{number}"),
            )
            for number in (1, 2)
        ]
        await asyncio.gather(*(rooms.carry_out(effect, contract, "") for effect in effects))
        assert {each.name for each in opened} == set(POOL)
        # opened again, as after a crash: the same room
        first = await rooms.carry_out(effects[0], contract, "")
        assert first.channel == opened[0].room
        channel = stage.workspace.channels[first.channel]
        assert channel.purpose.value == purpose(effects[0])

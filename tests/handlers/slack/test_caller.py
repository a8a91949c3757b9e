"""Who speaks, under which contract: told by the room, at one look however many contracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from escalation.base.refusals import BadValue
from escalation.decision.commands import crisis as c
from escalation.decision.transaction import Transaction
from handlers.router.router import Router
from tests.handlers.several import Several, several


@dataclass
class Counting(Several):
    """Counts how often the memory is looked into."""

    looks: int = 0

    async def read(self, work: Callable[[Transaction], Any]) -> Any:
        self.looks += 1
        return await super().read(work)

    def room_id(self, room: str) -> str | None:
        return None


async def test_of_a_hundred_contracts_the_one_of_a_crisis_room_is_found_at_one_look() -> None:
    many = several(100)
    counter = Counting(many.stage, contracts=many.contracts)
    memory, now = counter.stage.memory, counter.stage.now
    for command in (
        c.AskCrisis(contract="c077", by="sam", reason="all is down"),
        c.AcceptCrisis(contract="c077", by="hana", crisis="CRI-0001"),
        c.RoomOpened(
            contract="c077", by="escalade", crisis="CRI-0001", room="C0CRISIS", name="crisis"
        ),
    ):
        memory.do(command, now)
    router = Router(counter)
    assert (await router.caller("sam", "C0CRISIS")).contract.id == "c077"
    assert counter.looks == 1
    with pytest.raises(BadValue, match="which_contract"):
        await router.caller("sam", "C0ELSEWHERE")
    assert counter.looks == 2
    assert (await router.caller("sam", "C0CRISIS", "c001")).contract.id == "c001"
    assert counter.looks == 2

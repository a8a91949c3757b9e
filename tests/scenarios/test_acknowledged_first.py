from __future__ import annotations

import asyncio

import pytest

from bot.rehearsal import Rehearsal
from escalation.commands import Command


async def test_a_command_is_acknowledged_before_its_work_is_done(
    stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    front, may_go_on, done = stage.running.front, asyncio.Event(), []
    perform = front.perform

    async def slowly(command: Command) -> str:
        await may_go_on.wait()
        done.append(await perform(command))
        return done[0]

    monkeypatch.setattr(front, "perform", slowly)
    asker = stage.person("claire-vasseur")

    answer = await asker.command("/incident", 'open "No VPN" component=vpn severity=2')

    assert answer.ok
    assert done == []
    may_go_on.set()
    await stage.settle()
    assert done == ["INC-0001"]

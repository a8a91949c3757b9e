"""Long lists over the real protocol: the next page stands in place of the one before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.stage.stage import Stage
from escalation.base.timers import ArmedTimers
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

pytestmark = pytest.mark.databases_in_turn


async def many(scene: Scene, count: int) -> None:
    """So many open incidents, alike."""
    first = await scene.opens("mathis-berger", '"Paie lente" component=paie severity=3')

    def put(tx: Any) -> None:
        for number in range(2, count + 1):
            tx.put(replace(first, id=f"INC-{number:04d}", alarms=ArmedTimers(), version=0))

    await scene.stage.running.store.run(put, now=scene.stage.clock.now())


async def test_the_next_page_of_a_list_stands_in_place_of_the_one_before(scene: Scene) -> None:
    await many(scene, 25)
    page = await scene.types("claire-vasseur", "/incident list")
    assert "Page 1" in page
    assert "INC-0020" in page
    assert "INC-0021" not in page
    before = len(scene.whispers("claire-vasseur", scene.shared))

    await scene.clicks("claire-vasseur", "incident/list", scene.shared)
    said = scene.whispers("claire-vasseur", scene.shared)
    assert len(said) == before
    assert "INC-0025" in said[-1]
    assert "INC-0020" not in said[-1]


async def test_a_home_leads_to_its_lists_and_its_other_pages(database: str) -> None:
    contracts = [
        RIVAGE.replace('id = "rivage"', f'id = "client-{number}"')
        .replace('name = "Infogérance', f'name = "Client {number}, infogérance')
        .replace("rivage-incidents", f"incidents-{number}")
        .replace("boreale-rivage", f"boreale-{number}")
        .replace('"rivage-crise"', f'"crise-{number}"')
        for number in range(1, 11)
    ]
    async with Stage(contracts=contracts, at=WEDNESDAY, database=database) as stage:
        last = Scene(stage, stage.contracts[-1])
        answer = await last.types(
            "claire-vasseur", '/incident open contract=client-10 "VPN" component=vpn severity=1'
        )
        assert "INC-0001" in answer
        claire = last.person("claire-vasseur")
        await claire.open_home()
        await stage.settle()
        first = json.dumps(claire.home, ensure_ascii=False)
        assert "INC-0001" in first  # what is grave is on the first page, whatever its contract
        assert "Client 9," not in first

        assert (await claire.click_in_view("home/page#next")).ok
        await stage.settle()
        second = json.dumps(claire.home, ensure_ascii=False)
        assert "Client 9," in second
        assert "INC-0001" not in second
        assert (await claire.click_in_view("home/page#previous")).ok
        await stage.settle()
        assert "INC-0001" in json.dumps(claire.home, ensure_ascii=False)


async def test_a_home_opens_the_whole_list_in_the_talk_with_the_bot(scene: Scene) -> None:
    await many(scene, 25)
    claire = scene.person("claire-vasseur")
    await claire.open_home()
    await scene.stage.settle()
    assert (await claire.click_in_view("do/incident/list#0")).ok
    await scene.stage.settle()
    assert scene.told("claire-vasseur", "INC-0020")
    await scene.clicks("claire-vasseur", "incident/list")
    assert scene.told("claire-vasseur", "INC-0025")
    assert not scene.told("claire-vasseur", "INC-0019", "INC-0020", "INC-0018")

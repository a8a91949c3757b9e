"""One person cannot drown the others in commands; a timer and an answer always get through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.command_rates import REMEMBERED, Rates
from bot.stage.stage import Stage
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene
from tests.store.records import NOON

MUCH = "Trop de demandes"


def test_a_burst_passes_then_a_steady_rate() -> None:
    rates = Rates(a_minute=30, at_once=3)
    assert [rates.wait("U1", NOON) for _ in range(5)] == [0, 0, 0, 2, 2]
    assert rates.wait("U2", NOON) == 0, "each has their own"
    assert rates.wait("U1", NOON + timedelta(seconds=1)) == 1
    assert rates.wait("U1", NOON + timedelta(seconds=2)) == 0
    assert [rates.wait("U1", NOON + timedelta(hours=1)) for _ in range(4)] == [0, 0, 0, 2]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    rates = Rates(a_minute=60, at_once=1)
    assert rates.wait("U1", NOON) == 0
    assert rates.wait("U1", NOON - timedelta(hours=1)) == 1
    assert rates.wait("U1", NOON - timedelta(hours=1) + timedelta(seconds=1)) == 0


def test_only_so_many_people_are_remembered() -> None:
    rates = Rates(a_minute=1, at_once=1)
    for number in range(REMEMBERED + 10):
        rates.wait(f"U{number}", NOON)
    assert len(rates) == REMEMBERED


def test_no_limit_is_no_limit() -> None:
    rates = Rates(a_minute=0, at_once=1)
    assert {rates.wait("U1", NOON) for _ in range(1000)} == {0}


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[Scene]:
    """A stage where three commands pass at once."""
    async with Stage(
        contracts=[RIVAGE],
        at=WEDNESDAY,
        database=f"sqlite+aiosqlite:///{tmp_path}/e.db",
        commands_a_minute=6,
        commands_at_once=3,
    ) as stage:
        yield Scene(stage, stage.contract)


async def test_too_many_commands_are_answered_in_the_readers_language_and_change_nothing(
    limited: Scene,
) -> None:
    answers = [await limited.types("antoine-mercier", "/incident list") for _ in range(5)]
    assert [MUCH in answer for answer in answers] == [False, False, False, True, True]
    assert MUCH not in await limited.types("sarah-dubois", "/incident list")
    await limited.stage.after(seconds=10)
    assert MUCH not in await limited.types("antoine-mercier", "/incident list")


async def test_inc_1_esc_6_a_timer_and_an_answer_pass_where_nothing_else_does(
    limited: Scene,
) -> None:
    for _ in range(5):
        await limited.types("antoine-mercier", "/incident list")
        await limited.types("mathis-berger", "/incident list")
    incident = await limited.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
    for line in (f"ack {incident.id}", f"ACK\n{incident.id}", f"contrat=rivage\tack {incident.id}"):
        for _ in range(4):
            assert MUCH not in await limited.types("mathis-berger", f"/escalate {line}")
    assert "ladder.acknowledged" in await limited.actions(incident.id)
    alarms = [
        await limited.types("antoine-mercier", '/incident open "Paie" component=paie severity=2')
        for _ in range(4)
    ]
    assert [MUCH in answer for answer in alarms] == [False, False, True, True]


async def test_clicks_that_come_too_fast_are_told_of_once(limited: Scene) -> None:
    incident = await limited.opens("antoine-mercier", '"VPN" component=vpn severity=1')
    room = limited.contract.rooms.provider
    for _ in range(3):
        await limited.types("mathis-berger", "/incident list", room)
    button = limited.button("mathis-berger", "incident/show", room, incident.id)
    for _ in range(4):
        assert (await limited.presses("mathis-berger", button, room)).ok
    await limited.stage.settle()
    assert sum(MUCH in words for words in limited.whispers("mathis-berger", room)) == 1


async def test_a_home_is_drawn_so_many_times_and_takes_nothing_from_the_commands(
    limited: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    publish = limited.stage.running.client.views_publish

    async def counted(**given: object) -> object:
        drawn.append(str(given["user_id"]))
        return await publish(**given)

    monkeypatch.setattr(limited.stage.running.client, "views_publish", counted)
    for _ in range(8):
        await limited.person("antoine-mercier").open_home()
        await limited.stage.settle()
    assert len(drawn) == 3
    assert MUCH not in await limited.types("antoine-mercier", "/incident list")
    await limited.person("sarah-dubois").open_home()
    await limited.stage.after(seconds=10)
    await limited.person("antoine-mercier").open_home()
    await limited.stage.settle()
    assert len(drawn) == 5

"""What Slack sends is acknowledged when it is kept: a stop before that loses nothing silently."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.app import hearing
from bot.stage.stage import Stage
from escalation.decision.commands.command import Command
from escalation.records.kinds import INCIDENT, Record
from handlers.refusals.words import out_of_reach_words
from handlers.words.texts import Texts
from sandbox.base.errors import SlackError
from sandbox.changes import membership
from sandbox.delivery import Delivery
from sandbox.model.response_url import ResponseUrls
from store.errors import DatabaseTrouble
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

OPEN = 'open "No VPN" component=vpn severity=2'


class Held:
    """Use cases that wait until they may go on."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may_go_on, self.begun = asyncio.Event(), asyncio.Event()
        self.done: list[str] = []
        perform = stage.running.application.perform

        async def slowly(command: Command) -> Record:
            self.begun.set()
            await self.may_go_on.wait()
            record = await perform(command)
            self.done.append(record.id)
            return record

        monkeypatch.setattr(stage.running.application, "perform", slowly)


async def test_a_command_is_acknowledged_only_when_it_is_committed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(stage, monkeypatch)
    asker = stage.person("claire-vasseur")

    typing = asyncio.create_task(asker.command("/incident", OPEN))
    await held.begun.wait()
    _, waiting = await asyncio.wait([typing], timeout=0.05)
    assert waiting
    held.may_go_on.set()

    assert (await typing).ok
    assert held.done == ["INC-0001"]
    await stage.settle()


async def test_a_command_heard_by_a_bot_that_dies_is_shown_as_failed_and_done_when_it_comes_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.server.dispatcher.ack_timeout = 0.2
    held = Held(stage, monkeypatch)
    asker = stage.person("claire-vasseur")

    typing = asyncio.create_task(asker.command("/incident", OPEN))
    await held.begun.wait()
    result = await typing
    assert not result.ok, "nothing is kept yet, so the person is told that it failed"
    stage.server.dispatcher.ack_timeout = 3.0
    _, envelope = stage.server.hub.delivered[-1]
    again = asyncio.create_task(
        stage.server.dispatcher.request(
            stage.app, Delivery(kind="slash_commands", payload=envelope["payload"])
        )
    )
    await asyncio.sleep(0)
    held.may_go_on.set()

    assert (await again).ok
    assert held.done == ["INC-0001"]
    await stage.settle()


async def test_an_event_whose_work_failed_is_not_acknowledged_and_heard_when_it_comes_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.crisis_asked()
    await scene.clicks("isabelle-fontaine", "crisis/accept")
    crisis = await scene.crisis()
    assert crisis.room is not None
    scene.stage.server.dispatcher.ack_timeout = 0.5
    application = scene.stage.running.application
    perform, failures = application.perform, [1]

    async def failing_once(command: Command) -> Record:
        if failures:
            failures.pop()
            raise DatabaseTrouble("out of reach")
        return await perform(command)

    monkeypatch.setattr(application, "perform", failing_once)
    member = scene.user("mathis-berger")
    channel = scene.stage.workspace.channels[crisis.room]

    membership.add(scene.stage.workspace, channel, member)
    await scene.stage.settle()

    assert not failures
    assert "crisis.member_joined" in await scene.actions(crisis.id)


def _away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object, **__: object) -> str:
        raise DatabaseTrouble("the database is out of reach")

    monkeypatch.setattr(stage.running.store, "run", away)


async def test_where_the_database_is_away_the_person_is_told_so_and_no_bug_is_logged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _away(scene.stage, monkeypatch)

    with capture_logs() as logged:
        answer = await scene.types("claire-vasseur", f"/incident {OPEN}")

    assert out_of_reach_words(Texts.of("fr", ZoneInfo("UTC"))) in answer
    actions = {entry["action"] for entry in logged}
    assert actions - {"directory_not_kept"} == {"out_of_reach"}, (
        "that who is who is not kept is no bug"
    )
    assert "exc_info" not in logged[0]


def expired(*_: object) -> None:
    """Answer as Slack does, long after: 404 expired_url."""
    raise SlackError("expired_url")


async def test_what_was_neither_done_nor_could_be_said_is_not_acknowledged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _away(stage, monkeypatch)
    monkeypatch.setattr(ResponseUrls, "use", expired)
    stage.server.dispatcher.ack_timeout = 0.5

    with capture_logs() as logged:
        result = await stage.person("claire-vasseur").command("/incident", OPEN)

    assert not result.ok
    assert [entry["action"] for entry in logged] == ["out_of_reach", "not_told"]


async def test_a_bot_that_is_stopped_first_acknowledges_what_it_was_doing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(stage, monkeypatch)
    asker = stage.person("claire-vasseur")

    typing = asyncio.create_task(asker.command("/incident", OPEN))
    await held.begun.wait()
    stopping = asyncio.create_task(stage.stop_bot())
    await asyncio.sleep(0)
    held.may_go_on.set()
    await stopping

    assert (await typing).ok
    await stage.start_bot()
    assert await stage.running.store.read(
        lambda tx: tx.get(INCIDENT, stage.contract.id, "INC-0001")
    )


async def test_a_bot_that_stops_cuts_off_what_takes_too_long_and_acknowledges_none_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(hearing, "DRAIN_SECONDS", 0.05)
    url = f"sqlite+aiosqlite:///{tmp_path}/e.db"
    with capture_logs() as logged:
        async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=url) as stage:
            stage.server.dispatcher.ack_timeout = 0.5
            held = Held(stage, monkeypatch)
            asker = stage.person("claire-vasseur")
            typing = asyncio.create_task(asker.command("/incident", OPEN))
            await held.begun.wait()
        result = await typing

    assert "stop_cut_short" in [entry.get("action") for entry in logged]
    assert not [entry for entry in logged if entry["log_level"] == "error"]
    assert not result.ok
    assert held.done == []

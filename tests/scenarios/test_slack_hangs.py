"""No call to Slack stands between a person and the commit of what they said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.directory.people import UNKNOWN_SECONDS
from bot.stage.stage import Stage
from escalation.records.crisis import CrisisState
from escalation.records.incident import IncidentState
from handlers.refusals.words import out_of_reach_words
from handlers.words.texts import Texts
from sandbox.changes import accounts
from sandbox.people.result import Result
from tests.kept import incidents_of
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

pytestmark = pytest.mark.databases_in_turn

PRIORITY_1 = '"Plus de VPN" component=vpn severity=1'
FRENCH = Texts.of("fr", ZoneInfo("UTC"))


def hang(stage: Stage, *methods: str) -> None:
    """Let these methods never answer, until the faults are cleared."""
    for method in methods or ("*",):
        stage.workspace.faults.add(method, "hang", times=1_000_000)


async def goes_on(stage: Stage) -> None:
    """Slack answers again; whatever hung has come to its end."""
    stage.workspace.faults.clear()
    await stage.settle()


async def acked(act: Result) -> None:
    assert act.ok, act.error


async def test_esc_5_every_act_is_committed_and_acknowledged_while_slack_answers_nothing(
    stage: Stage, scene: Scene
) -> None:
    requester, engineer, manager = (
        scene.person(name) for name in ("antoine-mercier", "mathis-berger", "claire-vasseur")
    )
    await scene.opens("antoine-mercier", PRIORITY_1)
    button = scene.button("mathis-berger", "escalate/ack")
    ts = await requester.message(scene.shared, "Le portail ne répond plus")
    await scene.types("mathis-berger", "/incident note INC-0001")  # a form
    hang(stage)

    await acked(await scene.presses("mathis-berger", button))
    assert (await scene.incident()).acknowledged_at
    await acked(await engineer.command("/incident", "take INC-0001", scene.shared))
    assert (await scene.incident()).assignee == "mathis-berger"
    await acked(await engineer.submit({"text": "bascule en cours"}))
    assert "incident.noted" in await scene.actions("INC-0001")
    await acked(
        await engineer.command("/incident", "resolve INC-0001 vidé cause_gone=yes", scene.shared)
    )
    await acked(await requester.command("/incident", "verify INC-0001", scene.shared))
    assert (await scene.incident()).state is IncidentState.VERIFIED
    await acked(await manager.command("/crisis", 'ask "tout est coupé"', scene.shared))
    await acked(
        await scene.person("isabelle-fontaine").command("/crisis", "accept CRI-0001", scene.shared)
    )
    assert (await scene.crisis()).state is CrisisState.OPEN
    await acked(await requester.command("/incident", f"open {PRIORITY_1}", scene.shared))
    assert (await scene.incident(2)).level == 1
    # forms cannot be opened, and that is no reason not to say that it was heard
    await acked(await requester.command("/incident", "open", scene.shared))
    await acked(await requester.shortcut("open_incident_from_message", ts, scene.shared))

    await goes_on(stage)
    await stage.after(minutes=1)
    assert scene.told("mathis-berger", "INC-0002", "intervention")
    assert (await scene.crisis()).room


async def test_a_form_from_a_message_is_committed_with_its_link_while_slack_answers_nothing(
    stage: Stage, scene: Scene
) -> None:
    author = scene.person("sarah-dubois")
    ts = await author.message(scene.shared, "Le portail ne répond plus")
    answer = await author.message(scene.shared, "Ici non plus", thread_ts=ts)
    await author.shortcut("open_incident_from_message", answer, scene.shared)
    await stage.settle()
    hang(stage)

    await acked(await author.submit({"component": "portail", "severity": "3"}))

    link = (await scene.incident()).link
    assert f"/p{answer.replace('.', '')}?thread_ts={ts}&cid=" in link
    await goes_on(stage)


@pytest.fixture
async def hasty(database: str) -> AsyncIterator[Stage]:
    """A stage whose bot waits for an answer of Slack's a moment only."""
    async with Stage(
        contracts=[RIVAGE], at=WEDNESDAY, database=database, call_timeout=0.3
    ) as stage:
        yield stage


async def test_a_bot_started_while_slack_says_nothing_knows_everybody_from_what_it_kept(
    hasty: Stage,
) -> None:
    scene = Scene(hasty, hasty.contract)
    await scene.opens("antoine-mercier", PRIORITY_1)
    await hasty.stop_bot()
    hang(hasty, "auth.test", "users.*", "conversations.*", "chat.*", "views.*")
    await hasty.start_bot()

    await acked(
        await scene.person("mathis-berger").command("/incident", "take INC-0001", scene.shared)
    )

    assert (await scene.incident()).assignee == "mathis-berger"
    assert not hasty.running.directory.me.known
    hasty.workspace.faults.clear()
    await hasty.after(minutes=1)
    assert hasty.running.directory.me.known, "it is asked again behind"


async def test_whoever_was_never_seen_is_told_that_slack_is_out_of_reach(
    stage: Stage, scene: Scene
) -> None:
    await stage.settle()
    room = stage.workspace.channel_by_name(scene.shared)
    assert room is not None
    for kind in ("hang", "http_503", "ratelimited", "timeout", "reset"):
        newcomer = stage.workspace.add_user(name=kind, email=f"{kind}@rivage.example")
        room.members.append(newcomer.id)
        stage.workspace.faults.add("users.info", kind, times=1_000)
        person = stage.server.person(newcomer.id)

        with capture_logs() as logged:
            async with asyncio.timeout(UNKNOWN_SECONDS + 1.5):
                await acked(await person.command("/incident", f"open {PRIORITY_1}", scene.shared))
                await stage.running.listeners.drained()

        said = [m["text"] for m in person.reads(scene.shared) if m.get("is_ephemeral")]
        assert said == [out_of_reach_words(FRENCH)], kind
        assert "bug" not in [entry.get("action") for entry in logged], kind
        stage.workspace.faults.clear()
        await stage.after(minutes=2)  # what Slack asked to wait is over


async def test_a_command_of_somebody_never_seen_waits_for_slack_as_long_as_it_answers(
    stage: Stage, scene: Scene
) -> None:
    answer = await scene.types("antoine-mercier", f"/incident open {PRIORITY_1}")
    assert "INC-0001" in answer


async def test_whoever_changes_their_address_or_language_is_known_by_the_new_one_at_once(
    stage: Stage, scene: Scene
) -> None:
    await stage.settle()
    user = scene.person("antoine-mercier").user
    accounts.change(stage.workspace, user, email="left@elsewhere.example")
    await stage.server.idle()
    hang(stage, "users.*")

    await stage.server.person(user.id).command("/incident", f"open {PRIORITY_1}", scene.shared)
    await stage.running.listeners.drained()

    store = stage.running.store
    assert not await store.read(lambda tx: incidents_of(tx, stage.contract.id))
    stage.workspace.faults.clear()

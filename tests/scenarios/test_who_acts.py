"""Who acts is who has the account that the contract means, and nobody who shows its address."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.stage.stage import Stage
from escalation.records.crisis import CrisisState
from sandbox.changes import accounts
from sandbox.model.user import User
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene, says
from tests.scenarios.test_closed_accounts import deaf
from tests.scenarios.test_slack_trouble import undelivered

pytestmark = pytest.mark.databases_in_turn

HEAD = "isabelle-fontaine"  # the head of the service: she is asked for crises


def impostor(scene: Scene, **how: Any) -> User:
    """Somebody in the shared room who shows the address of the head of the service."""
    email = scene.contract.person(HEAD).email
    user = scene.stage.workspace.add_user(name="mallory", email=email, **how)
    room = scene.stage.workspace.channel_by_name(scene.shared)
    assert room is not None
    room.members.append(user.id)
    room.shared_with.append(user.team_id)
    return user


async def answer_to(scene: Scene, user: User, line: str) -> str:
    """What a Slack user is answered who types a line in the shared room."""
    command, _, words = line.partition(" ")
    person = scene.stage.server.person(user.id)
    assert (await person.command(command, words, channel=scene.shared)).ok
    await scene.stage.settle()
    said = [m for m in person.reads(scene.shared) if m.get("is_ephemeral")]
    return str(said[-1]["text"])


async def changes(stage: Stage) -> list[tuple[object, ...]]:
    """The changes of who somebody is that the journal has."""
    lines = [line async for line in stage.running.store.journal.export("rivage")]
    facts = [line["facts"] for line in lines if line["action"] == "identity.changed"]
    return [(each["person"], each["was"], each["account"]) for each in facts]


@pytest.mark.parametrize("flagged", [True, False])
async def test_con_2_an_account_elsewhere_with_the_address_is_nobody(
    stage: Stage, scene: Scene, *, flagged: bool
) -> None:
    mallory = impostor(scene, stranger=True)
    mallory.is_stranger = flagged  # Slack does not flag who shares a channel with us
    await scene.crisis_asked()

    for line in ("/crisis accept CRI-0001", "/crisis ask panne", "/incident list"):
        assert says(await answer_to(scene, mallory, line), "unknown_person"), line
    asked = scene.button(HEAD, "crisis/accept")
    await stage.running.directory.heard_of_account(
        mallory.to_api(stage.clock.time()), stage.clock.now()
    )
    await stage.settle()
    assert await stage.running.application.callers(mallory.id) == []

    assert (await scene.crisis()).state is CrisisState.ASKED
    assert not stage.server.person(mallory.id).inbox()
    await scene.presses(HEAD, asked)
    await stage.settle()
    assert (await scene.crisis()).state is CrisisState.OPEN, "she herself is known as before"
    assert await changes(stage) == []


async def test_con_2_whom_only_an_account_elsewhere_could_be_is_not_reached_and_it_is_said(
    database: str,
) -> None:
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        del stage.workspace.users[scene.user(HEAD)]
        mallory = impostor(scene, stranger=True)

        await scene.crisis_asked()

        assert not stage.server.person(mallory.id).inbox()
        assert (f"person/{HEAD}", "account_outside") in await undelivered(scene, "CRI-0001")
        assert says(await answer_to(scene, mallory, "/crisis accept CRI-0001"), "unknown_person")


async def test_con_2_somebody_elsewhere_takes_part_by_the_slack_id_of_the_contract(
    database: str,
) -> None:
    at = f'id = "{HEAD}"'
    text = RIVAGE.replace(at, f'{at}\nslack = "U0ELSEWHERE"')
    async with Stage(contracts=[text], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        hers = stage.workspace.users["U0ELSEWHERE"]
        hers.team_id, hers.is_stranger, hers.hides_email = "T0OUTSIDE1", True, True
        await scene.crisis_asked()
        await scene.types(HEAD, "/crisis accept CRI-0001")
        assert (await scene.crisis()).state is CrisisState.OPEN

        hers.deleted = True
        accounts.change(stage.workspace, hers)
        await stage.settle()
        assert await stage.running.application.callers(hers.id) == []


@pytest.mark.parametrize("known", [True, False], ids=["known before", "never seen"])
async def test_con_2_nobody_acts_by_a_closed_account(
    stage: Stage, scene: Scene, *, known: bool
) -> None:
    if known:
        await stage.settle()
        assert await stage.running.application.callers(scene.user(HEAD))
    hers = scene.person(HEAD)
    await hers.deactivate()
    await stage.settle()

    assert await stage.running.application.callers(hers.id) == []


async def test_con_2_an_app_is_nobody_whatever_the_contract_says(database: str) -> None:
    at = f'id = "{HEAD}"'
    text = RIVAGE.replace(at, f'{at}\nslack = "U0APP00001"')
    async with Stage(contracts=[text], at=WEDNESDAY, database=database) as stage:
        stage.workspace.users["U0APP00001"].is_bot = True
        assert await stage.running.application.callers("U0APP00001") == []


@pytest.mark.parametrize("heard", [True, False], ids=["told by events", "events lost"])
async def test_con_3_an_account_whose_address_moved_on_acts_no_more_and_it_is_journalled(
    stage: Stage, scene: Scene, *, heard: bool
) -> None:
    await stage.settle()
    old = scene.person(HEAD).user
    assert await stage.running.application.callers(old.id)
    if not heard:
        deaf(stage)

    email = str(old.email)
    with capture_logs() as logs:
        accounts.change(stage.workspace, old, email="isabelle@left.example")
        new = accounts.join(stage.workspace, name="isabelle2", email=email)
        await (stage.settle() if heard else stage.after(hours=7))

    assert await stage.running.application.callers(old.id) == []
    assert [c.person.id for c in await stage.running.application.callers(new.id)] == [HEAD]
    changed = await changes(stage)
    assert changed[-1] == (HEAD, old.id, new.id)
    assert changed[:-1] in ([], [(HEAD, old.id, None)]), "it may be nobody's for a moment"
    told = [each for each in logs if each.get("action") == "identity_changed"]
    assert [(each["was"], each["account"]) for each in told][-1] == (old.id, new.id)
    await stage.restart_bot()
    await stage.settle()
    assert await stage.running.application.callers(old.id) == [], "nor is it remembered"


async def test_con_2_who_was_not_looked_up_for_a_day_is_looked_up_before_acting(
    stage: Stage, scene: Scene
) -> None:
    await stage.settle()
    old = scene.person(HEAD).user
    deaf(stage)
    await stage.stop_bot()
    accounts.change(stage.workspace, old, email="isabelle@left.example")
    stage.clock.move_to(stage.clock.now().replace(day=12))
    await stage.start_bot()

    assert await stage.running.application.callers(old.id) == [], "what is kept of her is too old"


async def test_con_2_a_newcomer_with_the_address_acts_as_soon_as_slack_confirms_it(
    stage: Stage, scene: Scene
) -> None:
    await stage.settle()
    old = scene.person(HEAD)
    await old.deactivate()
    new = accounts.join(stage.workspace, name="isabelle2", email=str(old.user.email))
    await stage.server.idle()

    stage.workspace.faults.add("users.lookupByEmail", "error:users_not_found")
    assert await stage.running.application.callers(new.id) == [], "Slack does not say it both ways"
    await stage.after(minutes=2)
    assert [c.person.id for c in await stage.running.application.callers(new.id)] == [HEAD]

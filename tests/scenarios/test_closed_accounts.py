"""Accounts that are closed, taken over and opened again: a call goes to who is there (ESC-5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.directory.directory import Directory
from bot.slack.calls import Undeliverable
from bot.stage.stage import Stage
from sandbox.changes import accounts
from sandbox.model.user import User
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene
from tests.scenarios.test_slack_trouble import undelivered

pytestmark = pytest.mark.databases_in_turn

PRIORITY_1 = '"Plus de VPN" component=vpn severity=1'
FIRST, NEXT = "mathis-berger", "ines-moreau"  # the provider's first echelon, in order
EVENTS = {"user_change", "team_join"}


def deaf(stage: Stage) -> None:
    """Let nothing be heard of accounts: events are lost, or the manifest is an old one."""
    stage.app.bot_events = [name for name in stage.app.bot_events if name not in EVENTS]


async def closed(scene: Scene, person: str = FIRST) -> User:
    """Close somebody's account; their user."""
    who = scene.person(person)
    await who.deactivate()
    await scene.stage.server.idle()
    return who.user


def calls(scene: Scene, user: User, incident: str) -> list[str]:
    """The calls of an incident in the talk of an account with the bot."""
    inbox = scene.stage.server.person(user.id).inbox()
    return [m["text"] for m in inbox if incident in m["text"] and "intervention" in m["text"]]


async def called(scene: Scene, number: int) -> list[str]:
    """Who was called on the provider's side, in order."""
    [escalation] = (await scene.incident(number)).walks
    return [ping.person for ping in escalation.side("provider").pings]


@pytest.mark.parametrize("heard", [True, False], ids=["told by events", "events lost"])
async def test_esc_5_a_call_goes_to_the_new_account_of_an_address(
    stage: Stage, scene: Scene, *, heard: bool
) -> None:
    if not heard:
        deaf(stage)
    await scene.opens("antoine-mercier", PRIORITY_1)
    old = scene.person(FIRST).user
    assert calls(scene, old, "INC-0001")
    await closed(scene)
    new = accounts.join(stage.workspace, name="mathis2", email=str(old.email))
    if not heard:
        await stage.after(minutes=11)

    await scene.opens("antoine-mercier", PRIORITY_1)

    assert calls(scene, new, "INC-0002")
    assert not calls(scene, old, "INC-0002")
    assert (await called(scene, 2))[0] == FIRST
    await scene.types(FIRST, "/incident take INC-0002", scene.direct(FIRST))
    assert (await scene.incident(2)).assignee == FIRST, "the new account speaks for the person"


@pytest.mark.parametrize("heard", [True, False], ids=["told by events", "events lost"])
async def test_esc_5_whose_account_is_closed_is_passed_over_at_once_and_it_is_said(
    stage: Stage, scene: Scene, *, heard: bool
) -> None:
    if not heard:
        deaf(stage)
    await scene.opens("antoine-mercier", PRIORITY_1)
    old = await closed(scene)
    if not heard:
        await stage.after(minutes=11)

    await scene.opens("antoine-mercier", PRIORITY_1)

    assert await called(scene, 2) == [FIRST, NEXT]
    assert scene.told(NEXT, "INC-0002", "intervention")
    assert not calls(scene, old, "INC-0002"), "Slack would have taken it"
    assert (f"person/{FIRST}", "user_disabled") in await undelivered(scene, "INC-0002")
    assert scene.told("francois-delmas", "Mathis Berger", "le compte Slack est fermé")


async def test_esc_5_whoever_comes_back_is_called_again(stage: Stage, scene: Scene) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    user = await closed(scene)
    await scene.opens("antoine-mercier", PRIORITY_1)
    await stage.server.person(user.id).reactivate()

    await scene.opens("antoine-mercier", PRIORITY_1)

    assert (await called(scene, 3))[0] == FIRST
    assert calls(scene, user, "INC-0003")


async def test_esc_5_whoever_comes_back_unheard_is_called_again_a_minute_later(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    user = await closed(scene)
    deaf(stage)
    await stage.server.person(user.id).reactivate()
    await stage.after(minutes=1)

    await scene.opens("antoine-mercier", PRIORITY_1)

    assert calls(scene, user, "INC-0002")


@pytest.mark.parametrize("kind", ["http_503", "ratelimited", "reset", "error:missing_scope"])
async def test_esc_5_a_call_goes_by_what_is_known_where_slack_cannot_say_who_is_there(
    stage: Stage, scene: Scene, kind: str
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    await stage.after(minutes=11)
    stage.workspace.faults.add("users.*", kind, times=1_000)

    await scene.opens("antoine-mercier", PRIORITY_1)

    assert calls(scene, scene.person(FIRST).user, "INC-0002")
    stage.workspace.faults.clear()


async def test_esc_5_a_check_that_hangs_holds_a_call_up_for_two_seconds_only(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    stage.clock.move(timedelta(minutes=11))
    stage.workspace.faults.add("users.*", "hang", times=1_000)
    await scene.person("antoine-mercier").command("/incident", f"open {PRIORITY_1}", scene.shared)

    await stage.running.dispatcher.deliver_waiting()  # what is looked up behind would hang longer

    assert calls(scene, scene.person(FIRST).user, "INC-0002")
    stage.workspace.faults.clear()


async def test_esc_5_a_person_given_by_slack_id_is_checked_the_same_way(database: str) -> None:
    at = 'id = "mathis-berger"'
    text = RIVAGE.replace(at, f'{at}\nslack = "U0MATHIS01"')
    async with Stage(contracts=[text], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        deaf(stage)
        await scene.opens("antoine-mercier", PRIORITY_1)
        old = await closed(scene)
        accounts.join(stage.workspace, name="mathis2", email=str(old.email))
        await stage.after(minutes=11)

        await scene.opens("antoine-mercier", PRIORITY_1)

        assert await called(scene, 2) == [FIRST, NEXT], "the contract names the closed account"
        accounts.reactivate(stage.workspace, old)
        await stage.after(minutes=1)
        await scene.opens("antoine-mercier", PRIORITY_1)
        assert calls(scene, old, "INC-0003")


async def test_cri_4_whose_account_is_closed_is_not_in_the_cell_and_it_is_said(
    scene: Scene,
) -> None:
    await scene.stage.settle()
    await closed(scene, "philippe-garnier")
    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

    crisis = await scene.crisis()
    assert crisis.room
    members = scene.stage.workspace.channels[crisis.room].members
    assert scene.user("francois-delmas") in members
    assert scene.user("philippe-garnier") not in members
    assert ("person/philippe-garnier", "user_disabled") in await undelivered(scene, crisis.id)


async def test_esc_5_what_another_replica_heard_of_an_account_holds_for_a_call_at_once(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    deaf(stage)
    old = await closed(scene)
    bot = stage.running
    other = Directory(bot.client, stage.clock, store=bot.store, contracts=(stage.contract.id,))
    await other.me.learn()
    await other.load()
    stage.clock.move(timedelta(seconds=1))

    told = old.to_api(stage.clock.time(), include_locale=True)
    await other.heard_of_account(told, stage.clock.now())

    person = stage.contract.person(FIRST)
    with pytest.raises(Undeliverable, match="user_disabled"):
        await bot.directory.reach(stage.contract.id, person, urgent=True)


async def test_esc_5_what_was_told_late_does_not_undo_what_is_known(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    user = scene.person(FIRST).user
    before, at = user.to_api(stage.clock.time(), include_locale=True), stage.clock.now()
    stage.clock.move(timedelta(minutes=5))
    await closed(scene)
    await stage.settle()

    await stage.running.directory.heard_of_account(before, at)  # Slack delivers it hours later

    await scene.opens("antoine-mercier", PRIORITY_1)
    assert await called(scene, 2) == [FIRST, NEXT]


async def test_con_4_of_people_whom_no_contract_names_nothing_is_kept(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    stranger = accounts.join(stage.workspace, name="zoe", email="zoe@elsewhere.example")
    room = stage.workspace.channel_by_name(scene.shared)
    assert room is not None
    room.members.append(stranger.id)
    await stage.server.person(stranger.id).command("/incident", "list", scene.shared)
    await stage.settle()

    kept = await stage.running.store.directory.identities([stage.contract.id])
    assert {row.person for row in kept} == {person.id for person in stage.contract.people}
    assert stranger.id not in {row.slack for row in kept}
    mine = next(row for row in kept if row.person == FIRST)
    assert (mine.slack, mine.locale, mine.deleted) == (scene.user(FIRST), "fr-FR", False)
    assert mine.direct == scene.direct(FIRST)


async def test_con_4_whom_a_contract_names_no_more_is_forgotten_at_the_next_start(
    stage: Stage, scene: Scene
) -> None:
    await stage.settle()
    people = RIVAGE.replace('"lea-guillou"', '"lea-martin"')
    await stage.restart_bot([people])
    kept = await stage.running.store.directory.identities([stage.contract.id])
    assert "lea-guillou" not in {row.person for row in kept}

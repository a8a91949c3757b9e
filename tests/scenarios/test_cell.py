"""The crisis cell, as its members live it."""

from __future__ import annotations

import pytest

from escalation.records.crisis import CrisisState, Presence
from tests.scenarios.scene import Scene, says

pytestmark = pytest.mark.databases_in_turn


async def opened(scene: Scene) -> None:
    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")


async def presence(scene: Scene, person: str) -> Presence:
    crisis = await scene.crisis()
    member = crisis.member(person)
    assert member is not None
    return crisis.presence(member)


async def test_cri_4_being_invited_is_not_being_there(scene: Scene) -> None:
    await opened(scene)
    room = (await scene.crisis()).room
    assert room
    assert scene.user("philippe-garnier") in scene.stage.workspace.channels[room].members
    assert await presence(scene, "philippe-garnier") is Presence.MISSING

    await scene.types("philippe-garnier", "/crisis here CRI-0001")

    assert await presence(scene, "philippe-garnier") is Presence.PRESENT


async def test_cri_4_a_mandated_member_is_chased_until_their_delegate_is_there(
    scene: Scene,
) -> None:
    await opened(scene)
    calls = len(scene.told("philippe-garnier", "CRI-0001"))
    await scene.stage.after(minutes=6)
    assert len(scene.told("philippe-garnier", "CRI-0001")) > calls

    await scene.types("philippe-garnier", "/crisis represented CRI-0001 antoine-mercier")
    assert scene.told("antoine-mercier", "CRI-0001")
    await scene.types("antoine-mercier", "/crisis here CRI-0001")

    assert await presence(scene, "philippe-garnier") is Presence.REPRESENTED
    calls = len(scene.told("philippe-garnier", "CRI-0001"))
    await scene.stage.after(minutes=20)
    assert len(scene.told("philippe-garnier", "crisis/represented")) <= calls
    assert await presence(scene, "philippe-garnier") is Presence.REPRESENTED


async def test_cri_4_who_leaves_the_room_is_missing_again(scene: Scene) -> None:
    await opened(scene)
    await scene.types("philippe-garnier", "/crisis here CRI-0001")
    room = (await scene.crisis()).room
    assert room

    await scene.person("philippe-garnier").leave(room)
    await scene.stage.settle()

    assert await presence(scene, "philippe-garnier") is Presence.MISSING


async def test_con_2_nobody_enters_a_cell_by_saying_so(scene: Scene) -> None:
    await opened(scene)
    before = await scene.state()

    answer = await scene.types("yasmine-haddad", "/crisis here CRI-0001")
    assert says(answer, "unknown_crisis"), answer
    answer = await scene.types("paul-texier", "/crisis here CRI-0001", scene.direct("paul-texier"))
    assert says(answer, "unknown_crisis", "en"), answer

    assert await scene.state() == before


async def test_cri_4_one_is_not_present_in_a_cell_that_is_not_open(scene: Scene) -> None:
    await scene.crisis_asked()

    answer = await scene.types("claire-vasseur", "/crisis here CRI-0001")

    assert says(answer, "crisis_asked"), answer


async def test_cri_2_a_request_refused_is_recorded_and_cannot_be_accepted(scene: Scene) -> None:
    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", '/crisis refuse CRI-0001 "déjà rétabli"')
    before = await scene.state()

    answer = await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

    crisis = await scene.crisis()
    assert crisis.state is CrisisState.REFUSED
    assert crisis.refusal == "déjà rétabli"
    assert await scene.state() == before
    assert says(answer, "crisis_refused"), answer
    assert not scene.told("isabelle-fontaine", "do/crisis/accept")  # its button has served


async def test_cri_2_only_who_was_asked_answers(scene: Scene) -> None:
    await scene.crisis_asked()
    before = await scene.state()

    for person in ("claire-vasseur", "philippe-garnier"):
        answer = await scene.types(person, "/crisis accept CRI-0001")
        assert says(answer, "not_asked"), answer
    answer = await scene.types("sarah-dubois", "/crisis decide CRI-0001 rien")
    assert says(answer, "unknown_crisis"), answer

    assert await scene.state() == before


async def test_cri_9_one_side_alone_does_not_close_it(scene: Scene) -> None:
    await opened(scene)

    await scene.types("claire-vasseur", "/crisis close CRI-0001")
    answer = await scene.types("claire-vasseur", "/crisis close CRI-0001")

    assert says(answer, "already_agreed_to_close"), answer
    assert (await scene.crisis()).state is CrisisState.OPEN
    await scene.types("isabelle-fontaine", "/crisis close CRI-0001")
    assert (await scene.crisis()).state is CrisisState.CLOSED


@pytest.mark.parametrize("due", ["hier", "25:99", "2020-01-01T08:00"])
async def test_cri_8_an_action_due_at_no_time_to_come_is_refused(scene: Scene, due: str) -> None:
    await opened(scene)
    before = await scene.state()

    line = f'/crisis action CRI-0001 "basculer" owner=thomas-lacroix due={due}'
    answer = await scene.types("claire-vasseur", line)

    assert says(answer, "not_an_instant") or says(answer, "due_in_the_past"), answer
    assert await scene.state() == before

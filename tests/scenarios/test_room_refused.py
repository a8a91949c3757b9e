"""Slack gives a crisis no channel, or lets somebody not in: the cell goes on (Rule CRI-4)."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from bot.stage.stage import Stage
from escalation.messages.destinations import crisis_room
from escalation.messages.effects import Effect
from escalation.messages.room_actions import Invite
from escalation.records.crisis import CrisisState, Presence
from sandbox.model.channel import Channel
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import Scene
from tests.scenarios.test_crisis_pool import POOLED

pytestmark = pytest.mark.databases_in_turn

INITIATORS = ("claire-vasseur", "isabelle-fontaine")
UNDELIVERED = "n’a pas pu être remis"


async def meets(scene: Scene, number: int = 1) -> None:
    """A crisis is asked for and accepted."""
    await scene.types("claire-vasseur", f'/crisis ask "panne {number}"')
    await scene.types("isabelle-fontaine", f"/crisis accept CRI-{number:04d}")
    await scene.stage.after(minutes=1)


def shared_room(scene: Scene) -> Channel:
    channel = scene.stage.workspace.channel_by_name(scene.shared)
    assert channel
    return channel


def pinned(scene: Scene, channel: Channel) -> list[dict[str, Any]]:
    return [m for m in scene.reads("claire-vasseur", channel.id) if m.get("pinned_to")]


REFUSALS = (
    "restricted_action", "user_is_restricted", "no_permission", "missing_scope",
    "cannot_create_channel", "org_policy", "too_many_convos_for_team", "invalid_name_specials",
)  # fmt: skip


async def test_cri_4_whatever_slack_says_against_a_channel_the_cell_meets_in_the_shared_room(
    stage: Stage, scene: Scene
) -> None:
    shared = shared_room(scene)
    for number, code in enumerate(REFUSALS, 1):
        stage.workspace.faults.add("conversations.create", f"error:{code}", times=99)
        await meets(scene, number)
        stage.workspace.faults.clear()

        crisis = await scene.crisis(number)
        assert crisis.room == shared.id, code
        for person in INITIATORS:
            told = scene.told(person, "crisis_pool", f"<#{shared.id}>", crisis.id)
            assert told, (person, code)
            assert not scene.told(person, UNDELIVERED), code
        lines = await scene.timeline(crisis.id)
        (line,) = [x for x in lines if x.action == "crisis.room_refused"]
        assert line.facts["why"] == code


async def test_cri_4_in_the_shared_room_a_cell_lives_and_leaves_no_trace(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.team.apps_create_channels = False
    shared = shared_room(scene)
    before = (shared.topic, shared.purpose, list(shared.members))
    await meets(scene)

    crisis = await scene.crisis()
    members = [member.person for member in crisis.members]
    assert {scene.user(person) for person in members} <= set(shared.members)
    for person in members:
        assert scene.told(person, f"<#{shared.id}>"), "the way in can be clicked"
    await scene.clicks("philippe-garnier", "crisis/here", shared.id)
    member = (await scene.crisis()).member("philippe-garnier")
    assert member
    assert (await scene.crisis()).presence(member) is Presence.PRESENT
    (brief,) = pinned(scene, shared)
    assert "CRI-0001" in brief["text"]

    for person in INITIATORS:
        await scene.types(person, "/crisis close CRI-0001")
    assert (await scene.crisis()).state is CrisisState.CLOSED
    assert not pinned(scene, shared)
    assert (shared.topic, shared.purpose) == before[:2]
    assert set(before[2]) | {scene.user(person) for person in members} == set(shared.members)
    assert not shared.is_archived
    assert stage.workspace.calls.of("conversations.create")
    assert not stage.workspace.calls.of("conversations.kick")


async def test_a_record_not_named_in_a_borrowed_room_is_not_the_cells(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.team.apps_create_channels = False
    incident = await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    await scene.types("claire-vasseur", f'/crisis ask {incident.id} "panne"')
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
    await scene.opens("antoine-mercier", '"Autre" component=paie severity=2')

    answer = await scene.types("mathis-berger", "/incident take")
    assert "INC-0001" in answer
    assert "INC-0002" in answer, "in the room of all incidents, it is asked which one"
    await scene.types("claire-vasseur", "/crisis decide basculer")
    assert (await scene.crisis()).resolutions


async def test_con_2_a_supplier_is_told_by_telephone_what_is_in_the_shared_room(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.team.apps_create_channels = False
    await meets(scene)
    await scene.types("claire-vasseur", "/crisis add CRI-0001 supplier=ponant")

    assert scene.user("gwen-morvan") not in shared_room(scene).members
    lead = scene.contract.person("claire-vasseur").phone
    assert scene.told("gwen-morvan", "CRI-0001", lead)
    assert not scene.told("gwen-morvan", "<#")
    assert scene.told("claire-vasseur", "Gwen Morvan", "fournisseurs")


async def test_cri_4_an_exhausted_pool_and_no_right_to_create(database: str) -> None:
    text = POOLED.replace(', "rivage-crise-b"]', "]")
    async with Stage(contracts=[text], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        stage.workspace.team.apps_create_channels = False
        for number in (1, 2):
            await meets(scene, number)

        rooms = [(await scene.crisis(number)).room_name for number in (1, 2)]
        assert rooms == ["rivage-crise-a", scene.shared]
        for person in INITIATORS:
            assert scene.told(person, "CRI-0002", "Aucun canal de la réserve")
            assert not scene.told(person, "CRI-0001", "Aucun canal de la réserve")


async def test_cri_4_without_any_room_people_are_called_to_a_telephone_and_a_mended_room_opens(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.team.apps_create_channels = False
    shared_room(scene).is_archived = True
    await scene.types("claire-vasseur", '/crisis ask "panne"', scene.direct("claire-vasseur"))
    await scene.clicks("isabelle-fontaine", "crisis/accept")
    await stage.after(minutes=1)

    crisis = await scene.crisis()
    assert (crisis.state, crisis.room) == (CrisisState.OPEN, None)
    for person in INITIATORS:
        assert scene.told(person, "Escalade ne peut pas ouvrir de salle", "par téléphone")
        assert not scene.told(person, UNDELIVERED)
    assert not scene.told("philippe-garnier", "<#")
    await stage.after(minutes=6)
    assert scene.told("philippe-garnier", "Elle n’a pas de salle dans Slack", "+33")

    stage.workspace.team.apps_create_channels = True
    shared_room(scene).is_archived = False
    assert await stage.running.store.outbox.retry(None) == 1
    await stage.after(minutes=1)
    crisis = await scene.crisis()
    assert crisis.room not in {None, shared_room(scene).id}
    room = stage.workspace.channels[str(crisis.room)]
    assert {scene.user(m.person) for m in crisis.members} <= set(room.members)
    assert scene.told("philippe-garnier", f"<#{room.id}>")


async def test_cri_4_once_slack_is_mended_the_next_cell_has_its_own_room(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.team.apps_create_channels = False
    await meets(scene, 1)
    stage.workspace.team.apps_create_channels = True
    await meets(scene, 2)

    assert (await scene.crisis(1)).room == shared_room(scene).id
    assert (await scene.crisis(2)).room_name == "rivage-crise-cri-0002-panne-2"


@pytest.mark.parametrize("people", [[], ["paul-texier"]], ids=["left behind", "in use"])
async def test_con_2_a_room_of_that_name_is_taken_only_where_the_bot_is_alone_in_it(
    stage: Stage, scene: Scene, people: list[str]
) -> None:
    members = [stage.app.bot_user_id, *map(scene.user, people)]
    name = "rivage-crise-cri-0001-panne-1"
    there = stage.workspace.add_channel(name=name, private=True, members=members)
    await meets(scene)

    crisis = await scene.crisis()
    assert (crisis.room == there.id) is not bool(people)
    assert crisis.room_name == (f"{name}-2" if people else name)


# ── letting in ───────────────────────────────────────────────────────────────────────────────


async def test_cri_4_who_cannot_be_let_in_holds_back_nobody_and_is_told_how_to_take_part(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.users[scene.user("philippe-garnier")].is_ultra_restricted = True
    await meets(scene)

    crisis = await scene.crisis()
    room = stage.workspace.channels[str(crisis.room)]
    inside = {m.person for m in crisis.members if scene.user(m.person) in room.members}
    assert {m.person for m in crisis.members} - inside == {"philippe-garnier"}
    assert len(stage.workspace.calls.of("conversations.invite")) == 1
    assert scene.told("philippe-garnier", room.name, "fermé aux invités")
    phone = scene.contract.person("philippe-garnier").phone
    assert scene.told("isabelle-fontaine", "Philippe Garnier", "fermé aux invités", phone)
    assert "crisis.invitation_refused" in await scene.actions("CRI-0001")
    await stage.after(minutes=6)
    assert scene.told("philippe-garnier", "Sa salle ne vous est pas ouverte")


async def test_cri_4_who_has_no_account_is_told_of_to_their_lead(
    stage: Stage, scene: Scene
) -> None:
    del stage.workspace.users[scene.user("philippe-garnier")]
    await meets(scene)

    room = stage.workspace.channels[str((await scene.crisis()).room)]
    assert scene.user("francois-delmas") in room.members
    assert scene.told("isabelle-fontaine", "Philippe Garnier", "aucun compte Slack")


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("error:user_is_restricted", 7),  # nobody is named: one by one
        ("done_but_no_answer", 2),  # all are there by now
        ("http_503", 2),
        ("ratelimited", 2),
    ],
)
async def test_cri_4_everybody_is_let_in_whatever_the_first_call_answers(
    stage: Stage, scene: Scene, kind: str, most: int
) -> None:
    stage.workspace.faults.add("conversations.invite", kind, times=1)
    await meets(scene)

    crisis = await scene.crisis()
    room = stage.workspace.channels[str(crisis.room)]
    assert {scene.user(m.person) for m in crisis.members} <= set(room.members)
    assert not scene.told("isabelle-fontaine", "Impossible d’ouvrir")
    assert len(stage.workspace.calls.of("conversations.invite")) <= most


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "channel_not_found"])
async def test_cri_4_a_room_that_nobody_can_be_let_into_is_not_tried_for_each(
    stage: Stage, scene: Scene, code: str
) -> None:
    stage.workspace.faults.add("conversations.invite", f"error:{code}", times=99)
    await meets(scene)

    crisis = await scene.crisis()
    assert len(stage.workspace.calls.of("conversations.invite")) == 1
    assert {member.kept_out for member in crisis.members} == {code}
    assert scene.told("philippe-garnier", "Sa salle ne vous est pas ouverte")


class Alone(Invite):
    """As earlier versions wrote an invitation of one."""

    facts: ClassVar = {"person": "mathis-berger"}


async def test_an_invitation_that_an_earlier_version_wrote_is_understood(
    stage: Stage, scene: Scene
) -> None:
    await meets(scene)
    message = Effect(
        meaning=Alone(people=("mathis-berger",)), contract=scene.contract.id, subject="CRI-0001",
        to=crisis_room("CRI-0001"), urgent=True,
    )  # fmt: skip
    await stage.running.store.run(lambda tx: tx.send([message]), now=stage.clock.now())
    await stage.settle()

    room = stage.workspace.channels[str((await scene.crisis()).room)]
    assert scene.user("mathis-berger") in room.members

"""A crisis takes a room of the contract's pool, where one is set (Rule CRI-4)."""

from __future__ import annotations

import pytest

from bot.rehearsal import Rehearsal
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

POOLED = RIVAGE.replace(
    '# crisis_pool = ["rivage-crise-a"]', 'crisis_pool = ["rivage-crise-a", "rivage-crise-b"]'
)


async def test_cri_4_two_crises_take_two_rooms_of_the_pool_and_none_is_made(
    database: str,
) -> None:
    async with Rehearsal(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        for number, client in ((1, "isabelle-fontaine"), (2, "isabelle-fontaine")):
            await scene.types("claire-vasseur", f'/crisis ask "panne {number}"')
            await scene.types(client, f"/crisis accept CRI-000{number}")

        rooms = [(await scene.crisis(number)).room_name for number in (1, 2)]

        assert sorted(rooms) == ["rivage-crise-a", "rivage-crise-b"]
        assert not stage.workspace.calls.of("conversations.create", ok=True)


async def test_cri_4_a_room_is_free_again_once_its_crisis_is_closed(database: str) -> None:
    text = POOLED.replace(', "rivage-crise-b"]', "]")
    async with Rehearsal(contracts=[text], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        for number in (1, 2):
            await scene.types("claire-vasseur", f'/crisis ask "panne {number}"')
            await scene.types("isabelle-fontaine", f"/crisis accept CRI-000{number}")
            for person in ("claire-vasseur", "isabelle-fontaine"):
                await scene.types(person, f"/crisis close CRI-000{number}")

        rooms = [(await scene.crisis(number)).room_name for number in (1, 2)]

        assert rooms == ["rivage-crise-a", "rivage-crise-a"]


async def test_con_2_whoever_was_in_an_earlier_crisis_is_out_of_a_room_used_again(
    database: str,
) -> None:
    text = POOLED.replace(', "rivage-crise-b"]', "]")
    async with Rehearsal(contracts=[text], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.types("claire-vasseur", '/crisis ask "panne 1"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
        await scene.types("claire-vasseur", "/crisis add CRI-0001 supplier=ponant")
        for person in ("claire-vasseur", "isabelle-fontaine"):
            await scene.types(person, "/crisis close CRI-0001")
        room = stage.workspace.channel_by_name("rivage-crise-a")
        assert room
        assert scene.user("gwen-morvan") in room.members

        await scene.types("claire-vasseur", '/crisis ask "panne 2"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0002")
        await stage.after(minutes=1)  # so many invitations at once are more than Slack takes

        assert (await scene.crisis(2)).room == room.id
        assert scene.user("gwen-morvan") not in room.members
        assert scene.user("claire-vasseur") in room.members


async def test_cri_4_an_archived_room_of_the_pool_is_passed_over(database: str) -> None:
    async with Rehearsal(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        first = stage.workspace.channel_by_name("rivage-crise-a")
        assert first
        first.is_archived = True
        await scene.types("claire-vasseur", '/crisis ask "panne 1"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

        assert (await scene.crisis(1)).room_name == "rivage-crise-b"


@pytest.mark.databases_in_turn
@pytest.mark.parametrize("kind", ["done_but_no_answer", "ratelimited", "http_503"])
async def test_cri_4_one_room_of_the_pool_is_taken_whatever_marking_it_answers(
    database: str, kind: str
) -> None:
    async with Rehearsal(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        stage.workspace.faults.add("conversations.setPurpose", kind, times=2, retry_after=60)
        await scene.types("claire-vasseur", '/crisis ask "panne 1"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
        await stage.after(minutes=5)

        crisis = await scene.crisis()
        assert crisis.room_name == "rivage-crise-a"
        rooms = stage.workspace.channels.values()
        marked = [c.id for c in rooms if c.purpose.value == "Escalade rivage/CRI-0001"]
        assert marked == [crisis.room]
        for member in crisis.members:
            assert len(scene.told(member.person, f"<#{crisis.room}>")) == 1 + member.chased


async def test_cri_4_a_room_of_the_pool_that_cannot_be_marked_is_passed_over(
    database: str,
) -> None:
    async with Rehearsal(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        stage.workspace.faults.add("conversations.setPurpose", "error:user_is_restricted")
        await scene.types("claire-vasseur", '/crisis ask "panne 1"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

        assert (await scene.crisis()).room_name == "rivage-crise-b"

"""A crisis takes a room of the contract's pool, which serves no other (Rules CRI-4, CON-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.stage.stage import Stage
from sandbox.changes import membership
from sandbox.model.channel import Channel
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import LITTORAL, RIVAGE, Scene
from tests.scenarios.test_slack_trouble import undelivered

pytestmark = pytest.mark.databases_in_turn

POOLED = RIVAGE.replace(
    '# crisis_pool = ["rivage-crise-a"]', 'crisis_pool = ["rivage-crise-a", "rivage-crise-b"]'
)


async def test_cri_4_two_crises_take_two_rooms_of_the_pool_and_none_is_made(
    database: str,
) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        for number, client in ((1, "isabelle-fontaine"), (2, "isabelle-fontaine")):
            await scene.types("claire-vasseur", f'/crisis ask "panne {number}"')
            await scene.types(client, f"/crisis accept CRI-000{number}")

        rooms = [(await scene.crisis(number)).room_name for number in (1, 2)]

        assert sorted(rooms) == ["rivage-crise-a", "rivage-crise-b"]
        assert not stage.workspace.calls.of("conversations.create", ok=True)


ONE = POOLED.replace(', "rivage-crise-b"]', "]")
LEADS = ("claire-vasseur", "isabelle-fontaine")


async def meets(scene: Scene, number: int = 1) -> Channel:
    """Have a cell meet; its room."""
    await scene.types("claire-vasseur", f'/crisis ask "panne {number}"')
    await scene.types("isabelle-fontaine", f"/crisis accept CRI-{number:04d}")
    await scene.stage.after(minutes=1)  # so many invitations at once are more than Slack takes
    return scene.stage.workspace.channels[str((await scene.crisis(number)).room)]


async def ends(scene: Scene, number: int = 1) -> None:
    """Close a cell."""
    for person in LEADS:
        await scene.types(person, f"/crisis close CRI-{number:04d}")


def pool_room(scene: Scene, message: str = "a") -> Channel:
    """A room of the pool."""
    room = scene.stage.workspace.channel_by_name(f"rivage-crise-{message}")
    assert room is not None
    return room


async def refused(scene: Scene, name: str) -> list[str]:
    """Why rooms of the pool were passed over while a crisis opened that got a room of its own."""
    with capture_logs() as logs:
        room = await meets(scene)
    assert room is not pool_room(scene)
    passed = [each for each in logs if each.get("action") == "room_passed_over"]
    return [str(each["why"]) for each in passed if each["room"] == name]


async def test_con_2_who_joins_a_crisis_reads_nothing_of_an_earlier_one(database: str) -> None:
    async with Stage(contracts=[ONE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        secret = "Ponant ne doit pas savoir"
        first = await meets(scene)
        await scene.person("claire-vasseur").message(first.id, secret)
        await ends(scene)
        for person in LEADS:
            await scene.person(person).leave(first.id)
        # whoever is in the room marks it as that of the crisis to come
        first.purpose.value = "Escalade rivage/CRI-0002"

        second = await meets(scene, 2)
        await scene.types("claire-vasseur", "/crisis add CRI-0002 supplier=ponant")
        await stage.after(minutes=1)

        assert first.name == "rivage-crise-a"
        assert second is not first
        assert scene.user("gwen-morvan") in second.members
        assert scene.user("gwen-morvan") not in first.members
        assert secret not in scene.everything_read("gwen-morvan")


async def test_cri_4_a_room_that_has_served_is_archived_after_a_week(database: str) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        room = await meets(scene)
        await ends(scene)
        assert "aucune autre cellule" in str(scene.reads("claire-vasseur", room.id)[-1])
        await stage.stop_bot()
        stage.clock.move(timedelta(days=8))
        assert not room.is_archived
        await stage.start_bot()
        await stage.settle()

        assert room.is_archived, "it was due while the bot was down"
        assert (await scene.actions("CRI-0001"))[-1] == "crisis.room_archived"
        assert scene.person("claire-vasseur").reads(room.id), "it stays readable"
        assert not pool_room(scene, "b").is_archived


@pytest.mark.parametrize("code", ["restricted_action", "not_in_channel", "already_archived"])
async def test_cri_4_where_it_cannot_be_archived_the_delivery_manager_is_told(
    database: str, code: str
) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await meets(scene)
        await ends(scene)
        stage.workspace.faults.add("conversations.archive", f"error:{code}")
        await stage.after(days=8)

        told = scene.told("claire-vasseur", "ne peut pas archiver #rivage-crise-a")
        assert bool(told) is (code != "already_archived")
        assert (await scene.crisis()).archived is not bool(told)


async def test_cri_4_it_is_told_when_few_rooms_are_left_and_what_to_do(database: str) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        with capture_logs() as logs:
            await meets(scene)
            words = ("#rivage-crise-a", "il reste 1 canal", "crisis_pool")
            assert scene.told("claire-vasseur", *words)
            await meets(scene, 2)
        assert scene.told("claire-vasseur", "#rivage-crise-b", "n’en reste aucun")
        assert [each["left"] for each in logs if each.get("action") == "pool_low"] == [1, 0]

        third = await meets(scene, 3)
        assert third.creator == stage.app.bot_user_id, "it has one made"


async def test_cri_4_with_no_room_left_nor_made_the_cell_meets_in_the_shared_one(
    database: str,
) -> None:
    async with Stage(contracts=[ONE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        stage.workspace.team.apps_create_channels = False
        await meets(scene)
        await ends(scene)
        second = await meets(scene, 2)

        assert second.name == scene.shared
        assert scene.told("claire-vasseur", "CRI-0002", "chacun sert à une seule cellule")
        await ends(scene, 2)
        await stage.after(days=8)
        assert not second.is_archived


async def test_con_2_a_room_in_which_anybody_said_something_is_passed_over(database: str) -> None:
    async with Stage(contracts=[ONE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        room = pool_room(scene)
        room.members.append(scene.user("gwen-morvan"))
        await scene.person("gwen-morvan").message(room.id, "Bonjour")

        assert await refused(scene, "rivage-crise-a") == ["not_empty"]
        assert scene.user("gwen-morvan") in room.members, "nobody is put out of it"


async def test_con_2_a_room_that_an_earlier_installation_marked_is_passed_over(
    database: str,
) -> None:
    async with Stage(contracts=[ONE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        pool_room(scene).purpose.value = "Escalade rivage/CRI-0007"
        assert await refused(scene, "rivage-crise-a") == ["used_up"]


async def test_con_2_whoever_prepared_a_room_does_not_read_along(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.invitations.MEMBERS", 2)  # so that there are several pages
    async with Stage(contracts=[ONE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        people = [stage.workspace.add_user(name=f"prep{number}").id for number in range(5)]
        for user in people:
            membership.add(stage.workspace, pool_room(scene), user)

        room = await meets(scene)

        assert room is pool_room(scene)
        assert not set(people) & set(room.members)
        assert scene.user("claire-vasseur") in room.members


async def test_con_2_a_channel_that_is_named_twice_is_not_used(database: str) -> None:
    """One contract gives its name, the other its id: what is for one would be read by others."""
    theirs = "C0SHARED01"
    other = LITTORAL.replace('"littoral-incidents"', f'"{theirs}"')
    async with Stage(contracts=[ONE, other], at=WEDNESDAY, database=database) as stage:
        rivage, littoral = (Scene(stage, contract) for contract in stage.contracts)
        stage.workspace.channels[theirs] = stage.workspace.channels.pop(pool_room(rivage).id)
        stage.workspace.channels[theirs].id = theirs
        membership.add(stage.workspace, pool_room(rivage), littoral.user("antoine-mercier"))
        pool_room(rivage).timeline.clear()
        with capture_logs() as logs:
            await stage.settle()
            assert (await meets(rivage)).id != theirs
            await littoral.opens("antoine-mercier", "Panne component=vpn severity=1", theirs)

        [twice] = [each for each in logs if each.get("action") == "room_of_two"]
        assert twice["rooms"] == [
            "rivage: rooms.crisis_pool = rivage-crise-a",
            f"littoral: rooms.shared = {theirs}",
        ]
        assert ("room/shared", "room_of_two") in await undelivered(littoral, "INC-0001")


async def test_con_2_a_channel_of_another_contracts_crisis_is_not_taken_for_ones_own(
    database: str,
) -> None:
    """Both contracts call their channels alike, and nobody but the bot is left in the first."""
    alike = LITTORAL.replace('"littoral-crise"', '"rivage-crise"')
    async with Stage(contracts=[RIVAGE, alike], at=WEDNESDAY, database=database) as stage:
        rivage, littoral = (Scene(stage, contract) for contract in stage.contracts)
        await stage.settle()  # where somebody types says which contract they mean
        first = await meets(rivage)
        await ends(rivage)
        for user in [user for user in first.members if user != stage.app.bot_user_id]:
            membership.remove(stage.workspace, first, user)

        second = await meets(littoral)

        assert second is not first
        assert second.name == f"{first.name}-2"


async def test_cri_4_an_archived_room_of_the_pool_is_passed_over(database: str) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        first = stage.workspace.channel_by_name("rivage-crise-a")
        assert first
        first.is_archived = True
        await scene.types("claire-vasseur", '/crisis ask "panne 1"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

        assert (await scene.crisis(1)).room_name == "rivage-crise-b"


@pytest.mark.parametrize("kind", ["done_but_no_answer", "ratelimited", "http_503"])
async def test_cri_4_one_room_of_the_pool_is_taken_whatever_marking_it_answers(
    database: str, kind: str
) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
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
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        stage.workspace.faults.add("conversations.setPurpose", "error:user_is_restricted")
        await scene.types("claire-vasseur", '/crisis ask "panne 1"')
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

        assert (await scene.crisis()).room_name == "rivage-crise-b"

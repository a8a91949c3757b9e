"""A large workspace: rooms named by name, and hundreds of people, under Slack's limits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.stage.stage import Stage
from sandbox.changes import membership
from sandbox.model.workspace import Workspace
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene
from tests.scenarios.test_slack_trouble import undelivered

pytestmark = pytest.mark.databases_in_turn

PRIORITY_1 = '"Plus de VPN" component=vpn severity=1'
CHANNELS = 20_000
PAGES = 21  # of 999, with the rooms of the contract
LOOKING = {"users.conversations", "conversations.list"}


def fill(workspace: Workspace) -> None:
    """Channels of everybody else's, before those of the contract."""
    for number in range(CHANNELS):
        workspace.add_channel(name=f"topic-{number}")
    workspace.rate_limits_enabled = True


def looks(stage: Stage) -> Counter[str]:
    """How often channels were listed."""
    answered = (call.method for call in stage.workspace.calls if call.ok)
    return Counter(method for method in answered if method in LOOKING)


def refusals(stage: Stage) -> list[str]:
    """The calls that were too many."""
    return [call.method for call in stage.workspace.calls if call.status == 429]


def leave(stage: Stage, name: str) -> None:
    channel = stage.workspace.channel_by_name(name)
    assert channel is not None
    channel.members.remove(stage.app.bot_user_id)


def cards(stage: Stage, scene: Scene, incident: str) -> list[str]:
    channel = stage.workspace.channel_by_name(scene.shared)
    assert channel is not None
    return [m["text"] for m in stage.workspace.messages(channel.id) if incident in m["text"]]


@pytest.fixture
async def large(database: str) -> AsyncIterator[Stage]:
    """The example contract in a workspace of 20,000 channels, Slack's limits on."""
    stage = Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database)
    fill(stage.workspace)
    async with stage:
        yield stage


async def test_rooms_that_the_bot_is_in_are_found_by_one_call(large: Stage) -> None:
    scene = Scene(large, large.contract)
    await scene.opens("antoine-mercier", PRIORITY_1, scene.direct("antoine-mercier"))
    assert cards(large, scene, "INC-0001")
    assert looks(large) == {"users.conversations": 1}


async def test_a_public_room_that_the_bot_is_not_in_is_found_within_five_minutes(
    large: Stage,
) -> None:
    scene = Scene(large, large.contract)
    leave(large, scene.shared)
    await scene.opens("antoine-mercier", PRIORITY_1, scene.direct("antoine-mercier"))
    await scene.opens("antoine-mercier", '"Paie" component=paie', scene.direct("antoine-mercier"))
    assert scene.told("mathis-berger", "INC-0001", "intervention"), "calls do not wait for it"

    await large.after(minutes=5)

    assert cards(large, scene, "INC-0001")
    assert cards(large, scene, "INC-0002")
    assert looks(large) == {"users.conversations": 1, "conversations.list": PAGES}
    assert not refusals(large)


async def test_a_listing_goes_on_after_a_restart_where_it_stopped(large: Stage) -> None:
    scene = Scene(large, large.contract)
    leave(large, scene.shared)
    await scene.opens("antoine-mercier", PRIORITY_1, scene.direct("antoine-mercier"))
    before = looks(large)["conversations.list"]
    assert 0 < before < PAGES, "Slack's limit stopped it"

    await large.restart_bot()
    await large.after(minutes=5)

    assert cards(large, scene, "INC-0001")
    assert looks(large) == {"users.conversations": 1, "conversations.list": PAGES}
    assert len(refusals(large)) <= 1, "a bot that starts does not know what was called before"
    await large.restart_bot()
    await large.after(minutes=5)
    assert looks(large)["conversations.list"] == PAGES, "what was found is kept"


async def test_a_room_that_is_nowhere_is_said_within_minutes_and_not_listed_for_again(
    large: Stage,
) -> None:
    scene = Scene(large, large.contract)
    leave(large, scene.contract.rooms.provider)  # a private one: it is not seen any more
    here = scene.direct("antoine-mercier")
    with capture_logs() as logged:
        await scene.opens("antoine-mercier", PRIORITY_1, here)
        await large.after(minutes=5)
    said = [e for e in logged if e.get("action") == "channel_missing"]
    assert [(e["log_level"], e["channel"]) for e in said] == [
        ("error", scene.contract.rooms.provider)
    ]
    assert ("room/provider", "channel_not_found") in await undelivered(scene, "INC-0001")

    for number in range(2, 12):
        await scene.opens("antoine-mercier", '"Paie" component=paie', here)
        assert ("room/provider", "channel_not_found") in await undelivered(
            scene, f"INC-{number:04d}"
        )
        await large.after(minutes=2)
    assert looks(large)["conversations.list"] == PAGES
    assert looks(large)["users.conversations"] <= 26, "its own few channels, once a minute at most"

    room = large.workspace.channel_by_name(scene.contract.rooms.provider)
    assert room is not None
    before = looks(large)
    membership.add(large.workspace, room, large.app.bot_user_id)
    await scene.types("mathis-berger", "/incident take INC-0001", scene.direct("mathis-berger"))
    assert any("INC-0001" in m["text"] for m in large.workspace.messages(room.id))
    assert looks(large) == before, "the invitation tells which channel it is"


async def test_two_rooms_of_one_name_never_there_at_once_are_told_apart_by_events(
    stage: Stage, scene: Scene
) -> None:
    await stage.settle()
    old = stage.workspace.channel_by_name(scene.shared)
    assert old is not None
    owner = scene.user("sarah-dubois")
    membership.rename(stage.workspace, old, "rivage-incidents-2025", owner)
    new = membership.create(stage.workspace, scene.shared, owner)
    membership.add(stage.workspace, new, scene.user("antoine-mercier"))
    before = looks(stage)

    await scene.opens("antoine-mercier", PRIORITY_1)

    assert any("INC-0001" in m["text"] for m in stage.workspace.messages(new.id))
    assert not any("INC-0001" in m["text"] for m in stage.workspace.messages(old.id))
    assert looks(stage) == before


PEOPLE = 500


def of_many() -> str:
    """The example contract, with hundreds of people more."""
    more = "".join(
        f'\n[[people]]\nid = "person-{n}"\nname = "Person {n}"\norganisation = "client"\n'
        f'roles = ["requester"]\nemail = "person-{n}@rivage.example"\n'
        for n in range(PEOPLE)
    )
    return RIVAGE + more


async def test_hundreds_of_people_are_looked_up_behind_and_a_call_goes_first(
    database: str,
) -> None:
    stage = Stage(contracts=[of_many()], at=WEDNESDAY, database=database)
    stage.workspace.rate_limits_enabled = True
    async with stage:
        await stage.settle()
        unknown = [p for p in stage.contract.people if stage.running.directory.people.to_find([p])]
        assert len(unknown) > PEOPLE / 2, "Slack's limit stopped it"
        late = unknown[-1]
        reached = await asyncio.wait_for(
            stage.running.directory.reach(stage.contract.id, late, urgent=True), 5
        )
        assert reached, "whoever is called does not wait behind the others"

        await stage.after(minutes=20)

        kept = await stage.running.store.directory.identities([stage.contract.id])
        assert len(kept) == len(stage.contract.people)
        assert all(row.locale for row in kept)
        assert not refusals(stage)
        counted = Counter(call.method for call in stage.workspace.calls)
        assert counted["users.lookupByEmail"] == len(stage.contract.people)
        assert counted["users.info"] == len(stage.contract.people)

        await stage.restart_bot()
        stage.clock.move(timedelta(hours=1))
        await stage.settle()
        again = Counter(call.method for call in stage.workspace.calls)
        assert again["users.lookupByEmail"] == counted["users.lookupByEmail"]
        assert again["users.info"] == counted["users.info"]

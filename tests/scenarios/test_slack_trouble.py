"""Slack is not as it was: accounts, channels and invitations that are missing."""

from __future__ import annotations

import pytest

from escalation.records.crisis import Presence
from sandbox.changes import accounts, membership
from sandbox.model.channel import Channel
from store.engine.engine import migrate
from tests.databases import Make
from tests.scenarios.scene import Scene

pytestmark = pytest.mark.databases_in_turn

PRIORITY_1 = '"Plus de VPN" component=vpn severity=1'


@pytest.fixture
def beginning() -> Make:
    """The bot runs for the first time: it knows nobody."""
    return migrate


def channel_of(scene: Scene, name: str) -> Channel:
    channel = scene.stage.workspace.channel_by_name(name)
    assert channel is not None
    return channel


def has_no_account(scene: Scene, person_id: str) -> None:
    user = scene.person(person_id).user
    user.email = "left@elsewhere.example"


async def undelivered(scene: Scene, subject: str) -> list[tuple[object, object]]:
    return [
        (line.facts["to"], line.facts["why"])
        for line in await scene.timeline(subject)
        if line.action == "message.undelivered"
    ]


async def test_esc_5_somebody_without_account_is_passed_over_at_once_and_it_is_said(
    scene: Scene,
) -> None:
    has_no_account(scene, "mathis-berger")
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    assert ("person/mathis-berger", "no_slack_account") in await undelivered(scene, incident.id)

    [escalation] = (await scene.incident()).walks
    called = [ping.person for ping in escalation.side("provider").pings]
    assert called == ["mathis-berger", "ines-moreau"]
    assert scene.told("ines-moreau", incident.id, "intervention")
    assert scene.told("francois-delmas", incident.id, "Impossible de joindre Mathis Berger")
    room = scene.reads("ines-moreau", scene.contract.rooms.provider)
    assert any("Impossible de joindre Mathis Berger" in m["text"] for m in room)
    assert "Impossible" not in str(scene.reads("antoine-mercier", scene.shared))


async def test_esc_5_where_nobody_of_a_rung_has_an_account_the_next_is_called_at_once(
    scene: Scene,
) -> None:
    for person in ("mathis-berger", "ines-moreau"):
        has_no_account(scene, person)
    incident = await scene.opens("antoine-mercier", PRIORITY_1)

    [escalation] = (await scene.incident()).walks
    assert (escalation.rung, escalation.rung_why) == (1, "nobody_reachable")
    for side in escalation.sides:
        assert scene.told(side.pings[-1].person, incident.id, "intervention")
    calls = [line for line in await scene.actions(incident.id) if line == "ladder.pinged"]
    assert len(calls) == 4, "two in vain, none for the opener; then both sides of the rung above"


async def test_esc_8_somebody_who_joins_slack_later_is_reached_by_the_next_round(
    scene: Scene,
) -> None:
    user = scene.person("mathis-berger").user
    email, user.email = user.email, "left@elsewhere.example"
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    accounts.change(scene.stage.workspace, user, email=email)
    assert not scene.told("mathis-berger", incident.id)
    await scene.types("ines-moreau", f"/escalate up {incident.id} reason=encore")
    [escalation] = (await scene.incident()).walks
    above = escalation.side("provider").pings[-1].person
    await scene.types(above, f"/escalate down {incident.id} reason=repris")

    assert scene.told("mathis-berger", incident.id, "intervention")


async def test_cri_4_a_member_without_account_does_not_hold_the_cell_up(scene: Scene) -> None:
    has_no_account(scene, "philippe-garnier")
    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

    crisis = await scene.crisis()
    assert crisis.room
    room = scene.stage.workspace.channels[crisis.room]
    assert scene.user("francois-delmas") in room.members
    assert ("person/philippe-garnier", "no_slack_account") in await undelivered(scene, crisis.id)
    member = crisis.member("philippe-garnier")
    assert member is not None
    assert crisis.presence(member) is Presence.MISSING


async def test_cri_4_a_channel_name_already_taken_gets_a_number(scene: Scene) -> None:
    wanted = "rivage-crise-cri-0001-tout-est-coupe"
    taken = scene.stage.workspace.add_channel(name=wanted, private=True)

    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

    crisis = await scene.crisis()
    assert crisis.room_name == f"{wanted}-2"
    assert crisis.room != taken.id
    assert scene.user("claire-vasseur") in scene.stage.workspace.channels[crisis.room or ""].members
    assert taken.timeline == []


async def test_esc_8_an_archived_shared_channel_keeps_nobody_from_being_called(
    scene: Scene,
) -> None:
    shared = channel_of(scene, scene.shared)
    shared.is_archived = True

    here = scene.direct("antoine-mercier")
    incident = await scene.opens("antoine-mercier", PRIORITY_1, here)

    assert scene.told("mathis-berger", incident.id)
    whys = dict(await undelivered(scene, incident.id))
    assert whys["room/shared"] in {"is_archived", "channel_not_found"}

    membership.unarchive(scene.stage.workspace, shared, scene.user("sarah-dubois"))
    await scene.types("mathis-berger", f"/incident take {incident.id}")
    assert any(incident.id in str(m) for m in scene.reads("mathis-berger", scene.shared))


async def test_a_channel_archived_later_is_noticed_too(scene: Scene) -> None:
    first = await scene.opens("antoine-mercier", PRIORITY_1)
    channel_of(scene, scene.shared).is_archived = True

    here = scene.direct("mathis-berger")
    await scene.types("mathis-berger", f"/incident take {first.id}", here)

    assert (await scene.incident()).assignee == "mathis-berger"
    assert any(to == "room/shared" for to, _ in await undelivered(scene, first.id))


async def test_a_bot_that_is_not_in_the_shared_channel_joins_it(scene: Scene) -> None:
    shared = channel_of(scene, scene.shared)
    shared.members.remove(scene.stage.app.bot_user_id)

    incident = await scene.opens("antoine-mercier", PRIORITY_1)

    assert scene.stage.app.bot_user_id in shared.members
    card = [m for m in scene.reads("sarah-dubois", scene.shared) if incident.id in str(m)]
    assert card


async def test_a_bot_put_out_of_the_shared_channel_comes_back_to_its_card(scene: Scene) -> None:
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    shared = channel_of(scene, scene.shared)
    shared.members.remove(scene.stage.app.bot_user_id)

    await scene.types("mathis-berger", f"/incident take {incident.id}")

    name = scene.contract.person("mathis-berger").name
    cards = [m for m in scene.reads("sarah-dubois", scene.shared) if not m.get("is_ephemeral")]
    assert any(name in str(card) for card in cards)


async def test_a_bot_never_invited_to_the_providers_room_says_so_and_goes_on(
    scene: Scene,
) -> None:
    room = channel_of(scene, scene.contract.rooms.provider)
    room.members.remove(scene.stage.app.bot_user_id)

    incident = await scene.opens("antoine-mercier", PRIORITY_1)

    assert ("room/provider", "channel_not_found") in await undelivered(scene, incident.id)
    assert scene.told("mathis-berger", incident.id)
    membership.add(scene.stage.workspace, room, scene.stage.app.bot_user_id)
    await scene.types("mathis-berger", f"/incident take {incident.id}")
    assert any(incident.id in str(m) for m in scene.reads("mathis-berger", room.id))


async def test_a_card_somebody_removed_is_posted_again(scene: Scene) -> None:
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    shared = channel_of(scene, scene.shared)
    for message in list(shared.timeline):
        shared.remove(message)

    await scene.types("mathis-berger", f"/incident take {incident.id}")

    cards = [m for m in scene.reads("sarah-dubois", scene.shared) if not m.get("is_ephemeral")]
    assert any(incident.id in str(card) for card in cards)


async def test_a_room_made_anew_under_its_name_is_found_again(scene: Scene) -> None:
    workspace = scene.stage.workspace
    await scene.opens("antoine-mercier", '"Panne" component=vpn severity=1')
    old = workspace.channel_by_name("rivage-incidents")
    assert old
    old.name, old.is_archived = "rivage-incidents-2025", True
    app = scene.stage.app
    new = workspace.add_channel(name="rivage-incidents", members=[app.bot_user_id])

    await scene.types("mathis-berger", "/incident take INC-0001", "boreale-rivage")
    await scene.stage.after(minutes=1)

    assert any("INC-0001" in str(message) for message in workspace.messages(new.id))

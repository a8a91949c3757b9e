"""What workspaces do that are not all our own: other organisations, guests, rooms to read in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.errors import CannotStart
from bot.stage.stage import Stage
from sandbox.model.channel import Channel
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene
from tests.scenarios.test_crisis_pool import POOLED
from tests.scenarios.test_room_refused import meets, shared_room
from tests.scenarios.test_slack_trouble import undelivered

pytestmark = pytest.mark.databases_in_turn

OPEN = '"Plus de VPN" component=vpn severity=1'
ABROAD = "U0ABROAD01"  # operations lead of the client, whose workspace is their own
CONNECTED = RIVAGE.replace('email = "antoine.mercier@rivage.example"', f'slack = "{ABROAD}"')


@pytest.fixture
async def connected(database: str) -> AsyncIterator[Scene]:
    """The client's operations lead is of another organisation; the shared room is shared."""
    async with Stage(contracts=[CONNECTED], at=WEDNESDAY, database=database) as stage:
        user = stage.workspace.users[ABROAD]
        user.team_id, user.is_stranger, user.email = "T0OUTSIDE1", True, None
        scene = Scene(stage, stage.contract)
        shared_room(scene).shared_with.append(user.team_id)
        yield scene


def room_of_provider(scene: Scene) -> Channel:
    channel = scene.stage.workspace.channel_by_name(scene.contract.rooms.provider)
    assert channel
    return channel


def said_in(channel: Channel) -> str:
    return "\n".join(f"{m.text} {m.blocks}" for m in channel.timeline)


# ── another organisation ─────────────────────────────────────────────────────────────────────


async def test_org_3_somebody_of_another_organisation_is_called_answers_and_is_mentioned(
    connected: Scene,
) -> None:
    stage = connected.stage
    await connected.opens("yasmine-haddad", OPEN)
    person = stage.server.person(ABROAD)
    assert any("INC-0001" in m["text"] for m in person.inbox())

    direct = stage.workspace.direct(stage.app.bot_user_id, ABROAD)
    assert direct
    action, ts = next(
        (element["action_id"], m["ts"])
        for m in person.inbox()
        for block in m["blocks"]
        for element in block.get("elements", ())
        if str(element.get("action_id")).startswith("do/escalate/ack")
    )
    await person.click(action, message_ts=ts, channel=direct.id)
    await stage.settle()
    escalation = (await connected.incident()).escalation("client")
    assert escalation
    assert escalation.side("client").acknowledged_by == "antoine-mercier"

    await connected.types("mathis-berger", f"/incident note INC-0001 vu avec <@{ABROAD}>")
    notes = [x.facts["text"] for x in await connected.timeline("INC-0001") if "note" in x.action]
    assert "vu avec @Antoine Mercier" in notes


async def test_esc_5_who_shares_no_channel_any_more_is_passed_over_and_why_is_said(
    connected: Scene,
) -> None:
    shared_room(connected).members.remove(ABROAD)
    await connected.opens("yasmine-haddad", OPEN)

    assert ("person/antoine-mercier", "invalid_user_combination") in await undelivered(
        connected, "INC-0001"
    )
    escalation = (await connected.incident()).escalation("client")
    assert escalation
    assert escalation.side("client").last.person != "antoine-mercier"
    assert "avec laquelle aucun canal" in said_in(shared_room(connected))
    assert "Partagez avec son organisation" in said_in(shared_room(connected))


# ── guests ───────────────────────────────────────────────────────────────────────────────────


async def test_cri_4_where_guests_may_not_be_invited_their_lead_hears_who_can_help(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.team.apps_invite_guests = False
    stage.workspace.users[scene.user("philippe-garnier")].is_restricted = True
    await meets(scene)

    told = scene.told("isabelle-fontaine", "Philippe Garnier", "fermé aux invités")
    assert any("Qui administre Slack" in words for words in told)
    member = (await scene.crisis()).member("philippe-garnier")
    assert member
    assert member.kept_out == "user_is_restricted"


# ── rooms to read in ─────────────────────────────────────────────────────────────────────────


async def test_a_room_where_escalade_may_not_write_is_said_with_what_to_do(scene: Scene) -> None:
    shared_room(scene).read_only = True
    await scene.opens("antoine-mercier", OPEN, scene.direct("antoine-mercier"))

    said = said_in(room_of_provider(scene))
    assert "seules certaines personnes peuvent y écrire" in said
    assert "inscrivez un autre canal" in said


async def test_cri_4_a_cell_does_not_meet_where_only_some_may_write(database: str) -> None:
    async with Stage(contracts=[POOLED], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        first = stage.workspace.channel_by_name("rivage-crise-a")
        assert first
        first.read_only = True
        await meets(scene, 1)
        assert (await scene.crisis(1)).room_name == "rivage-crise-b"

        stage.workspace.team.apps_create_channels = False
        shared_room(scene).read_only = True
        direct = map(scene.direct, ("claire-vasseur", "isabelle-fontaine"))
        await scene.types("claire-vasseur", '/crisis ask "panne 2"', next(direct))
        await scene.types("isabelle-fontaine", "/crisis accept CRI-0002", next(direct))
        assert (await scene.crisis(2)).room is None
        assert scene.told("claire-vasseur", "CRI-0002", "par téléphone")


# ── a whole organisation ─────────────────────────────────────────────────────────────────────


async def test_an_installation_for_a_whole_organisation_is_refused_in_words(
    stage: Stage,
) -> None:
    await stage.stop_bot()
    team = stage.workspace.team
    team.enterprise_id, team.org_wide = "E0SANDBOX1", True
    with pytest.raises(CannotStart, match="Enterprise Grid") as told:
        await stage.start_bot()
    assert "one workspace" in str(told.value)

    team.org_wide = False  # in one workspace of it
    await stage.start_bot()

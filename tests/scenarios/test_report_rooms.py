"""An issued report and who sits in the rooms: to all, or in person (Rules REP-1, CON-2)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stage.stage import Stage
from sandbox.model.channel import Channel
from tests.scenarios.scene import Scene

pytestmark = pytest.mark.databases_in_turn

CAUSE = "fibre coupée"
MEMBERS = "conversations.members"


async def approved(scene: Scene, number: int = 1) -> str:
    """A closed priority 1 whose report, of that number, is approved; who owns it."""
    await scene.types("mathis-berger", "/incident take INC-0001")
    line = f'/incident resolve INC-0001 "rétabli" cause_gone=yes cause="{CAUSE}"'
    await scene.types("mathis-berger", line)
    await scene.types("antoine-mercier", "/incident verify INC-0001")
    await scene.types("claire-vasseur", "/incident close INC-0001")
    owner = (await scene.report(number)).owner
    await scene.types(owner, f"/report edit REP-{number:04d} impact=aucun actions=doubler")
    approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != owner)
    await scene.types(approver, f"/report approve REP-{number:04d}")
    return owner


def rooms(scene: Scene) -> tuple[Channel, Channel]:
    """The provider's room, and the shared one."""
    names = (scene.contract.rooms.provider, scene.shared)
    provider, shared = (scene.stage.workspace.channel_by_name(name) for name in names)
    assert provider
    assert shared
    return provider, shared


def files_in(scene: Scene, place: Channel) -> int:
    """How often the report was joined to a message of a room."""
    return _reports(scene.reads("claire-vasseur", place.id))


def files_of(scene: Scene, person: str) -> int:
    """How often somebody got the report in person."""
    return _reports(scene.reads(person))


def _reports(messages: list[dict[str, Any]]) -> int:
    files = [file for message in messages for file in message.get("files") or []]
    return sum(file["name"].startswith("REP-") for file in files)


async def test_con_2_a_room_gets_the_report_only_if_everybody_in_it_may_read_it(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
    owner = await approved(scene)
    stage.workspace.faults.add(MEMBERS, "http_500", times=2)
    provider, shared = rooms(scene)

    await scene.types(owner, "/report issue REP-0001")
    assert not files_in(scene, provider), "who is there is not known: it waits"
    await stage.after(minutes=2)

    report = await scene.report()
    people = scene.contract.people
    assert files_in(scene, provider) == 1
    assert files_in(scene, shared) == 0, "the client's requesters sit there"
    for person in (p.id for p in people if p.organisation in {"provider", "client"}):
        assert files_of(scene, person) == (person in report.issues[-1].to), person
    held = [x for x in await scene.timeline("REP-0001") if x.action == "report.held_back"]
    assert [x.facts["room"] for x in held] == ["room/shared"]
    assert report.besides == (), "the provider's people have it in their own room"


async def test_con_2_neither_a_guest_nor_a_suppliers_representative_reads_the_report(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
    await scene.types("claire-vasseur", '/crisis ask INC-0001 "panne"')
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
    await stage.after(minutes=1)
    await scene.types("claire-vasseur", "/crisis add CRI-0001 supplier=ponant")
    await stage.after(minutes=1)
    cell = (await scene.crisis()).room
    assert cell
    cell_room = stage.workspace.channels[cell]
    assert scene.user("gwen-morvan") in cell_room.members
    for lead in ("claire-vasseur", "isabelle-fontaine"):
        await scene.types(lead, "/crisis close CRI-0001")
    owner = await approved(scene, 2)  # the cell's own is the first
    guest = stage.workspace.add_user(name="guest", real_name="Guest", email="", guest=True)
    provider, shared = rooms(scene)
    provider.members.append(guest.id)

    await scene.types(owner, "/report issue REP-0002")
    await stage.after(minutes=2)

    assert files_in(scene, provider) == files_in(scene, shared) == 0
    assert files_in(scene, cell_room) == 0
    assert not scene.told("gwen-morvan", "REP-0002")
    report = await scene.report(2)
    for person in {*report.issues[-1].to, *report.besides}:
        assert files_of(scene, person) == 1, person
    members = {member.person for member in (await scene.crisis()).members}
    firms = {scene.contract.person(p).organisation for p in members & set(report.besides)}
    assert "provider" in firms, "who sits in the cell and may read it has it in person"

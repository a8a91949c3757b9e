"""What a story costs in calls of Slack's Web API, method by method: each call earns its place."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.stage.stage import Stage
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.effects import Effect
from escalation.messages.incident import IncidentCard
from escalation.records.crisis import CrisisState, Presence
from escalation.records.incident import IncidentState
from escalation.records.report import ReportState
from tests.scenarios.scene import Scene

pytestmark = pytest.mark.databases_in_turn

# what answers somebody who asks
ON_THE_SPOT = {"views.open", "views.update", "chat.postEphemeral"}

PRIORITY_1 = {
    "conversations.members": 2,  # who is in the rooms that the report would go to
    "conversations.open": 7,
    "chat.postMessage": 38,  # also: its end, to the list (INC-19); what a room did not get (CON-5)
    "chat.update": 14,
    "files.getUploadURLExternal": 7,
    "files.completeUploadExternal": 7,
}
CRISIS = {
    "conversations.open": 13,
    "conversations.create": 1,
    "conversations.setTopic": 1,
    "conversations.invite": 2,
    "pins.add": 1,
    "chat.postMessage": 50,
    "chat.update": 24,  # also: each question says who has answered it
}
PRIORITY_3 = {
    "conversations.open": 3,
    "chat.postMessage": 8,
    "chat.update": 9,
}


async def begin(scene: Scene) -> None:
    """Count from here: who is who was looked up behind, once, and is no story's."""
    await scene.stage.after(minutes=2)
    scene.stage.workspace.calls.clear()


def too_many(scene: Scene, bound: dict[str, int]) -> dict[str, int]:
    """The methods that were called more often than the bound, and how often."""
    made = Counter(call.method for call in scene.stage.workspace.calls)
    return {
        method: times
        for method, times in made.items()
        if method not in ON_THE_SPOT and times > bound.get(method, 0)
    }


async def test_a_priority_1_from_its_opening_to_its_report(scene: Scene) -> None:
    await begin(scene)
    incident = await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
    called = incident.walks[0].side("provider").pings[-1].person
    await scene.clicks(called, "escalate/ack")
    await scene.types("mathis-berger", "/incident take INC-0001")
    await scene.stage.after(minutes=10)
    line = '/incident resolve INC-0001 "lien rétabli" cause_gone=yes cause="fibre coupée"'
    await scene.types("mathis-berger", line)
    await scene.clicks("antoine-mercier", "incident/verify")
    await scene.types("claire-vasseur", "/incident close INC-0001")
    assert (await scene.incident()).state is IncidentState.CLOSED
    owner = (await scene.report()).owner
    await scene.clicks(owner, "report/edit")
    await scene.submits(owner, cause="fibre", impact="aucun accès", actions="doubler")
    approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != owner)
    await scene.types(approver, "/report approve REP-0001")
    await scene.types(owner, "/report issue REP-0001")
    await scene.stage.after(minutes=2)

    report = await scene.report()
    assert report.state is ReportState.ISSUED
    for person in report.issues[-1].to:
        assert scene.told(person, "REP-0001"), person
    assert too_many(scene, PRIORITY_1) == {}


async def test_a_crisis_of_seven_from_the_question_to_its_end(scene: Scene) -> None:
    await begin(scene)
    await scene.crisis_asked()
    await scene.clicks("isabelle-fontaine", "crisis/accept")
    await scene.types("claire-vasseur", "/crisis add CRI-0001 mathis-berger")
    for person in ("claire-vasseur", "isabelle-fontaine"):
        await scene.clicks(person, "crisis/members")
    seven = [member.person for member in (await scene.crisis()).members]
    for person in seven:
        await scene.types(person, "/crisis here CRI-0001")
    await scene.types("claire-vasseur", '/crisis brief CRI-0001 "la fibre est coupée"')
    leads = "provider=francois-delmas client=philippe-garnier"
    await scene.types("claire-vasseur", f"/crisis lead CRI-0001 {leads}")
    for lead in ("francois-delmas", "philippe-garnier"):
        await scene.clicks(lead, "crisis/confirm")
    for decision in ("basculer", "prévenir"):
        await scene.types("francois-delmas", f"/crisis decide CRI-0001 {decision}")
    for lead in ("francois-delmas", "philippe-garnier"):
        await scene.types(lead, "/crisis close CRI-0001")
    await scene.stage.after(minutes=2)

    crisis = await scene.crisis()
    assert crisis.state is CrisisState.CLOSED
    assert len(seven) == 7
    assert all(crisis.presence(member) is Presence.PRESENT for member in crisis.members)
    room = scene.stage.workspace.channels[str(crisis.room)]
    assert {scene.user(person) for person in seven} <= set(room.members)
    pinned = [str(m) for m in scene.reads(seven[0], room.id) if m.get("pinned_to")]
    assert len(pinned) == 1
    assert "la fibre est coupée" in pinned[0]
    assert too_many(scene, CRISIS) == {}


async def test_a_quiet_priority_3(scene: Scene) -> None:
    await begin(scene)
    await scene.resolved()
    await scene.clicks("antoine-mercier", "incident/verify")
    await scene.types("mathis-berger", "/incident close INC-0001")
    await scene.stage.after(minutes=2)

    assert (await scene.incident()).state is IncidentState.CLOSED
    assert too_many(scene, PRIORITY_3) == {}


# ── cards that say the same already ──────────────────────────────────────────────────────────


async def shown_again(scene: Scene) -> None:
    """The card of INC-0001 is to be shown again in the shared room."""
    card = Effect(
        meaning=IncidentCard(), contract=scene.contract.id, subject="INC-0001",
        to=SHARED_ROOM,
    )  # fmt: skip
    store, clock = scene.stage.running.store, scene.stage.clock
    await store.run(lambda tx: tx.send([card]), now=clock.now())


def updates(scene: Scene) -> int:
    return len(scene.stage.workspace.calls.of("chat.update"))


async def test_a_card_that_says_just_that_is_not_updated_also_after_a_restart(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    for _ in range(2):
        await shown_again(scene)
        await stage.settle()
        assert updates(scene) == 0
        await stage.restart_bot()
    await scene.types("mathis-berger", "/incident take INC-0001")
    assert updates(scene) == 2  # in both rooms


async def test_a_card_of_which_nobody_knows_what_it_says_is_updated(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    await shown_again(scene)
    store, clock = stage.running.store, stage.clock
    (message,) = await store.outbox.claim(clock.now())
    await store.outbox.mark_uncertain(message, "no answer", clock.now())
    await stage.after(minutes=1)
    assert updates(scene) == 1


async def test_a_card_that_somebody_removed_stands_again_at_the_next_change(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    shared = stage.workspace.channel_by_name(scene.shared)
    assert shared
    shared.timeline.clear()
    await scene.types("mathis-berger", "/incident take INC-0001")
    assert any("INC-0001" in str(m) for m in scene.reads("mathis-berger", shared.id))

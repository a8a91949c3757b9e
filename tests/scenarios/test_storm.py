"""A storm under Slack's limits: calls first, together where they are many; cards true and fair."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.delivery import writing
from bot.slack.budget import DIRECT
from bot.slack.calls import Undeliverable
from bot.slack.posts import MessageReference, Posts
from escalation.decision.commands.incident import AssignIncident, OpenIncident
from escalation.messages.effects import Effect
from escalation.messages.incident import IncidentCard, Priority1Notice
from escalation.messages.ladder import Ping
from escalation.records.incident import Origin
from handlers.words.rendered import Rendered
from store.transaction.outbox_message import OutboxMessage
from tests.scenarios import storm
from tests.scenarios.scene import Scene
from tests.scenarios.test_slack_trouble import undelivered

pytestmark = pytest.mark.databases_in_turn

INCIDENTS = 200
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


async def test_calls_of_a_storm_go_first_and_together_each_acknowledged_for_itself(
    scene: Scene,
) -> None:
    """Two hundred incidents within a minute, fifty of them of priority 1 (INC-10)."""
    stage = scene.stage
    await stage.after(minutes=2)  # who is who is known
    await storm.breaks_out(scene, INCIDENTS)
    await stage.after(minutes=1)

    sent = await storm.messages(scene)
    calls = storm.first_calls(sent)
    assert len(calls) == 2 * INCIDENTS // storm.GRAVE, "one to each side"
    assert max(call.waited for call in calls) <= timedelta(seconds=DIRECT.seconds)
    notices = [each for each in sent if each.topic == Priority1Notice.topic]
    assert max(each.waited for each in notices) <= MINUTE
    assert [c.method for c in stage.workspace.calls if c.status == 429] == []

    mine = [each for each in sent if each.to == "person/mathis-berger"]
    called = [each for each in mine if each.topic == Ping.topic]
    assert len(called) == INCIDENTS // storm.GRAVE
    assert len({each.message for each in called}) < len(called)
    for each in called:
        told = [
            line.facts["to"]
            for line in await scene.timeline(each.subject)
            if line.action == "message.delivered" and line.facts["topic"] == Ping.topic
        ]
        assert told.count(each.to) == 1, each

    (channel, ts), many = Counter(each.message for each in called).most_common(1)[0]
    subjects = {each.subject for each in called if each.message == (channel, ts)}
    [message] = [m for m in scene.reads("mathis-berger") if m["ts"] == ts]
    assert f"{many} appels pour vous" in message["text"]
    buttons = {
        json.loads(element["value"])[1]: element["value"]
        for block in message["blocks"]
        for element in block.get("elements", ())
        if element["action_id"] == "do/escalate/ack"
    }
    assert set(buttons) == subjects
    [answered, *others] = sorted(subjects)
    person = scene.person("mathis-berger")
    pressed = await person.click(
        "do/escalate/ack", message_ts=ts, channel=channel, value=buttons[answered]
    )
    assert pressed.ok
    await stage.settle()
    answers = {
        subject: (await scene.incident(int(subject[4:]))).walks[0].side("provider").acknowledged_by
        for subject in subjects
    }
    assert answers == dict.fromkeys(others) | {answered: "mathis-berger"}


# ── what can happen to a message of several calls ────────────────────────────────────────────

CALLS = 4


async def called_for_many(scene: Scene) -> list[str]:
    """One man is called for several incidents at the same time: which ones."""
    opened = [
        (
            await scene.stage.running.application.carry_out(
                OpenIncident(
                    contract=scene.contract.id,
                    by="claire-vasseur",
                    title=f"Alerte {number} " + 18 * "très grave ",
                    component="vpn",
                    severity=1,
                    origin=Origin.MONITORING,
                )
            )
        ).id
        for number in range(CALLS)
    ]
    await scene.stage.settle()
    return opened


async def calls_of(scene: Scene, subjects: list[str]) -> list[storm.Sent]:
    sent = await storm.messages(scene)
    return [
        each
        for each in storm.first_calls(sent)
        if each.to == "person/mathis-berger" and each.subject in subjects
    ]


async def stand_once(scene: Scene, subjects: list[str]) -> None:
    """Each call stands once in the conversation, and once in its timeline."""
    calls = await calls_of(scene, subjects)
    assert len(calls) == len(subjects)
    for call in calls:
        assert call.left is not None
        buttons = [
            message["ts"]
            for message in scene.reads("mathis-berger")
            for block in message["blocks"]
            for element in block.get("elements", ())
            if element["action_id"] == "do/escalate/ack" and call.subject in element["value"]
        ]
        assert buttons == [call.message[1]]
        told = [
            line.facts["topic"]
            for line in await scene.timeline(call.subject)
            if line.action == "message.delivered" and line.facts["to"] == call.to
        ]
        assert told == [Ping.topic]


@pytest.mark.parametrize(
    "kind", ["ratelimited", "reset", "http_503", "done_but_no_answer", "done_html_200"]
)
async def test_calls_in_one_message_arrive_once_each_whatever_slack_answers(
    scene: Scene, kind: str
) -> None:
    scene.stage.workspace.faults.add("chat.postMessage", kind, times=3)
    subjects = await called_for_many(scene)
    await scene.stage.after(minutes=3)
    await stand_once(scene, subjects)
    assert len({each.message for each in await calls_of(scene, subjects)}) == 1


async def test_calls_that_slack_refuses_together_go_one_by_one(scene: Scene) -> None:
    scene.stage.workspace.rate_limits_enabled = True
    right = Posts.post

    async def refused(
        self: Posts, channel: str, outgoing: OutboxMessage, rendered: Rendered, thread: str = ""
    ) -> MessageReference:
        if outgoing.companions:
            raise Undeliverable("msg_blocks_too_long")
        return await right(self, channel, outgoing, rendered, thread)

    with pytest.MonkeyPatch.context() as patch, capture_logs() as logged:
        patch.setattr(Posts, "post", refused)
        subjects = await called_for_many(scene)
        await scene.stage.after(minutes=1)
    assert "gathered_refused" in [each.get("action") for each in logged]
    await stand_once(scene, subjects)
    assert len({each.message for each in await calls_of(scene, subjects)}) == CALLS
    for subject in subjects:
        assert await undelivered(scene, subject) == []


async def test_a_call_that_is_answered_meanwhile_is_not_in_the_message(scene: Scene) -> None:
    scene.stage.workspace.faults.add("chat.postMessage", "ratelimited", times=30, retry_after=20)
    subjects = await called_for_many(scene)
    await scene.types("mathis-berger", f"/escalate ack {subjects[1]}")
    scene.stage.workspace.faults.clear()
    await scene.stage.after(minutes=1)
    left = [subject for subject in subjects if subject != subjects[1]]
    await stand_once(scene, left)
    [message] = {each.message for each in await calls_of(scene, left)}
    [seen] = [m for m in scene.reads("mathis-berger") if m["ts"] == message[1]]
    assert f"{CALLS - 1} appels pour vous" in seen["text"]
    assert subjects[1] not in json.dumps(seen["blocks"])


async def test_a_call_that_cannot_be_written_holds_the_others_back_no_longer_than_itself(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = writing.render

    def render(effect: Effect, *rest: Any, **how: Any) -> Rendered | None:
        if effect.topic == Ping.topic and effect.subject == "INC-0002":
            raise KeyError("a bug of ours")
        return right(effect, *rest, **how)

    monkeypatch.setattr(writing, "render", render)
    with capture_logs():
        subjects = await called_for_many(scene)
        others = [subject for subject in subjects if subject != "INC-0002"]
        await stand_once(scene, others)
        await scene.stage.after(minutes=1)
    assert ("person/mathis-berger", "not_written") in await undelivered(scene, "INC-0002")


# ── cards ────────────────────────────────────────────────────────────────────────────────────


async def test_twelve_cards_that_change_each_second_are_all_true_a_minute_later(
    scene: Scene,
) -> None:
    stage, contract = scene.stage, scene.contract
    stage.workspace.rate_limits_enabled = True
    opened = [
        (
            await stage.running.application.carry_out(
                OpenIncident(
                    contract=contract.id,
                    by="claire-vasseur",
                    title=f"Alerte {number}",
                    component="paie",
                    severity=3,
                    origin=Origin.MONITORING,
                )
            )
        ).id
        for number in range(12)
    ]
    await stage.after(minutes=3)
    people = ("thomas-lacroix", "lea-guillou", "mathis-berger")
    began = stage.clock.now()
    for second in range(60):
        await stage.running.application.carry_out(
            AssignIncident(
                contract=contract.id,
                by="mathis-berger",
                incident=opened[second % 12],
                person=people[second // 12 % 3],
            )
        )
        await stage.after(seconds=1)
    await stage.after(minutes=1)

    sent = [each for each in await storm.messages(scene) if each.topic == IncidentCard.topic]
    changed = [each for each in sent if each.written >= began]
    places = {(each.subject, each.to) for each in changed}
    assert len(changed) < 60 * len({to for _, to in places}), "what waits is overwritten"
    # so many cards share forty updates a minute
    assert max(each.waited for each in changed) <= len(places) / 40 * MINUTE + 3 * SECOND
    for number, incident in enumerate(opened):
        assignee = (await scene.incident(number + 1)).assignee
        assert assignee is not None
        name = contract.person(assignee).name
        for room in ("provider", "shared"):
            channel = contract.rooms.shared if room == "shared" else contract.rooms.provider
            found = stage.workspace.channel_by_name(channel)
            assert found is not None
            for message in stage.workspace.messages(found.id):
                if message["text"].startswith(incident):
                    assert name in json.dumps(message["blocks"], ensure_ascii=False), incident
    assert [c.method for c in stage.workspace.calls if c.status == 429] == []

"""Slack leads nowhere: what is urgent goes by mail, once, and nobody is left untold (ESC-8)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.contact_methods import Notification
from bot.patience import FALLBACK_AFTER
from bot.slack.calls import NotSent, Uncertain, Undeliverable
from bot.stage.stage import Stage
from escalation.contract import Person
from escalation.decision.commands.incident import OpenIncident
from escalation.records.incident import Origin
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

pytestmark = pytest.mark.databases_in_turn

OPEN = '"Plus de VPN" component=vpn severity=1'
FIRST, SECOND = "mathis-berger", "ines-moreau"


@dataclass
class Post:
    """A way that is there, and fails as told."""

    name: str = "mail"
    sent: list[Notification] = field(default_factory=list)
    trouble: Exception | None = None

    def leads_to(self, person: Person) -> bool:
        return bool(person.email)

    async def send(self, notification: Notification) -> None:
        if self.trouble is None or isinstance(self.trouble, Uncertain):
            self.sent.append(notification)
        if self.trouble is not None:
            raise self.trouble

    def to(self, person: str) -> list[Notification]:
        return [notification for notification in self.sent if notification.person.id == person]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def scene(tmp_path: Path, post: Post) -> AsyncIterator[Scene]:
    async with Stage(
        contracts=[RIVAGE],
        at=WEDNESDAY,
        database=f"sqlite+aiosqlite:///{tmp_path}/e.db",
        methods=(post,),
    ) as stage:
        yield Scene(stage, stage.contract)
        assert all(verdict.whole for verdict in await stage.running.store.journal.verify())


def no_account(scene: Scene, person: str) -> None:
    scene.person(person).user.email = "left@elsewhere.example"


async def ways_used(scene: Scene, action: str) -> list[tuple[object, object]]:
    lines = await scene.timeline("INC-0001")
    return [(x.facts["to"], x.facts.get("way")) for x in lines if x.action == action]


async def test_esc_8_a_call_that_slack_keeps_for_two_minutes_goes_by_mail_once(
    scene: Scene, post: Post
) -> None:
    scene.stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    await scene.stage.after(seconds=119)
    assert not post.sent
    await scene.stage.after(seconds=1)
    [call] = post.to(FIRST)
    assert "INC-0001" in call.words.subject
    assert "Slack" in call.words.text
    assert "Votre intervention" in call.words.text
    assert call.words.text.count("+33") >= 1, "it says whom to phone"
    await scene.stage.after(minutes=2)
    assert len(post.to(FIRST)) == 1

    scene.stage.workspace.faults.clear()
    await scene.stage.after(minutes=1)
    assert scene.told(FIRST, "INC-0001", "intervention"), "Slack is back, and it is still true"
    assert ("person/mathis-berger", "mail") in await ways_used(scene, "message.delivered")


async def test_esc_8_many_calls_go_in_one_mail_and_each_timeline_says_so(
    scene: Scene, post: Post
) -> None:
    scene.stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    opened = [
        (
            await scene.stage.running.application.carry_out(
                OpenIncident(
                    contract=scene.contract.id,
                    by="claire-vasseur",
                    title=f"Alerte {number}",
                    component="vpn",
                    severity=1,
                    origin=Origin.MONITORING,
                )
            )
        ).id
        for number in range(12)
    ]
    await scene.stage.settle()
    post.trouble = Uncertain("no answer from the mail server")
    await scene.stage.after(seconds=121)
    [first] = post.to(FIRST)
    assert "12 appels pour vous" in first.words.subject
    assert all(incident in first.words.text for incident in opened)

    post.trouble = None  # the second copy is known for one
    await scene.stage.after(seconds=60)
    assert {notification.id for notification in post.to(FIRST)} == {first.id}
    for incident in opened:
        said = [
            (line.action, line.facts.get("way"))
            for line in await scene.timeline(incident)
            if line.facts.get("to") == f"person/{FIRST}" and line.facts.get("way")
        ]
        assert said == [("message.delivered", "mail")]


async def test_esc_8_what_slack_delivered_in_time_goes_by_no_other_way(
    scene: Scene, post: Post
) -> None:
    scene.stage.workspace.faults.add("chat.postMessage", "http_503", times=8)
    await scene.opens("antoine-mercier", OPEN)
    await scene.stage.after(minutes=4)
    assert scene.told(FIRST, "intervention")
    assert not post.sent


async def test_esc_8_what_is_no_longer_true_goes_by_no_way(scene: Scene, post: Post) -> None:
    scene.stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    await scene.stage.after(seconds=30)
    await scene.types(FIRST, "/escalate ack INC-0001")
    await scene.stage.after(minutes=3)
    assert not post.to(FIRST)


async def test_esc_8_somebody_without_slack_is_called_by_mail_at_once_and_answers_in_their_time(
    scene: Scene, post: Post
) -> None:
    no_account(scene, FIRST)
    await scene.opens("antoine-mercier", OPEN)
    assert len(post.to(FIRST)) == 1
    [escalation] = (await scene.incident()).walks
    assert [ping.person for ping in escalation.side("provider").pings] == [FIRST]
    assert ("person/mathis-berger", None) in await ways_used(scene, "message.undelivered")


async def test_esc_5_where_mail_is_refused_too_the_next_person_is_called_at_once(
    scene: Scene, post: Post
) -> None:
    no_account(scene, FIRST)
    post.trouble = Undeliverable("mail_refused_550")
    await scene.opens("antoine-mercier", OPEN)
    [escalation] = (await scene.incident()).walks
    assert [ping.person for ping in escalation.side("provider").pings] == [FIRST, SECOND]
    assert scene.told("francois-delmas", "Impossible de joindre Mathis Berger")
    assert ("person/mathis-berger", "mail") in await ways_used(scene, "message.undelivered")


async def test_esc_8_a_mail_server_that_is_down_is_tried_again(scene: Scene, post: Post) -> None:
    no_account(scene, FIRST)
    post.trouble = NotSent("down")
    await scene.opens("antoine-mercier", OPEN)
    await scene.stage.after(seconds=20)
    unsent = await scene.stage.running.store.outbox.unsent()
    assert [x.error for x in unsent if str(x.to) == f"mail/{FIRST}"] == ["down"]
    post.trouble = None
    await scene.stage.after(seconds=40)
    assert len(post.to(FIRST)) == 1


async def test_esc_8_a_mail_whose_fate_is_unknown_is_repeated_under_the_same_id(
    scene: Scene, post: Post
) -> None:
    no_account(scene, FIRST)
    post.trouble = Uncertain("no answer")
    await scene.opens("antoine-mercier", OPEN)
    post.trouble = None
    await scene.stage.after(minutes=1)
    assert len(post.to(FIRST)) == 2
    assert len({notification.id for notification in post.to(FIRST)}) == 1


async def test_esc_7_a_restart_repeats_no_mail(scene: Scene, post: Post) -> None:
    no_account(scene, FIRST)
    await scene.opens("antoine-mercier", OPEN)
    await scene.stage.restart_bot()
    await scene.stage.after(minutes=1)
    assert len(post.to(FIRST)) == 1


async def test_esc_8_calls_that_wait_behind_another_message_go_by_mail_in_their_turn(
    scene: Scene, post: Post
) -> None:
    scene.stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    await scene.stage.after(minutes=8)
    calls = (await scene.incident()).walks[0].side("provider").pings
    due = [
        p for p in calls if scene.stage.clock.now() - p.at >= FALLBACK_AFTER + timedelta(seconds=40)
    ]
    assert len(due) >= 2
    for call in due:
        assert post.to(call.person)

"""Slack fails in every way it can: what is owed arrives, once, in order (design, decision 5)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.delivery import outcomes, writing
from bot.errors import CannotStart
from bot.slack.posts import METADATA_TYPE
from bot.stage.stage import Stage
from escalation.contract import CLIENT, PROVIDER
from escalation.messages.crisis import Brief
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.effects import Effect
from escalation.records.crisis import CrisisState
from handlers.words.rendered import File, Rendered
from tests.kept import incidents_of
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

pytestmark = pytest.mark.databases_in_turn

OPEN = '"Plus de VPN" component=vpn severity=1'
FIRST = "mathis-berger"  # holds the provider's first echelon


@pytest.fixture
async def hasty(database: str) -> AsyncIterator[Stage]:
    """A stage whose bot waits for Slack a moment only."""
    async with Stage(
        contracts=[RIVAGE],
        at=WEDNESDAY,
        database=database,
        call_timeout=0.3,
        socket_patience=0.25,
    ) as stage:
        yield stage


def pings(scene: Scene, person: str, number: int) -> list[dict[str, Any]]:
    """The calls of an incident in somebody's talk with the bot."""
    return [
        m
        for m in scene.reads(person)
        if f"INC-{number:04d}" in m["text"] and "intervention" in m["text"]
    ]


def messages(scene: Scene, person: str) -> Counter[str]:
    """How often each message stands in somebody's talk with the bot."""
    return Counter(
        m["metadata"]["event_payload"]["letter"]
        for m in scene.reads(person)
        if (m.get("metadata") or {}).get("event_type") == METADATA_TYPE
    )


async def eventually(happened: Callable[[], Any], within: float = 5.0) -> None:
    """Look until it has happened."""
    async with asyncio.timeout(within):
        while True:
            found = happened()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


# ── messages ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kind", ["ratelimited", "http_500", "http_503", "timeout", "reset", "done_but_no_answer"]
)
async def test_esc_7_a_ping_that_slack_failed_arrives_later_exactly_once(
    hasty: Stage, kind: str
) -> None:
    scene = Scene(hasty, hasty.contract)
    hasty.workspace.faults.add("chat.postMessage", kind, times=4, retry_after=7)
    incident = await scene.opens("antoine-mercier", OPEN)
    assert incident.level == 1
    await hasty.after(seconds=100)
    assert not hasty.workspace.faults.pending()
    assert len(pings(scene, FIRST, 1)) == 1
    for person in hasty.contract.people:
        assert all(times == 1 for times in messages(scene, person.id).values())


async def test_what_was_done_without_an_answer_is_found_and_not_posted_again(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.faults.add("chat.postMessage", "done_but_no_answer", times=3)
    await scene.opens("antoine-mercier", OPEN)
    await stage.after(seconds=30)
    posts = stage.workspace.calls.of("chat.postMessage")
    marks = Counter(str(post.args["metadata"]) for post in posts)
    assert len(marks) > 3
    assert max(marks.values()) == 1


async def test_a_retry_waits_as_long_as_slack_asks(stage: Stage, scene: Scene) -> None:
    stage.workspace.faults.add("chat.postMessage", "ratelimited", times=20, retry_after=30)
    await scene.opens("antoine-mercier", OPEN)
    stage.workspace.faults.clear()
    await stage.after(seconds=29)
    assert not pings(scene, FIRST, 1)
    await stage.after(seconds=1)
    assert len(pings(scene, FIRST, 1)) == 1


async def test_the_order_in_a_conversation_holds_while_sends_fail(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", OPEN)
    for kind in ("http_503", "done_but_no_answer", "ratelimited", "reset", "http_500"):
        stage.workspace.faults.add("chat.postMessage", kind, times=3, retry_after=40)
    await stage.after(minutes=30)
    assert not stage.workspace.faults.pending()
    for person in stage.contract.people:
        marks = [m for m in scene.reads(person.id) if m.get("metadata")]
        calls = [m for m in marks if "intervention" in m["text"]]
        assert [m["ts"] for m in calls] == sorted(m["ts"] for m in calls)
        assert all(times == 1 for times in messages(scene, person.id).values())
    incident = await scene.incident()
    for escalation in incident.walks:
        for side in escalation.sides:
            assert all(pings(scene, ping.person, 1) for ping in side.pings)


async def test_a_card_is_one_message_however_many_updates_and_failures(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.faults.add("chat.postMessage", "done_but_no_answer", times=6)
    incident = await scene.opens("antoine-mercier", OPEN)
    stage.workspace.faults.add("chat.update", "http_503", times=2)
    stage.workspace.faults.add("chat.update", "done_but_no_answer", times=2)
    await scene.types(FIRST, f"/incident take {incident.id}")
    await stage.after(seconds=20)
    await scene.types(FIRST, f"/incident resolve {incident.id} vidé cause_gone=yes")
    await stage.after(minutes=10)
    cards = [
        m
        for m in scene.reads(FIRST, scene.shared)
        if not m.get("is_ephemeral") and "INC-0001" in str(m)
    ]
    assert len(cards) == 1
    assert "résolu" in str(cards[0])


async def test_a_long_outage_loses_nothing(stage: Stage, scene: Scene) -> None:
    stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    await stage.after(minutes=12)  # the pauses are at their longest since ten
    assert not scene.reads(FIRST, scene.shared)
    stage.workspace.faults.clear()
    await stage.after(minutes=6)
    assert any("INC-0001" in str(m) for m in scene.reads(FIRST, scene.shared))
    waiting = await stage.running.store.outbox.next_at()
    assert waiting is None or waiting > stage.clock.now()


async def test_an_urgent_message_is_tried_again_soon_after_a_long_outage(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", OPEN)
    stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    await stage.after(minutes=12)
    stage.workspace.faults.clear()
    now = stage.clock.now()
    before = sum(len(messages(scene, p.id)) for p in stage.contract.people)
    await stage.after(seconds=outcomes.URGENT_PAUSES[-1])
    assert sum(len(messages(scene, p.id)) for p in stage.contract.people) > before
    assert stage.clock.now() - now <= timedelta(seconds=30)


async def test_a_message_that_cannot_be_rendered_holds_back_no_other_conversation(
    stage: Stage, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = writing.render

    def poisoned(effect: Effect, *rest: Any, **how: Any) -> Rendered | None:
        if effect.to.person == FIRST and effect.facts.get("number") == 1:
            raise ValueError("poison")
        return honest(effect, *rest, **how)

    monkeypatch.setattr(writing, "render", poisoned)
    with structlog.testing.capture_logs() as logs:
        incident = await scene.opens("antoine-mercier", OPEN)
        await stage.after(minutes=2)
    assert any("poison" in str(entry) for entry in logs)
    assert not incident.walks[0].side(CLIENT).pings, "whoever opened it stands on the rung"
    assert scene.told("antoine-mercier", incident.id, "ne recevez pas d")
    assert not pings(scene, FIRST, 1)
    told = await scene.timeline(incident.id)
    failed = [line for line in told if line.action == "message.undelivered"]
    assert failed
    assert failed[0].facts["to"] == f"person/{FIRST}"
    assert failed[0].facts["why"] == "not_written"
    assert len(pings(scene, "ines-moreau", 1)) == 1, "the next person is called at once"
    assert scene.told("francois-delmas", "Impossible de joindre", incident.id)


# ── files ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("files.getUploadURLExternal", "ratelimited"),
        ("files.getUploadURLExternal", "http_503"),
        ("files.completeUploadExternal", "ratelimited"),
        ("files.completeUploadExternal", "reset"),
        ("files.completeUploadExternal", "done_but_no_answer"),
        ("pins.add", "ratelimited"),
        ("pins.add", "http_500"),
    ],
)
async def test_a_message_whose_file_or_pin_fails_is_not_posted_again(
    stage: Stage,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    kind: str,
) -> None:
    file = File(name="rapport.html", title="Rapport", content=b"<p>ok</p>")
    monkeypatch.setattr(writing, "render", lambda *_, **__: Rendered(text="Le rapport", file=file))
    stage.workspace.faults.add(method, kind, times=2, retry_after=9)
    contract = stage.contract.id
    effect = Effect(meaning=Brief(), contract=contract, subject="INC-0001", to=SHARED_ROOM)
    now = stage.clock.now()
    await stage.running.store.run(lambda tx: tx.send([effect]), now=now)
    await stage.after(minutes=1)
    seen = scene.reads(FIRST, scene.shared)
    assert [m["text"] for m in seen].count("Le rapport") == 1
    assert [f["name"] for m in seen for f in m.get("files") or []] == ["rapport.html"]
    channel = stage.workspace.channel_by_name(scene.shared)
    assert channel is not None
    assert len(channel.pins) == 1


# ── rooms ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("conversations.create", "done_but_no_answer"),
        ("conversations.create", "ratelimited"),
        ("conversations.create", "http_500"),
        ("conversations.invite", "ratelimited"),
        ("conversations.setTopic", "http_503"),
    ],
)
async def test_cri_4_one_room_opens_whatever_fails_and_everybody_is_invited(
    database: str, method: str, kind: str
) -> None:
    lines = [
        "crisis_pool = []" if line.startswith("crisis_pool") else line
        for line in RIVAGE.splitlines()
    ]
    async with Stage(contracts=["\n".join(lines)], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        before = set(stage.workspace.channels)
        await scene.crisis_asked()
        stage.workspace.faults.add(method, kind, times=2, retry_after=60)
        await scene.clicks(counterpart(scene), "crisis/accept")
        await stage.after(minutes=5)
        crisis = await scene.crisis()
        assert crisis.state is CrisisState.OPEN
        assert crisis.room
        made = [
            c
            for c in stage.workspace.channels.values()
            if c.id not in before and c.kind in {"channel", "group"}
        ]
        assert [c.id for c in made] == [crisis.room]
        members = {scene.user(member.person) for member in crisis.members}
        assert members <= set(made[0].members)


def counterpart(scene: Scene) -> str:
    """Who was asked for the crisis."""
    for person in scene.contract.people:
        if person.organisation == CLIENT and scene.told(person.id, "crisis/accept"):
            return person.id
    raise AssertionError("nobody was asked")


# ── the socket ───────────────────────────────────────────────────────────────────────────────


async def listed(scene: Scene) -> int:
    """How many incidents there are."""
    store, contract = scene.stage.running.store, scene.contract.id
    return len(await store.read(lambda tx: incidents_of(tx, contract)))


async def test_commands_work_again_after_the_socket_was_cut(hasty: Stage) -> None:
    scene = Scene(hasty, hasty.contract)
    assert await hasty.server.hub.drop() == 1
    await eventually(lambda: connected(hasty))
    await scene.opens("antoine-mercier", OPEN)
    assert await listed(scene) == 1


async def test_dead_tickets_do_not_keep_the_bot_away(hasty: Stage) -> None:
    scene = Scene(hasty, hasty.contract)
    hasty.workspace.faults.dead_tickets(2)
    await hasty.server.hub.drop()
    await eventually(lambda: connected(hasty), within=8)
    await scene.opens("antoine-mercier", OPEN)
    assert await listed(scene) == 1


async def test_commands_go_on_while_slack_refreshes_the_sockets(stage: Stage, scene: Scene) -> None:
    calls = stage.workspace.calls
    calls.clear()
    await stage.server.hub.refresh()
    await eventually(lambda: connected(stage))
    await scene.opens("antoine-mercier", OPEN)
    assert await listed(scene) == 1
    assert len(calls.of("apps.connections.open")) == 1, "the new socket is not replaced again"


async def test_where_socket_mode_is_switched_off_the_operator_is_told_and_slack_left_in_peace(
    hasty: Stage,
) -> None:
    calls = hasty.workspace.calls
    calls.clear()
    with structlog.testing.capture_logs() as logs:
        await hasty.server.dispatcher.switch_socket_mode(on=False)
        await eventually(lambda: off(hasty))
        assert not calls.of("apps.connections.open"), "what was just refused is not asked for"
        await eventually(lambda: told_why(hasty, "socket_mode_not_enabled"), within=8)
    words = [entry["why"] for entry in logs if entry.get("action") == "socket_refused"]
    assert "link_disabled" in words[0]
    assert "switch it on" in words[0]
    assert len(words) == len(set(words)), "once for each reason"
    with pytest.raises(CannotStart, match="switch it on"):
        await hasty.restart_bot()
    await hasty.server.dispatcher.switch_socket_mode(on=True)
    await hasty.start_bot()


async def test_once_socket_mode_is_switched_on_again_the_bot_hears_slack(
    hasty: Stage,
) -> None:
    await hasty.server.dispatcher.switch_socket_mode(on=False)
    await eventually(lambda: off(hasty))
    await hasty.server.dispatcher.switch_socket_mode(on=True)
    await eventually(lambda: connected(hasty), within=8)
    assert not hasty.running.socket.refused
    await Scene(hasty, hasty.contract).opens("antoine-mercier", OPEN)


async def off(stage: Stage) -> bool:
    return await told_why(stage, "link_disabled")


async def told_why(stage: Stage, code: str) -> bool:
    """Whether who asks if the bot is ready is told what to mend."""
    return any(
        code in why and "switch it on" in why for why in await stage.running.readiness.unready()
    )


async def connected(stage: Stage) -> bool:
    """Whether both ends hold the socket."""
    ours = await stage.running.socket.connected()
    theirs = stage.server.hub.sockets(stage.app.app_id)
    return ours and any(not socket.leaving for socket in theirs)


@pytest.mark.parametrize("kind", ["retry_after_garbage", "html_200", "bare_ok", "empty"])
async def test_a_bot_starts_and_hears_slack_however_the_address_was_answered(
    hasty: Stage, kind: str
) -> None:
    await hasty.stop_bot()
    hasty.workspace.faults.add("apps.connections.open", kind)
    await hasty.start_bot()
    await eventually(lambda: connected(hasty), within=8)
    await Scene(hasty, hasty.contract).opens("antoine-mercier", OPEN)


@pytest.mark.parametrize("time", [b"nan", b"inf", b"-inf"])
async def test_a_pong_that_tells_no_time_does_not_cut_the_bot_off(
    hasty: Stage, time: bytes
) -> None:
    (socket,) = hasty.server.hub.sockets(hasty.app.app_id)
    await socket.ws.pong(b"sdk-ping-pong:" + time)
    await asyncio.sleep(0.2)
    with structlog.testing.capture_logs() as logs:
        await eventually(lambda: connected(hasty), within=8)
        await Scene(hasty, hasty.contract).opens("antoine-mercier", OPEN)
    assert not [entry for entry in logs if entry.get("exc_info")]


async def test_an_envelope_delivered_twice_opens_one_incident(stage: Stage, scene: Scene) -> None:
    stage.server.hub.duplicate_next(1)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    await asyncio.sleep(0.1)
    await stage.settle()
    assert await listed(scene) == 1
    assert len(scene.whispers("antoine-mercier", scene.shared)) == 1


async def test_a_form_asked_for_once_but_delivered_twice_opens_once(
    stage: Stage, scene: Scene
) -> None:
    stage.server.hub.duplicate_next(1)
    await scene.types("antoine-mercier", "/incident open")
    person = scene.person("antoine-mercier")
    await eventually(lambda: len(person.modals) == 1)
    await asyncio.sleep(0.1)
    await stage.settle()
    assert len(person.modals) == 1
    assert not scene.whispers("antoine-mercier", scene.shared)


# ── start and stop ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "code", "variable"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN"),
        ("auth.test", "account_inactive", "SLACK_BOT_TOKEN"),
        ("apps.connections.open", "invalid_auth", "SLACK_APP_TOKEN"),
        ("apps.connections.open", "not_allowed_token_type", "SLACK_APP_TOKEN"),
    ],
)
async def test_a_refused_token_stops_the_start_and_says_what_to_do(
    stage: Stage, method: str, code: str, variable: str
) -> None:
    await stage.stop_bot()
    stage.workspace.faults.add(method, f"error:{code}")
    with pytest.raises(CannotStart, match=variable) as told:
        await stage.start_bot()
    assert code in str(told.value)
    await stage.start_bot()  # nothing was left open: the database is free


async def test_esc_7_slack_out_of_reach_at_the_start_loses_nothing(hasty: Stage) -> None:
    scene = Scene(hasty, hasty.contract)
    await scene.opens("antoine-mercier", OPEN)
    await hasty.stop_bot()
    await hasty.server.stop()
    await hasty.start_bot()
    for _ in range(25):  # the network being down, nothing but timers and retries moves
        await hasty.running.settle()
        hasty.clock.move_to(hasty.clock.now() + timedelta(minutes=1))
    await hasty.running.settle()
    incident = await scene.incident()
    rung = incident.escalation("client")
    assert rung is not None
    assert rung.rung == 1, "timers fire without Slack"
    await hasty.server.start()
    await eventually(lambda: connected(hasty), within=8)
    await hasty.after(minutes=1)
    for side in rung.sides:
        for ping in side.pings:
            assert pings(scene, ping.person, 1)
    for person in hasty.contract.people:
        assert all(times == 1 for times in messages(scene, person.id).values())
    await scene.types(FIRST, f"/incident take {incident.id}")
    assert (await scene.incident()).acknowledged_at


async def test_a_stop_lets_the_listeners_finish(stage: Stage, scene: Scene) -> None:
    person = scene.person("antoine-mercier")
    await person.command("/incident", f"open {OPEN}", channel=scene.shared)
    await stage.stop_bot()  # acknowledged a moment ago, still being worked on
    await stage.start_bot()
    assert await listed(scene) == 1
    await stage.settle()
    assert len(pings(scene, FIRST, 1)) == 1
    assert {side.side for side in (await scene.incident()).walks[0].sides} == {PROVIDER, CLIENT}


async def test_a_call_outlives_a_token_that_is_refused_for_a_while(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.faults.add(method="chat.postMessage", kind="error:token_revoked", times=20)
    with structlog.testing.capture_logs():
        await scene.opens("antoine-mercier", OPEN)
        await stage.after(minutes=4)
    assert len(pings(scene, FIRST, 1)) == 1

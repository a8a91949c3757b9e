"""Something answers in Slack's place: no call is lost, none comes twice (Rules ESC-7, ESC-8)."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from bot.delivery import writing
from bot.stage.stage import Stage
from escalation.messages.effects import Effect
from handlers.words.rendered import Rendered
from sandbox.base.fault import DONE, ODD, UPLOAD
from store.transaction.outbox_message import OutboxState
from tests.scenarios.scene import Scene
from tests.scenarios.test_slack_fails import FIRST, OPEN, messages, pings

pytestmark = pytest.mark.databases_in_turn

EVERY_KIND = (*ODD, *(DONE + kind for kind in ODD), "retry_after_garbage")


async def nothing_set_aside(scene: Scene) -> bool:
    """Whether every message has left."""
    unsent = await scene.stage.running.store.outbox.unsent()
    return not [each for each in unsent if each.state is OutboxState.FAILED]


async def all_arrived_once(scene: Scene) -> None:
    """The first call is there; nothing came twice, nothing was given up.

    On the client's side nobody is called: whoever opened the incident stands on the rung.
    """
    provider = (await scene.incident()).walks[0].side("provider")
    assert len(pings(scene, provider.pings[0].person, 1)) == 1
    for person in scene.contract.people:
        assert all(times == 1 for times in messages(scene, person.id).values())
    assert await nothing_set_aside(scene)


@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_esc_7_a_call_outlives_whatever_answers_in_slacks_place(
    stage: Stage, scene: Scene, kind: str
) -> None:
    times = 2 if kind.endswith("huge") else 5
    stage.workspace.faults.add("chat.postMessage", kind, times=times)
    with structlog.testing.capture_logs() as logs:
        await scene.opens("antoine-mercier", OPEN)
        await stage.after(minutes=2)
    assert not stage.workspace.faults.pending()
    await all_arrived_once(scene)
    assert not [entry for entry in logs if entry.get("exc_info")], "none of it is a bug"


async def seen_before(scene: Scene) -> None:
    """Have whoever is to act be known: nobody acts whom Slack has never named."""
    assert await scene.stage.running.application.callers(scene.user("antoine-mercier"))


@pytest.mark.parametrize(
    "method", ["users.lookupByEmail", "conversations.open", "users.conversations"]
)
@pytest.mark.parametrize("kind", ["html_503", "html_200", "bare_ok", "not_an_object"])
async def test_esc_7_who_is_who_is_looked_up_again_until_slack_itself_answers(
    stage: Stage, scene: Scene, method: str, kind: str
) -> None:
    await seen_before(scene)
    stage.workspace.faults.add(method, kind, times=6)
    await scene.opens("antoine-mercier", OPEN)
    await stage.after(minutes=4)
    await all_arrived_once(scene)


async def test_esc_7_sixteen_seconds_of_a_page_instead_of_an_answer_lose_no_call(
    stage: Stage, scene: Scene
) -> None:
    await seen_before(scene)
    for methods in ("users.lookupByEmail", "users.conversations", "conversations.*", "chat.*"):
        stage.workspace.faults.add(methods, "html_503", times=1_000_000)
    await scene.person("antoine-mercier").command("/incident", f"open {OPEN}", channel=scene.shared)
    await stage.after(seconds=16)
    stage.workspace.faults.clear()
    await stage.after(seconds=45)
    await all_arrived_once(scene)
    assert any("INC-0001" in str(m) for m in scene.reads(FIRST, scene.shared))


async def test_a_form_that_got_lost_on_the_way_is_opened_once(stage: Stage, scene: Scene) -> None:
    person = scene.person("antoine-mercier")
    for kind in ("html_503", "done_html_503", "done_html_200", "reset"):
        stage.workspace.faults.add("views.open", kind)
        with structlog.testing.capture_logs() as logs:
            await scene.types("antoine-mercier", "/incident open")
        assert len(person.modals) == 1, kind
        assert not [entry for entry in logs if entry["log_level"] == "error"], kind
        await person.close_modal()


async def test_a_form_that_slack_refuses_is_said_in_words_and_is_no_bug(
    stage: Stage, scene: Scene
) -> None:
    for code in ("expired_trigger_id", "invalid_arguments", "view_too_large"):
        stage.workspace.faults.add("views.open", f"error:{code}", times=2)
        with structlog.testing.capture_logs() as logs:
            said = await scene.types("antoine-mercier", "/incident open")
        assert "formulaire" in said, code
        assert not [entry for entry in logs if entry.get("action") == "bug"], code
        stage.workspace.faults.clear()


async def test_esc_8_a_call_is_never_given_up_for_a_bug_and_holds_back_no_other(
    stage: Stage, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, broken = writing.render, True

    def poisoned(effect: Effect, *rest: Any, **how: Any) -> Rendered | None:
        if broken and effect.urgent and effect.subject == "INC-0001":
            raise ValueError("poison")
        return honest(effect, *rest, **how)

    monkeypatch.setattr(writing, "render", poisoned)
    with structlog.testing.capture_logs():
        await scene.opens("antoine-mercier", OPEN)
        await stage.after(minutes=1)
        await scene.opens("antoine-mercier", '"Plus de paie" component=vpn severity=1')
        await stage.after(seconds=40)
    assert len(pings(scene, FIRST, 2)) == 1, "the next call passes the one that fails"
    assert not pings(scene, FIRST, 1)
    assert await nothing_set_aside(scene), "it waits, and is tried on"
    broken = False
    await stage.after(seconds=31)
    incident = await scene.incident()
    called = {ping.person for side in incident.walks[0].sides for ping in side.pings}
    assert any(pings(scene, person, 1) for person in called)
    waiting = await stage.running.store.outbox.next_at()
    assert waiting is None or waiting > stage.clock.now()


# ── answers that look like Slack's, and are not ──────────────────────────────────────────────


async def closed_report(scene: Scene) -> str:
    """A priority 1 that is closed; who owns its report."""
    await scene.opens("antoine-mercier", OPEN)
    await scene.types("mathis-berger", "/incident take INC-0001")
    line = '/incident resolve INC-0001 "rétabli" cause_gone=yes cause="fibre coupée"'
    await scene.types("mathis-berger", line)
    await scene.types("antoine-mercier", "/incident verify INC-0001")
    await scene.types("claire-vasseur", "/incident close INC-0001")
    owner = (await scene.report()).owner
    await scene.types(owner, "/report edit REP-0001 cause=fibre impact=aucun actions=doubler")
    approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != owner)
    await scene.types(approver, "/report approve REP-0001")
    return owner


@pytest.mark.parametrize("kind", ["html_200", "empty", "bare_ok", "login_redirect", "truncated"])
async def test_a_file_that_something_else_took_is_uploaded_again(
    stage: Stage, scene: Scene, kind: str
) -> None:
    owner = await closed_report(scene)
    stage.workspace.faults.add(UPLOAD, kind, times=10)
    with structlog.testing.capture_logs() as logs:
        await scene.types(owner, "/report issue REP-0001")
        await stage.after(minutes=2)
    assert not stage.workspace.faults.pending()
    for person in (await scene.report()).issues[-1].to:
        files = [f["name"] for m in scene.reads(person) for f in m.get("files") or []]
        assert len([name for name in files if name.startswith("REP-0001")]) == 1, person
    assert not [entry for entry in logs if entry.get("action") == "message_incomplete"]


async def test_a_card_is_not_taken_for_updated_where_slack_has_not_said_so(
    stage: Stage, scene: Scene
) -> None:
    await scene.opens("antoine-mercier", OPEN)
    stage.workspace.faults.add("chat.update", "bare_ok", times=4)
    await scene.types("mathis-berger", "/incident take INC-0001")
    await stage.after(minutes=2)
    assert not stage.workspace.faults.pending()
    card = next(m for m in scene.reads(FIRST, scene.shared) if "INC-0001" in m["text"])
    assert "Mathis Berger" in str(card)


async def test_a_form_is_not_taken_for_opened_where_slack_has_not_said_so(
    stage: Stage, scene: Scene
) -> None:
    stage.workspace.faults.add("views.open", "bare_ok", times=2)
    said = await scene.types("antoine-mercier", "/incident open")
    assert "formulaire" in said

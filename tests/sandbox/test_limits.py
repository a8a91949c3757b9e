import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError

from sandbox.base.clock import ManualClock
from sandbox.base.errors import SlackError
from sandbox.changes import responses
from sandbox.model.response_url import ResponseUrl
from sandbox.model.workspace import Workspace
from tests.sandbox.conftest import World

HOME = {"type": "home", "blocks": [{"type": "divider"}]}


def modal(**more: Any) -> dict[str, Any]:
    title = {"type": "plain_text", "text": "T"}
    return {"type": "modal", "title": title, "blocks": [{"type": "divider"}], **more}


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_method_is_limited_per_minute(world: World) -> None:
    world.ws.rate_limits_enabled = True
    for number in range(20):
        await world.client.conversations_create(name=f"room-{number}")
    answer = await refused(world.client.conversations_create(name="room-x"))
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "60"
    world.clock.advance(60)
    assert (await world.client.conversations_create(name="room-x"))["ok"]


async def test_messages_are_limited_per_conversation(world: World) -> None:
    world.ws.rate_limits_enabled = True
    for _ in range(5):
        await world.client.chat_postMessage(channel=world.room, text="x")
    answer = await refused(world.client.chat_postMessage(channel=world.room, text="x"))
    assert answer.status_code == 429
    await world.client.chat_postMessage(channel=world.alice, text="x")
    world.clock.advance(5)
    await world.client.chat_postMessage(channel=world.room, text="x")


async def test_a_trigger_lives_three_seconds_and_works_once(world: World) -> None:
    give = world.ws.triggers.give
    trigger = give(world.alice, world.app.app_id, world.clock.time())
    await world.client.views_open(trigger_id=trigger, view=modal())
    answer = await refused(world.client.views_open(trigger_id=trigger, view=modal()))
    assert answer["error"] == "exchanged_trigger_id"
    late = give(world.alice, world.app.app_id, world.clock.time())
    world.clock.advance(3.1)
    answer = await refused(world.client.views_open(trigger_id=late, view=modal()))
    assert answer["error"] == "expired_trigger_id"
    answer = await refused(world.client.views_open(trigger_id="1.2.x", view=modal()))
    assert answer["error"] == "invalid_trigger_id"


async def test_a_fast_clock_gives_an_app_no_less_time_for_a_form() -> None:
    class Fast(ManualClock):
        speed = 60

    workspace = Workspace(clock=Fast())
    trigger = workspace.triggers.give("U1", "A1", 0)
    late = workspace.triggers.give("U1", "A1", 0)
    assert workspace.triggers.exchange(trigger, "A1", 2.9 * 60).used
    with pytest.raises(SlackError, match="expired_trigger_id"):
        workspace.triggers.exchange(late, "A1", 3.1 * 60)


async def test_modals_stack_three_high_and_know_their_root(world: World) -> None:
    def trigger() -> str:
        top = world.ws.views.top(world.alice)
        now = world.clock.time()
        return world.ws.triggers.give(world.alice, world.app.app_id, now, top.id if top else None)

    first = await world.client.views_open(trigger_id=trigger(), view=modal())
    second = await world.client.views_push(trigger_id=trigger(), view=modal())
    await world.client.views_push(trigger_id=trigger(), view=modal())
    assert second["view"]["root_view_id"] == first["view"]["id"]
    assert second["view"]["previous_view_id"] == first["view"]["id"]
    answer = await refused(world.client.views_push(trigger_id=trigger(), view=modal()))
    assert answer["error"] == "push_limit_reached"


async def test_an_old_hash_is_a_conflict(world: World) -> None:
    first = await world.client.views_publish(user_id=world.alice, view=HOME)
    old = first["view"]["hash"]
    await world.client.views_publish(user_id=world.alice, view=HOME, hash=old)
    answer = await refused(world.client.views_publish(user_id=world.alice, view=HOME, hash=old))
    assert answer["error"] == "hash_conflict"


async def test_an_external_id_is_unique_and_finds_its_view(world: World) -> None:
    def trigger(user: str) -> str:
        return world.ws.triggers.give(user, world.app.app_id, world.clock.time())

    view = modal(external_id="mine")
    await world.client.views_open(trigger_id=trigger(world.alice), view=view)
    answer = await refused(world.client.views_open(trigger_id=trigger(world.bob), view=view))
    assert answer["error"] == "duplicate_external_id"
    await world.client.views_update(external_id="mine", view=modal(callback_id="new"))
    shown = world.server.person(world.alice).modal
    assert shown is not None
    assert shown["callback_id"] == "new"


async def test_views_are_checked(world: World) -> None:
    trigger = world.ws.triggers.give(world.alice, world.app.app_id, world.clock.time())
    long = modal(title={"type": "plain_text", "text": "x" * 25})
    answer = await refused(world.client.views_open(trigger_id=trigger, view=long))
    assert answer["error"] == "invalid_arguments"
    assert "/view/title" in answer["response_metadata"]["messages"][0]
    answer = await refused(world.client.views_publish(user_id=world.alice, view=modal()))
    assert answer["error"] == "invalid_arguments"


async def test_a_response_url_works_five_times_in_half_an_hour(world: World) -> None:
    now = world.clock.time()
    url = world.ws.response_urls.give(
        ResponseUrl(world.app.app_id, world.alice, world.room, now), "commands"
    )
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            async with session.post(url, json={"text": "x"}) as response:
                assert response.status == 200
        async with session.post(url, json={"text": "x"}) as response:
            assert (response.status, (await response.json())["error"]) == (404, "used_url")
    late = world.ws.response_urls.give(ResponseUrl(world.app.app_id, world.alice, world.room, now))
    world.clock.advance(1801)
    with pytest.raises(SlackError, match="expired_url"):
        world.ws.response_urls.use(late.split("/", 3)[3], world.clock.time())


async def test_a_response_replaces_or_deletes_the_original(world: World) -> None:
    posted = await world.client.chat_postMessage(channel=world.room, text="old")
    url = ResponseUrl(world.app.app_id, world.alice, world.room, 0.0, posted["ts"])
    responses.take(world.ws, url, {"text": "new", "replace_original": True})
    assert [m["text"] for m in world.ws.messages(world.room)] == ["new"]
    responses.take(world.ws, url, {"text": "all", "response_type": "in_channel"})
    assert [m["text"] for m in world.ws.messages(world.room)] == ["new", "all"]
    responses.take(world.ws, url, {"delete_original": True})
    assert [m["text"] for m in world.ws.messages(world.room)] == ["all"]


@pytest.mark.parametrize("kind", ["http_500", "http_503", "error:fatal_error", "ratelimited"])
async def test_faults_strike_as_often_as_planned(world: World, kind: str) -> None:
    world.ws.faults.add(method="chat.*", times=2, kind=kind, retry_after=9)
    for _ in range(2):
        answer = await refused(world.client.chat_postMessage(channel=world.room, text="x"))
        assert answer["ok"] is False
    assert (await world.client.chat_postMessage(channel=world.room, text="x"))["ok"]
    assert len(world.ws.messages(world.room)) == 1


async def test_done_but_no_answer_is_done_and_reset_is_not(world: World) -> None:
    world.client.retry_handlers = []
    world.ws.faults.add(method="chat.postMessage", kind="done_but_no_answer")
    with pytest.raises((aiohttp.ClientError, SlackRequestError)):
        await world.client.chat_postMessage(channel=world.room, text="done")
    world.ws.faults.add(method="chat.postMessage", kind="reset")
    with pytest.raises((aiohttp.ClientError, SlackRequestError)):
        await world.client.chat_postMessage(channel=world.room, text="not done")
    assert [m["text"] for m in world.ws.messages(world.room)] == ["done"]


async def test_a_call_that_hangs_gets_no_answer_until_the_faults_are_cleared(world: World) -> None:
    world.ws.faults.add(method="*", kind="hang", times=10)
    calls = [asyncio.create_task(world.client.auth_test()) for _ in range(2)]
    _, pending = await asyncio.wait(calls, timeout=0.1)
    assert len(pending) == 2
    world.ws.faults.clear()
    async with asyncio.timeout(5):
        await asyncio.gather(*calls, return_exceptions=True)
    assert (await world.client.auth_test())["ok"]


async def test_a_timeout_never_answers(world: World) -> None:
    world.ws.faults.add(method="auth.test", kind="timeout")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await world.client.auth_test()


def test_an_unknown_fault_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        world.ws.faults.add(method="*", kind="meteor")

from typing import Any

from sandbox.base.ids import base36
from tests.sandbox.conftest import Connect, World, until

MODAL = {
    "type": "modal",
    "callback_id": "open",
    "title": {"type": "plain_text", "text": "Open"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What"},
            "element": {"type": "plain_text_input", "action_id": "t", "max_length": 10},
        }
    ],
}


async def test_a_command_is_acked_and_its_answer_is_seen_by_its_author_alone(
    world: World, connect: Connect
) -> None:
    seen: list[Any] = []

    def set_up(app: Any) -> None:
        @app.command("/incident")
        async def on_command(ack: Any, command: Any, respond: Any) -> None:
            await ack(f"got {command['text']}")
            seen.append(command)
            await respond("later")

    await connect(set_up)
    result = await world.server.person(world.alice).command("/incident", "open", world.room)
    assert result.ok
    alice, bob = world.server.person(world.alice), world.server.person(world.bob)
    await until(lambda: len(alice.reads(world.room)) == 2)
    assert {m["text"] for m in alice.reads(world.room)} == {"got open", "later"}
    assert all(m["is_ephemeral"] for m in alice.reads(world.room))
    assert bob.reads(world.room) == []
    assert seen[0]["user_id"] == world.alice
    assert seen[0]["channel_name"] == "incidents"


async def test_a_modal_opens_is_refused_and_then_accepted(world: World, connect: Connect) -> None:
    taken: list[str] = []

    def set_up(app: Any) -> None:
        @app.command("/incident")
        async def on_command(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @app.view("open")
        async def on_submit(ack: Any, view: Any) -> None:
            text = view["state"]["values"]["what"]["t"]["value"]
            if text == "bad":
                await ack(response_action="errors", errors={"what": "not that"})
            else:
                taken.append(text)
                await ack()

    await connect(set_up)
    alice = world.server.person(world.alice)
    await alice.command("/incident", "", world.room)
    await until(lambda: alice.modal)
    assert (await alice.submit({})).errors == {"what": "Please complete this required field."}
    too_long = await alice.submit({"what": "x" * 11})
    assert list(too_long.errors) == ["what"]
    assert (await alice.submit({"what": "bad"})).errors == {"what": "not that"}
    assert alice.modal is not None
    assert (await alice.submit({"what": {"t": "good"}})).ok
    assert alice.modal is None
    assert taken == ["good"]


async def test_a_button_updates_its_message(world: World, connect: Connect) -> None:
    def set_up(app: Any) -> None:
        @app.action("take")
        async def on_take(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await client.chat_update(
                channel=body["channel"]["id"], ts=body["message"]["ts"], text="taken"
            )

    await connect(set_up)
    button = {
        "type": "button",
        "action_id": "take",
        "text": {"type": "plain_text", "text": "Take"},
        "value": "1",
    }
    await world.client.chat_postMessage(
        channel=world.room, text="hi", blocks=[{"type": "actions", "elements": [button]}]
    )
    assert (await world.server.person(world.bob).click("take")).ok
    message = await until(
        lambda: [m for m in world.ws.messages(world.room) if m["text"] == "taken"]
    )
    assert "blocks" not in message[0]


async def test_mentions_and_messages_reach_the_bot_once(world: World, connect: Connect) -> None:
    mentions: list[Any] = []
    messages: list[Any] = []

    def set_up(app: Any) -> None:
        @app.event("app_mention")
        async def on_mention(event: Any) -> None:
            mentions.append(event)

        @app.event("message")
        async def on_message(event: Any) -> None:
            messages.append(event)

    await connect(set_up)
    await world.server.person(world.alice).message(world.room, "@escalade help <b> & so")
    await until(lambda: mentions and messages)
    assert mentions[0]["text"] == f"<@{world.app.bot_user_id}> help &lt;b&gt; &amp; so"
    assert messages[0]["channel_type"] == "channel"
    assert len(mentions) == len(messages) == 1


async def test_without_a_listener_a_command_times_out(world: World, connect: Connect) -> None:
    world.server.dispatcher.ack_timeout = 0.05
    await connect(lambda app: None)
    result = await world.server.person(world.alice).command("/incident", "", world.room)
    assert (result.ok, result.error) == (False, "operation_timeout")


async def test_without_a_socket_a_command_cannot_be_dispatched(world: World) -> None:
    result = await world.server.person(world.alice).command("/incident", "", world.room)
    assert (result.ok, result.error) == (False, "dispatch_failed")


def test_base36_is_written_with_capitals() -> None:
    assert base36(35) == "Z"
    assert base36(36**6) == "1000000"

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.people.result import Impossible
from tests.sandbox.conftest import World


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def raw(world: World, method: str, **kwargs: Any) -> tuple[int, Any, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(world.server.api_url + method, **kwargs) as response,
    ):
        return response.status, await response.json(), response.headers


async def test_auth_test_says_who_the_bot_is(world: World) -> None:
    answer = await world.client.auth_test()
    assert answer["user_id"] == world.app.bot_user_id
    assert answer["team_id"] == world.ws.team.id


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
async def test_tokens_are_checked(world: World, token: str, error: str) -> None:
    token = world.app.app_token if token == "app" else token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    status, body, _ = await raw(world, "auth.test", headers=headers)
    assert (status, body) == (200, {"ok": False, "error": error})


async def test_a_missing_scope_is_named(world: World) -> None:
    world.app.scopes.remove("pins:write")
    answer = await refused(world.client.pins_add(channel=world.room, timestamp="1.0"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "pins:write")
    assert "chat:write" in answer["provided"]


async def test_unknown_methods_are_named(world: World) -> None:
    answer = await refused(world.client.api_call("rocket.launch"))
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "rocket.launch")


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart", "token"])
async def test_arguments_may_come_any_way(world: World, way: str) -> None:
    args = {"channel": world.room, "text": "hi", "blocks": "", "mystery": "1"}
    headers = {"Authorization": f"Bearer {world.app.bot_token}"}
    if way == "query":
        answer = await raw(world, "chat.postMessage", params=args, headers=headers)
    elif way == "form":
        answer = await raw(world, "chat.postMessage", data=args, headers=headers)
    elif way == "json":
        answer = await raw(world, "chat.postMessage", json=args, headers=headers)
    elif way == "token":
        with_token = {**args, "token": world.app.bot_token}
        answer = await raw(world, "chat.postMessage", data=with_token)
    else:
        with aiohttp.MultipartWriter("form-data") as form:
            for name, value in args.items():
                form.append(value).set_content_disposition("form-data", name=name)
        answer = await raw(world, "chat.postMessage", data=form, headers=headers)
    assert answer[1]["ok"], answer


async def test_metadata_is_kept_and_given_back_when_asked_for(world: World) -> None:
    metadata = {"event_type": "incident", "event_payload": {"id": "7"}}
    await world.client.chat_postMessage(channel=world.room, text="x", metadata=metadata)
    plain = await world.client.conversations_history(channel=world.room)
    full = await world.client.conversations_history(channel=world.room, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_timestamps_are_unique_though_the_clock_stands_still(world: World) -> None:
    posts = [await world.client.chat_postMessage(channel=world.room, text="x") for _ in range(3)]
    assert len({p["ts"] for p in posts}) == 3
    assert all(len(p["ts"].partition(".")[2]) == 6 for p in posts)


async def test_history_comes_in_pages_the_newest_first(world: World) -> None:
    for number in range(5):
        await world.client.chat_postMessage(channel=world.room, text=str(number))
    texts, cursor = [], ""
    while True:
        answer = await world.client.conversations_history(
            channel=world.room, limit=2, cursor=cursor
        )
        texts += [m["text"] for m in answer["messages"]]
        if not answer["has_more"]:
            break
        cursor = answer["response_metadata"]["next_cursor"]
    assert texts == ["4", "3", "2", "1", "0"]
    bad = await refused(world.client.conversations_history(channel=world.room, cursor="zz"))
    assert bad["error"] == "invalid_cursor"


async def test_replies_stand_in_their_thread(world: World) -> None:
    first = await world.client.chat_postMessage(channel=world.room, text="a")
    await world.client.chat_postMessage(channel=world.room, text="b", thread_ts=first["ts"])
    history = await world.client.conversations_history(channel=world.room)
    replies = await world.client.conversations_replies(channel=world.room, ts=first["ts"])
    assert [m["text"] for m in history["messages"]] == ["a"]
    assert history["messages"][0]["reply_count"] == 1
    assert [m["text"] for m in replies["messages"]] == ["a", "b"]


async def test_a_text_much_too_long_is_split_and_an_update_too_long_refused(world: World) -> None:
    first = await world.client.chat_postMessage(channel=world.room, text="x" * 9000)
    assert [len(m["text"]) for m in world.ws.messages(world.room)] == [4000, 4000, 1000]
    answer = await refused(
        world.client.chat_update(channel=world.room, ts=first["ts"], text="x" * 4001)
    )
    assert answer["error"] == "msg_too_long"


async def test_an_update_with_text_alone_removes_the_blocks(world: World) -> None:
    blocks = [{"type": "divider"}]
    first = await world.client.chat_postMessage(channel=world.room, text="x", blocks=blocks)
    await world.client.chat_update(channel=world.room, ts=first["ts"], text="y")
    (message,) = world.ws.messages(world.room)
    assert "blocks" not in message
    assert message["edited"]["user"] == world.app.bot_user_id


async def test_an_ephemeral_message_is_for_one_person_and_cannot_be_updated(world: World) -> None:
    posted = await world.client.chat_postEphemeral(
        channel=world.room, user=world.alice, text="psst"
    )
    assert world.ws.messages(world.room) == []
    assert len(world.server.person(world.alice).reads(world.room)) == 1
    assert world.server.person(world.bob).reads(world.room) == []
    answer = await refused(
        world.client.chat_update(channel=world.room, ts=posted["message_ts"], text="y")
    )
    assert answer["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Upper", "invalid_name_specials"),
        ("in room", "invalid_name_specials"),
        ("incidents", "name_taken"),
    ],
)
async def test_names_of_channels_are_checked(world: World, name: str, error: str) -> None:
    answer = await refused(world.client.conversations_create(name=name))
    assert answer["error"] == error


async def test_a_workspace_may_keep_channels_to_its_own_people(world: World) -> None:
    world.ws.team.apps_create_channels = False
    for private in (True, False):
        call = world.client.conversations_create(name="crisis-1", is_private=private)
        assert (await refused(call))["error"] == "restricted_action"
    assert world.ws.channel_by_name("crisis-1") is None
    world.ws.team.apps_create_channels = True
    assert (await world.client.conversations_create(name="crisis-1"))["ok"]


async def test_an_archived_channel_keeps_its_name_and_takes_no_messages(world: World) -> None:
    made = await world.client.conversations_create(name="crisis-1", is_private=True)
    room = made["channel"]["id"]
    assert made["channel"]["is_private"]
    await world.client.conversations_archive(channel=room)
    assert (await refused(world.client.conversations_create(name="crisis-1")))["error"] == (
        "name_taken"
    )
    answer = await refused(world.client.chat_postMessage(channel=room, text="x"))
    assert answer["error"] == "is_archived"
    assert (await refused(world.client.conversations_archive(channel=room)))["error"] == (
        "already_archived"
    )


async def test_people_are_invited_all_or_none_unless_forced(world: World) -> None:
    room = (await world.client.conversations_create(name="crisis-2"))["channel"]["id"]
    users = [world.alice, "U0NOBODY", world.bob]
    answer = await refused(world.client.conversations_invite(channel=room, users=users))
    assert answer["error"] == "user_not_found"
    assert len(world.ws.channels[room].members) == 1
    forced = await world.client.conversations_invite(channel=room, users=users, force=True)
    assert forced["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert {world.alice, world.bob} < set(world.ws.channels[room].members)
    again = await refused(world.client.conversations_invite(channel=room, users=[world.bob]))
    assert again["error"] == "already_in_channel"
    me = await refused(
        world.client.conversations_invite(channel=room, users=[world.app.bot_user_id])
    )
    assert me["error"] == "cant_invite_self"


async def test_rooms_one_is_not_in_are_closed_or_unknown(world: World) -> None:
    public = world.ws.add_channel(name="public", members=[world.alice])
    private = world.ws.add_channel(name="secret", members=[world.alice], private=True)
    answer = await refused(world.client.chat_postMessage(channel=public.id, text="x"))
    assert answer["error"] == "not_in_channel"
    answer = await refused(world.client.chat_postMessage(channel=private.id, text="x"))
    assert answer["error"] == "channel_not_found"
    await world.client.conversations_join(channel=public.id)
    assert (await world.client.chat_postMessage(channel=public.id, text="x"))["ok"]


async def test_a_direct_message_opens_once(world: World) -> None:
    first = await world.client.conversations_open(users=[world.alice])
    again = await world.client.conversations_open(users=[world.alice])
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    await world.client.chat_postMessage(channel=world.alice, text="hi")
    assert [m["text"] for m in world.server.person(world.alice).inbox()] == ["hi"]


async def test_people_are_described_with_their_language_and_time(world: World) -> None:
    answer = await world.client.users_info(user=world.bob, include_locale=True)
    assert answer["user"]["locale"] == "en-US"
    assert answer["user"]["tz"] == "Asia/Tokyo"
    assert answer["user"]["tz_offset"] == 9 * 3600
    found = await world.client.users_lookupByEmail(email="ALICE@acme.example")
    assert found["user"]["id"] == world.alice
    answer = await refused(world.client.users_lookupByEmail(email="no@acme.example"))
    assert answer["error"] == "users_not_found"


async def test_blocks_are_checked_and_the_fault_located(world: World) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await refused(
        world.client.chat_postMessage(channel=world.room, text="x", blocks=blocks)
    )
    assert answer["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/text/text]" in answer["response_metadata"]["messages"][0]
    too_many = [{"type": "divider"}] * 51
    answer = await refused(
        world.client.chat_postMessage(channel=world.room, text="x", blocks=json.dumps(too_many))
    )
    assert answer["error"] == "invalid_blocks"
    answer = await refused(world.client.api_call("chat.postMessage", json={"channel": world.room}))
    assert answer["error"] == "no_text"


async def test_topics_pins_and_bookmarks(world: World) -> None:
    await world.client.conversations_setTopic(channel=world.room, topic="on fire")
    assert world.ws.channels[world.room].topic.value == "on fire"
    answer = await refused(world.client.conversations_setTopic(channel=world.room, topic="x" * 251))
    assert answer["error"] == "too_long"
    posted = await world.client.chat_postMessage(channel=world.room, text="card")
    await world.client.pins_add(channel=world.room, timestamp=posted["ts"])
    answer = await refused(world.client.pins_add(channel=world.room, timestamp=posted["ts"]))
    assert answer["error"] == "already_pinned"
    pins = await world.client.pins_list(channel=world.room)
    assert [i["message"]["text"] for i in pins["items"]] == ["card"]
    await world.client.bookmarks_add(
        channel_id=world.room, title="Status", type="link", link="https://status.example"
    )
    listed = await world.client.bookmarks_list(channel_id=world.room)
    assert listed["bookmarks"][0]["title"] == "Status"
    answer = await refused(
        world.client.bookmarks_add(channel_id=world.room, title="S", type="link", link="ftp:x")
    )
    assert answer["error"] == "invalid_link"


async def test_a_user_group_is_replaced_but_never_emptied(world: World) -> None:
    made = await world.client.usergroups_create(name="On call", handle="oncall")
    group = made["usergroup"]["id"]
    await world.client.usergroups_users_update(usergroup=group, users=[world.alice])
    assert (await world.client.usergroups_users_list(usergroup=group))["users"] == [world.alice]
    answer = await refused(world.client.usergroups_users_update(usergroup=group, users=[]))
    assert answer["error"] == "no_users_provided"
    answer = await refused(world.client.usergroups_create(name="X", handle="oncall"))
    assert answer["error"] == "handle_already_exists"


async def test_reactions_canvases_dnd_and_presence(world: World) -> None:
    posted = await world.client.chat_postMessage(channel=world.room, text="x")
    await world.client.reactions_add(channel=world.room, timestamp=posted["ts"], name="eyes")
    got = await world.client.reactions_get(channel=world.room, timestamp=posted["ts"])
    assert got["message"]["reactions"][0]["users"] == [world.app.bot_user_id]
    canvas = await world.client.conversations_canvases_create(
        channel_id=world.room, document_content={"type": "markdown", "markdown": "# Log"}
    )
    change = {
        "operation": "insert_at_end",
        "document_content": {"type": "markdown", "markdown": "- line"},
    }
    await world.client.canvases_edit(canvas_id=canvas["canvas_id"], changes=[change])
    assert world.ws.canvases[canvas["canvas_id"]].markdown == "# Log\n- line"
    answer = await refused(
        world.client.conversations_canvases_create(channel_id=world.room, document_content={})
    )
    assert answer["error"] == "channel_canvas_already_exists"
    world.ws.users[world.bob].dnd.enabled = True
    assert (await world.client.dnd_info(user=world.bob))["dnd_enabled"]
    assert (await world.client.users_getPresence(user=world.bob))["presence"] == "active"


async def test_a_file_goes_up_in_three_steps_and_comes_back(world: World) -> None:
    answer = await world.client.files_upload_v2(
        channel=world.room, content="one,two", filename="t.csv", initial_comment="here"
    )
    file = answer["files"][0]
    (message,) = world.ws.messages(world.room)
    assert message["files"][0]["id"] == file["id"]
    headers = {"Authorization": f"Bearer {world.app.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private"], headers=headers) as response:
            assert await response.read() == b"one,two"
        async with session.get(file["url_private"]) as response:
            assert response.status == 403


async def test_a_scheduled_message_comes_when_its_time_has_come(world: World) -> None:
    late = int(world.clock.time()) + 60
    await world.client.chat_scheduleMessage(channel=world.room, text="later", post_at=late)
    assert world.ws.messages(world.room) == []
    answer = await refused(
        world.client.chat_scheduleMessage(channel=world.room, text="x", post_at=1)
    )
    assert answer["error"] == "time_in_past"


async def test_the_journal_has_every_call_and_no_token(world: World) -> None:
    await world.client.auth_test()
    await refused(world.client.conversations_info(channel="C0NO"))
    assert [(c.method, c.ok, c.error) for c in world.ws.calls] == [
        ("auth.test", True, None),
        ("conversations.info", False, "channel_not_found"),
    ]
    assert all("token" not in c.args for c in world.ws.calls)


async def test_an_outsider_is_invited_only_where_the_room_is_shared(world: World) -> None:
    room = (await world.client.conversations_create(name="joint"))["channel"]["id"]
    guest = world.ws.add_user(name="eve", stranger=True)
    answer = await refused(world.client.conversations_invite(channel=room, users=[guest.id]))
    assert answer["error"] == "no_external_invite_permission"
    world.ws.channels[room].shared_with.append(guest.team_id)
    await world.client.conversations_invite(channel=room, users=[guest.id])
    answer = await refused(world.client.conversations_inviteShared(channel=room, emails=""))
    assert answer["error"] == "recipients_not_specified"


async def test_in_a_read_only_room_only_its_writers_write(world: World) -> None:
    channel = world.ws.channels[world.room]
    channel.read_only = True
    answer = await refused(world.client.chat_postMessage(channel=world.room, text="hi"))
    assert answer["error"] == "restricted_action_read_only_channel"
    info = await world.client.conversations_info(channel=world.room)
    assert info["channel"]["is_read_only"] is True
    with pytest.raises(Impossible, match="only some may write"):
        await world.server.person(world.alice).message(world.room, "hi")
    channel.writers = [world.app.bot_user_id]
    await world.client.chat_postMessage(channel=world.room, text="hi")


async def test_whose_files_may_not_be_read_are_not_named(world: World) -> None:
    answer = await world.client.files_upload_v2(
        channel=world.room, filename="a.txt", content="x", initial_comment="a.txt"
    )
    world.app.scopes.remove("files:read")
    (message,) = (await world.client.conversations_history(channel=world.room))["messages"]
    file = answer["files"][0]
    assert message["files"] == [{"id": file["id"], "file_access": "check_file_info"}]
    assert message["text"] == "a.txt"


async def test_of_a_stranger_no_hidden_address_is_told_and_no_direct_talk_without_a_channel(
    world: World,
) -> None:
    eve = world.ws.add_user(name="eve", email="eve@abroad.example", stranger=True, hides_email=True)
    user = (await world.client.users_info(user=eve.id, include_locale=True))["user"]
    assert user["is_stranger"] is True
    assert "email" not in user["profile"]
    answer = await refused(world.client.conversations_open(users=[eve.id]))
    assert answer["error"] == "invalid_user_combination"
    world.ws.channels[world.room].members.append(eve.id)
    assert "is_stranger" not in (await world.client.users_info(user=eve.id))["user"]
    await world.client.conversations_open(users=[eve.id])


async def test_guests_are_invited_where_the_workspace_lets_apps(world: World) -> None:
    room = (await world.client.conversations_create(name="closed"))["channel"]["id"]
    gil = world.ws.add_user(name="gil", guest_of_one=True)
    world.ws.team.apps_invite_guests = False
    answer = await refused(world.client.conversations_invite(channel=room, users=[gil.id]))
    assert answer["error"] == "user_is_restricted"
    world.ws.team.apps_invite_guests = True
    await world.client.conversations_invite(channel=room, users=[gil.id])
    second = (await world.client.conversations_create(name="second"))["channel"]["id"]
    answer = await refused(world.client.conversations_invite(channel=second, users=[gil.id]))
    assert answer["error"] == "ura_max_channels"


async def test_a_token_for_a_whole_organisation_says_so(world: World) -> None:
    world.ws.team.enterprise_id, world.ws.team.org_wide = "E0GRID", True
    answer = await world.client.auth_test()
    assert (answer["is_enterprise_install"], answer["enterprise_id"]) == (True, "E0GRID")

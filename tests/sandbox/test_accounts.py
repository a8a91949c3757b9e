"""Accounts that are closed, taken over and opened again, as Slack does it."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.changes import accounts
from sandbox.people.result import Impossible
from tests.sandbox.conftest import World

ADDRESS = "alice@acme.example"


async def refused(call: object) -> str:
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


def told(world: World, kind: str) -> list[dict[str, object]]:
    return [body["event"]["user"] for _, body in world.ws.events if body["event"]["type"] == kind]


async def test_a_closed_account_takes_what_is_posted_to_its_direct_conversation(
    world: World,
) -> None:
    opened = await world.client.conversations_open(users=[world.alice])
    await world.server.person(world.alice).deactivate()

    answer = await world.client.chat_postMessage(channel=opened["channel"]["id"], text="hello?")

    assert answer["ok"]
    assert (await world.client.users_info(user=world.alice))["user"]["deleted"] is True
    assert await refused(world.client.users_lookupByEmail(email=ADDRESS)) == "users_not_found"
    assert await refused(world.client.conversations_open(users=[world.alice])) == "user_disabled"
    with pytest.raises(Impossible):
        await world.server.person(world.alice).message(world.room, "I am still here")


async def test_apps_that_asked_are_told_of_changes_and_of_newcomers(world: World) -> None:
    next(iter(world.ws.apps.values())).bot_events.append("team_join")
    alice = world.server.person(world.alice)
    await alice.deactivate()
    await alice.reactivate()
    newcomer = accounts.join(world.ws, name="carol", email="carol@acme.example")

    changes = told(world, "user_change")
    assert [(user["id"], user["deleted"]) for user in changes] == [
        (world.alice, True),
        (world.alice, False),
    ]
    assert changes[1]["profile"]["email"] == ADDRESS
    assert [user["id"] for user in told(world, "team_join")] == [newcomer.id]


async def test_a_new_account_takes_the_address_of_a_closed_one(world: World) -> None:
    alice = world.server.person(world.alice)
    await alice.deactivate()
    newcomer = accounts.join(world.ws, name="alice2", email=ADDRESS)

    found = await world.client.users_lookupByEmail(email=ADDRESS)

    assert found["user"]["id"] == newcomer.id
    assert world.ws.user_by_email(ADDRESS) is newcomer
    with pytest.raises(Impossible):
        await alice.reactivate()


async def test_the_control_api_closes_accounts_and_opens_them_again(world: World) -> None:
    async def do(what: str) -> int:
        body = {"as": world.alice, "do": what, "channel": world.room}
        url = f"{world.server.url}control/act"
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
            return response.status

    assert await do("deactivate") == 200
    assert world.ws.users[world.alice].deleted
    assert await do("leave") == 409, "nobody acts under a closed account"
    assert await do("deactivate") == 409
    assert await do("reactivate") == 200
    assert not world.ws.users[world.alice].deleted
    assert await do("reactivate") == 409


async def test_an_account_elsewhere_shows_its_address_unless_its_organisation_hides_it(
    world: World,
) -> None:
    outside = world.ws.add_user(name="mallory", email="mallory@else.example", stranger=True)
    twin = world.ws.add_user(name="twin", email=ADDRESS, stranger=True)

    seen = (await world.client.users_info(user=twin.id))["user"]
    assert (seen["profile"]["email"], seen["team_id"]) == (ADDRESS, "T0OUTSIDE1")
    found = await world.client.users_lookupByEmail(email=ADDRESS)
    assert found["user"]["id"] == world.alice, "a member goes before"
    found = await world.client.users_lookupByEmail(email="mallory@else.example")
    assert found["user"]["id"] == outside.id

    outside.hides_email = True
    seen = (await world.client.users_info(user=outside.id))["user"]
    assert "email" not in seen["profile"]
    lookup = world.client.users_lookupByEmail(email="mallory@else.example")
    assert await refused(lookup) == "users_not_found"

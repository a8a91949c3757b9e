import pytest

from sandbox.changes import accounts
from sandbox.changes.installation import uninstall
from tests.sandbox.conftest import World


async def test_apps_hear_of_changes_to_people(world: World) -> None:
    world.ws.event_sink = None
    bob = world.ws.users[world.bob]
    accounts.change(world.ws, bob, locale="de-DE", deleted=True)
    accounts.set_dnd(world.ws, world.ws.users[world.alice], 10, 20)
    first, second = (body["event"] for _, body in world.ws.events)
    assert first["type"] == "user_change"
    assert first["user"]["deleted"]
    assert second["dnd_status"] == {
        "dnd_enabled": True,
        "next_dnd_start_ts": 10,
        "next_dnd_end_ts": 20,
    }
    with pytest.raises(ValueError, match="has no hat"):
        accounts.change(world.ws, bob, hat="red")


async def test_an_app_hears_that_it_was_removed(world: World) -> None:
    world.ws.event_sink = None
    uninstall(world.ws, world.app)
    kinds = [body["event"]["type"] for _, body in world.ws.events]
    assert kinds == ["tokens_revoked", "app_uninstalled"]
    assert not world.app.installed

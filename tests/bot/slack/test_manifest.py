"""The manifest holds exactly what the code uses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.manifest import EVENTS, SCOPES, manifest
from config.command_names import names
from handlers.slack.listeners import SHORTCUT, register
from sandbox import SandboxServer, Workspace
from sandbox.people.result import Impossible

ROOT = Path(__file__).parents[3]

# Method → the scopes it needs, from Slack's reference; a room may be public or private.
SCOPES_OF: dict[str, set[str]] = {
    "apps_connections_open": set(),  # with the app-level token, which has its own scope
    "auth_test": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_archive": {"channels:manage", "groups:write"},
    "conversations_create": {"channels:manage", "groups:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_invite": {"channels:manage", "groups:write"},
    "conversations_join": {"channels:join"},
    "conversations_kick": {"channels:manage", "groups:write"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "conversations_setPurpose": {"channels:manage", "groups:write"},
    "conversations_setTopic": {"channels:manage", "groups:write"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_upload_v2": {"files:write"},
    "pins_add": {"pins:write"},
    "pins_remove": {"pins:write"},
    "users_conversations": {"channels:read", "groups:read"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
SCOPES_OF_EVENTS = {
    "app_home_opened": set[str](),
    "channel_archive": {"channels:read"},
    "channel_created": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_rename": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def methods_used() -> set[str]:
    """Every Web API method called in the code."""
    found: set[str] = set()
    for folder in ("bot", "handlers"):
        for file in (ROOT / folder).rglob("*.py"):
            calls = re.findall(r"client\.([a-z]+_\w+)\(", file.read_text(encoding="utf-8"))
            found |= {name for name in calls if hasattr(AsyncWebClient, name)}
    return found


def test_every_scope_is_needed_and_every_needed_scope_is_there() -> None:
    used = methods_used()
    assert used <= SCOPES_OF.keys(), "say which scopes the new method needs"
    needed = {"commands"}.union(*(SCOPES_OF[method] for method in used))
    needed |= {scope for event in EVENTS for scope in SCOPES_OF_EVENTS[event]}
    assert set(SCOPES) == needed


def test_commands_shortcuts_and_events_are_those_listened_to() -> None:
    heard: dict[str, set[str]] = {"command": set(), "event": set()}

    class Ear:
        """Stands for the Bolt app, and notes what is listened to."""

        def __getattr__(self, kind: str) -> Any:
            def listen(what: Any) -> Any:
                if isinstance(what, str):
                    heard.setdefault(kind, set()).add(what)
                return lambda listener: listener

            return listen

        def error(self, listener: Any) -> Any:
            return listener

    ear: Any = Ear()
    application: Any = None
    client: Any = None
    register(ear, application, client, names())
    printed = manifest(names())
    assert heard["command"] == {c["command"] for c in printed["features"]["slash_commands"]}
    assert heard["message_shortcut"] == {s["callback_id"] for s in printed["features"]["shortcuts"]}
    assert heard["message_shortcut"] == {SHORTCUT}
    listened = heard["event"] - {"message"}
    assert listened == set(printed["settings"]["event_subscriptions"]["bot_events"])


async def test_people_can_write_in_the_messages_tab_of_the_bot() -> None:
    printed = manifest(names())
    for said, lets_write in ((True, True), (False, False)):
        home = printed["features"]["app_home"]
        if not said:
            del home["messages_tab_read_only_enabled"]  # as Slack reads what is left out
        ws = Workspace()
        ws.install_manifest(printed)
        ada = ws.add_user(name="ada")
        person = SandboxServer(ws).person(ada.id)
        if lets_write:
            await person.direct("bonjour")
        else:
            with pytest.raises(Impossible, match="turned off"):
                await person.direct("bonjour")


def test_the_manifest_keeps_slacks_limits() -> None:
    printed = manifest(names(), request_url="https://bot.example/slack/events")
    info, features = printed["display_information"], printed["features"]
    assert len(info["name"]) <= 35
    assert len(info["description"]) <= 140
    assert len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert 0 < len(command["description"]) <= 2000
        assert command["url"].startswith("https://")
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert printed["settings"]["socket_mode_enabled"] is False

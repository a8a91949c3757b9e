"""The Slack app's manifest: exactly what the code uses, no more."""

from __future__ import annotations

from typing import Any

from handlers.registry.commands import COMMANDS
from handlers.slack.listeners import SHORTCUT

SCOPES = [
    "channels:join",
    "channels:manage",
    "channels:read",
    "channels:history",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:write",
    "pins:write",
    "users:read",
    "users:read.email",
]
EVENTS = [
    "app_home_opened",
    "channel_archive",
    "channel_created",
    "channel_deleted",
    "channel_id_changed",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "team_join",
    "user_change",
]


def manifest(names: dict[str, str], *, request_url: str = "") -> dict[str, Any]:
    """The manifest as data. Without `request_url` the app uses Socket Mode."""
    summaries = {command.name: command.summary for command in COMMANDS}
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": EVENTS},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not request_url,
        "token_rotation_enabled": False,
    }
    if request_url:
        settings["event_subscriptions"]["request_url"] = request_url
        settings["interactivity"]["request_url"] = request_url
    return {
        "display_information": {
            "name": "Escalade",
            "description": "Incident escalation and crisis between a provider and its client",
        },
        "features": {
            "bot_user": {"display_name": "escalade", "always_online": True},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,  # else nobody can type a command there
            },
            "slash_commands": [
                {
                    "command": typed,
                    "description": summaries[command],
                    "usage_hint": "help",
                    "should_escape": True,
                    **({"url": request_url} if request_url else {}),
                }
                for typed, command in names.items()
            ],
            "shortcuts": [
                {
                    "name": "Open an incident",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Open an incident from this message",
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": SCOPES}},
        "settings": settings,
    }

"""Reads a Slack app manifest."""

from typing import Any


def read_manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    """Turn an app manifest into the arguments of `Workspace.install_app`."""
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    oauth = manifest.get("oauth_config", {})
    home = features.get("app_home", {})
    interactivity = settings.get("interactivity", {})
    events = settings.get("event_subscriptions", {})
    name = manifest["display_information"]["name"]
    return {
        "name": name,
        "bot_name": features.get("bot_user", {}).get("display_name", name),
        "scopes": list(oauth.get("scopes", {}).get("bot", [])),
        "slash_commands": list(features.get("slash_commands", [])),
        "shortcuts": list(features.get("shortcuts", [])),
        "bot_events": list(events.get("bot_events", [])),
        "socket_mode": bool(settings.get("socket_mode_enabled", False)),
        "request_url": events.get("request_url"),
        "interactivity_url": interactivity.get("request_url"),
        "options_url": interactivity.get("message_menu_options_url"),
        "home_tab": bool(home.get("home_tab_enabled", False)),
        "messages_tab": bool(home.get("messages_tab_enabled", True)),
        "messages_read_only": bool(home.get("messages_tab_read_only_enabled", True)),
        "redirect_urls": list(oauth.get("redirect_urls", [])),
        "token_rotation": bool(settings.get("token_rotation_enabled", False)),
    }

"""An app installed in the workspace."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SlashCommand:
    """A command the app answers to."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """An entry in the global menu, or in the menu of a message."""

    name: str
    callback_id: str
    type: str = "global"
    description: str = ""


@dataclass(eq=False)
class App:
    """An installed app: its identity, its secrets, what it may do and wants to hear."""

    app_id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    scopes: list[str]
    bot_events: list[str]
    slash_commands: list[SlashCommand]
    shortcuts: list[Shortcut]
    signing_secret: str
    client_id: str
    client_secret: str
    verification_token: str
    socket_mode: bool = True
    request_url: str | None = None
    interactivity_url: str | None = None
    options_url: str | None = None
    home_tab: bool = True
    messages_tab: bool = True
    messages_read_only: bool = False
    redirect_urls: list[str] = field(default_factory=list)
    token_rotation: bool = False
    installed: bool = True
    expired_tokens: dict[str, str] = field(default_factory=dict)
    token_expires: float | None = None
    refresh_token: str | None = None

    def has(self, *scopes: str) -> bool:
        """Return whether one of these scopes was granted."""
        return not scopes or any(scope in self.scopes for scope in scopes)

    def profile(self, team_id: str) -> dict[str, Any]:
        """Describe the bot as messages carry it."""
        return {
            "id": self.bot_id,
            "deleted": False,
            "name": self.name,
            "updated": 0,
            "app_id": self.app_id,
            "user_id": self.bot_user_id,
            "icons": self.icons(),
            "team_id": team_id,
        }

    @staticmethod
    def icons() -> dict[str, str]:
        """Give the addresses of the bot's pictures."""
        base = "https://a.slack-edge.com/80588/img/plugins/app/bot_"
        return {f"image_{size}": f"{base}{size}.png" for size in (36, 48, 72)}

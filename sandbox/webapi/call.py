"""One call of a method: who calls, with which arguments; and the table of methods."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.user import User
from sandbox.model.workspace import Workspace

Json = dict[str, Any]


class Args:
    """The arguments of a call, whichever way they came."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def text(self, name: str, default: str = "") -> str:
        """Read a string; what is missing is the default."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            return json.dumps(value)
        return str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """Read a string that must be there."""
        value = self.text(name)
        if not value:
            if error == "invalid_arguments":
                raise SlackError.invalid(error, f"missing required field: {name}")
            raise SlackError(error)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a yes or no: true, 1, "true"…"""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        return value is True or str(value).lower() in {"1", "true", "yes"}

    def number(self, name: str, default: int, error: str = "invalid_arguments") -> int:
        """Read a whole number."""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise SlackError(error) from None

    def list(self, name: str) -> list[str]:
        """Read several strings: an array, or one string with commas."""
        value = self.given.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str) and value.startswith("["):
            value = self.json(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [part.strip() for part in str(value).split(",") if part.strip()]

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Read a structure: JSON as it is, or written into a string."""
        value = self.given.get(name)
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None


@dataclass
class Call:
    """A call being answered."""

    ws: Workspace
    args: Args
    app: App | None
    token: str

    @property
    def caller(self) -> App:
        """The app that calls."""
        if self.app is None:
            raise SlackError("not_authed")
        return self.app

    @property
    def me(self) -> str:
        """The bot user that calls."""
        return self.caller.bot_user_id

    def scope(self, *scopes: str) -> None:
        """Refuse unless one of these was granted."""
        if not self.caller.has(*scopes):
            provided = ",".join(self.caller.scopes)
            raise SlackError("missing_scope", needed=scopes[0], provided=provided)

    def scope_for(self, channel: Channel, what: str) -> None:
        """Refuse unless the scope for this kind of conversation was granted."""
        family = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
        wanted = f"{family[channel.kind]}:{what}"
        if what == "write" and channel.kind == "channel":
            self.scope("channels:manage", "channels:write")
        else:
            self.scope(wanted)

    def channel(self, name: str = "channel", *, member: bool = False) -> Channel:
        """Find the conversation named by an argument, if the bot may know of it."""
        channel = self.ws.channels.get(self.args.need(name, "channel_not_found"))
        if channel is None or (channel.is_private and self.me not in channel.members):
            raise SlackError("channel_not_found")
        if member:
            self.member(channel)
        return channel

    def member(self, channel: Channel) -> None:
        """Refuse unless the bot is in the conversation."""
        if self.me not in channel.members:
            raise SlackError("not_in_channel")

    def message(self, channel: Channel, name: str, error: str = "message_not_found") -> Message:
        """Find the message named by an argument."""
        message = channel.find(self.args.text(name))
        if message is None:
            raise SlackError(error)
        return message

    def person(self, name: str = "user") -> User:
        """Find the person named by an argument."""
        return self.ws.user(self.args.text(name))


@dataclass(frozen=True)
class Method:
    """A method: what it does, and what it asks of the caller."""

    name: str
    run: Callable[[Call], Json]
    scopes: tuple[str, ...]
    tier: int
    kind: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, tier: int, kind: str = "bot"
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Enter a function in the table; tier 0 stands for a special one, kind "" for no token."""

    def enter(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(name, run, scopes, tier, kind)
        return run

    return enter

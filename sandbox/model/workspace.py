"""The workspace: who and what is in it. Does no I/O."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.base.call_log import CallLog
from sandbox.base.clock import RealClock, SandboxClock, real
from sandbox.base.errors import SlackError
from sandbox.base.fault import FaultPlan
from sandbox.base.ids import Ids, secret
from sandbox.base.rate_limits import RateLimits
from sandbox.model import response_url, trigger
from sandbox.model.app import App, Shortcut, SlashCommand
from sandbox.model.canvas import Canvas
from sandbox.model.channel import Channel, Kind
from sandbox.model.file import File
from sandbox.model.manifest import read_manifest
from sandbox.model.message import Message
from sandbox.model.response_url import ResponseUrls
from sandbox.model.team import Team
from sandbox.model.trigger import Triggers
from sandbox.model.user import User
from sandbox.model.usergroup import UserGroup
from sandbox.model.view import Views

EventSink = Callable[[App, dict[str, Any]], None]


class Workspace:
    """Everything a Slack workspace remembers, and the clock it lives by."""

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        name: str = "Sandbox",
        domain: str = "sandbox",
        rate_limits_enabled: bool = False,
    ) -> None:
        self.clock: SandboxClock = clock or RealClock()
        self.team = Team(name=name, domain=domain)
        self.ids = Ids()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.apps: dict[str, App] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.files: dict[str, File] = {}
        self.canvases: dict[str, Canvas] = {}
        self.scheduled: dict[str, tuple[float, str, Message]] = {}
        self.tickets: dict[str, str | None] = {}
        self.oauth_codes: dict[str, tuple[str, str, float, str]] = {}
        self.views = Views(self.ids)
        self.triggers = Triggers(self.ids, real(trigger.LIFETIME, self.clock))
        answerable = real(response_url.LIFETIME, self.clock)
        self.response_urls = ResponseUrls(self.ids, self.team.id, answerable)
        self.faults = FaultPlan()
        self.calls = CallLog()
        self.rate_limits_enabled = rate_limits_enabled
        self.rate_limits = RateLimits()
        self.base_url = ""
        self.revision = 0
        self.watchers: set[Callable[[], None]] = set()
        self.event_sink: EventSink | None = None
        self.events: list[tuple[str, dict[str, Any]]] = []

    def now(self) -> float:
        """Unix seconds in the workspace."""
        return self.clock.time()

    def changed(self) -> None:
        """Say that something one can see is different now."""
        self.revision += 1
        for watcher in list(self.watchers):
            watcher()

    # Filling the workspace

    def add_user(
        self,
        *,
        name: str,
        real_name: str | None = None,
        email: str | None = None,
        locale: str = "fr-FR",
        tz: str = "Europe/Paris",
        id: str | None = None,  # noqa: A002 - the name Slack uses
        guest: bool = False,
        guest_of_one: bool = False,
        stranger: bool = False,
        hides_email: bool = False,
        deleted: bool = False,
        admin: bool = False,
    ) -> User:
        """Add a person; a stranger belongs to another organisation, which may hide addresses."""
        user = User(
            id=id or self.ids.next("U"),
            name=name,
            real_name=real_name or name.replace(".", " ").title(),
            team_id="T0OUTSIDE1" if stranger else self.team.id,
            email=email,
            locale=locale,
            tz=tz,
            is_restricted=guest or guest_of_one,
            is_ultra_restricted=guest_of_one,
            is_stranger=stranger,
            hides_email=hides_email,
            deleted=deleted,
            is_admin=admin,
            updated=int(self.now()),
        )
        if user.id in self.users:
            raise ValueError(f"there is already a user {user.id}")
        self.users[user.id] = user
        self.changed()
        return user

    def add_channel(
        self,
        *,
        name: str,
        private: bool = False,
        members: Iterable[str] = (),
        creator: str | None = None,
        kind: Kind | None = None,
        general: bool = False,
        shared_with: Iterable[str] = (),
        id: str | None = None,  # noqa: A002 - the name Slack uses
    ) -> Channel:
        """Add a conversation as if it had always been there; nobody is told."""
        people = list(dict.fromkeys(members))
        kind = kind or ("group" if private else "channel")
        prefix = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(
            id=id or self.ids.next(prefix),
            name=name,
            kind=kind,
            team_id=self.team.id,
            creator=creator or (people[0] if people else ""),
            created=int(self.now()),
            members=people,
            is_general=general,
            shared_with=list(shared_with),
        )
        self.channels[channel.id] = channel
        self.changed()
        return channel

    def install_app(
        self,
        *,
        name: str = "Escalade",
        bot_name: str = "escalade",
        scopes: Iterable[str] = (),
        slash_commands: Iterable[dict[str, Any]] = (),
        shortcuts: Iterable[dict[str, Any]] = (),
        bot_events: Iterable[str] = (),
        socket_mode: bool = True,
        request_url: str | None = None,
        interactivity_url: str | None = None,
        options_url: str | None = None,
        signing_secret: str | None = None,
        home_tab: bool = True,
        messages_tab: bool = True,
        messages_read_only: bool = False,
        redirect_urls: Iterable[str] = (),
        token_rotation: bool = False,
        bot_token: str | None = None,
        app_token: str | None = None,
    ) -> App:
        """Install an app, and make its bot a member of the workspace."""
        app_id, bot_id = self.ids.next("A"), self.ids.next("B")
        bot = self.add_user(name=bot_name, real_name=name, locale="en-US")
        bot.is_bot, bot.bot_id, bot.app_id = True, bot_id, app_id
        known = SlashCommand.__dataclass_fields__
        app = App(
            app_id=app_id,
            name=name,
            bot_user_id=bot.id,
            bot_id=bot_id,
            bot_token=bot_token or f"xoxb-{self.ids.number()}-{secret()}",
            app_token=app_token or f"xapp-1-{app_id}-{self.ids.number()}-{secret(64)}",
            scopes=list(scopes),
            bot_events=list(bot_events),
            slash_commands=[
                SlashCommand(**{k: v for k, v in c.items() if k in known}) for c in slash_commands
            ],
            shortcuts=[Shortcut(**s) for s in shortcuts],
            signing_secret=signing_secret or secret(32),
            client_id=f"{self.ids.number()}.{self.ids.number()}",
            client_secret=secret(32),
            verification_token=secret(24),
            socket_mode=socket_mode,
            request_url=request_url,
            interactivity_url=interactivity_url or request_url,
            options_url=options_url or interactivity_url or request_url,
            home_tab=home_tab,
            messages_tab=messages_tab,
            messages_read_only=messages_read_only,
            redirect_urls=list(redirect_urls),
            token_rotation=token_rotation,
        )
        self.apps[app_id] = app
        self.changed()
        return app

    def install_manifest(self, manifest: dict[str, Any], **overrides: Any) -> App:
        """Install an app as its manifest describes it."""
        return self.install_app(**(read_manifest(manifest) | overrides))

    # Finding one's way

    def user(self, user_id: str | None) -> User:
        """Find a person by id."""
        user = self.users.get(user_id or "")
        if user is None:
            raise SlackError("user_not_found")
        return user

    def user_by_email(self, email: str) -> User | None:
        """Find a person by address: a member before others, an open account before a closed."""
        wanted = email.casefold()
        named = [u for u in self.users.values() if u.email and u.email.casefold() == wanted]
        return min(named, key=lambda user: (user.is_stranger, user.deleted), default=None)

    def user_by_name(self, name: str) -> User | None:
        """Find a person by the name after the @."""
        return next((u for u in self.users.values() if u.name == name), None)

    def channel_by_name(self, name: str) -> Channel | None:
        """Find a channel by name, archived ones too."""
        wanted = name.removeprefix("#")
        named = (c for c in self.channels.values() if c.name == wanted and not c.is_direct)
        return next(named, None)

    def direct(self, *user_ids: str, create: bool = True) -> Channel | None:
        """Find the direct conversation of these people, or open it."""
        people = set(user_ids)
        for channel in self.channels.values():
            if channel.is_direct and set(channel.members) == people:
                return channel
        if not create:
            return None
        names = "--".join(self.users[u].name for u in user_ids)
        kind: Kind = "im" if len(people) <= 2 else "mpim"
        name = "" if kind == "im" else f"mpdm-{names}-1"
        return self.add_channel(name=name, kind=kind, members=user_ids)

    def app_of_bot(self, user_id: str) -> App | None:
        """Find the app a bot user belongs to."""
        return next((a for a in self.apps.values() if a.bot_user_id == user_id), None)

    def messages(self, channel_id: str) -> list[dict[str, Any]]:
        """List what everybody in a conversation sees, replies included, oldest first."""
        channel = self.channels[channel_id]
        return [
            m.to_api(channel_id, with_metadata=True) for m in channel.timeline if m.only_for is None
        ]

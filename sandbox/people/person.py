"""Somebody in the workspace, doing what people do in Slack."""

from typing import Any

from sandbox.changes import accounts, events, membership, posting, responses
from sandbox.delivery import Ack, Delivery, Dispatcher
from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.message import Message
from sandbox.model.user import User
from sandbox.model.workspace import Workspace
from sandbox.people import payloads
from sandbox.people.modal import Modals
from sandbox.people.result import Impossible, Result
from sandbox.people.screen import Screen
from sandbox.people.touch import Touch

__all__ = ["Impossible", "Person", "Result"]


class Person:
    """Acts as one user; each act returns when the app has acked, or the time is up."""

    def __init__(self, workspace: Workspace, dispatcher: Dispatcher, user_id: str) -> None:
        self._ws = workspace
        self._dispatcher = dispatcher
        self.user: User = workspace.users[user_id]
        self._screen = Screen(workspace, self.user)
        self._modals = Modals(workspace, dispatcher, self.user)
        self._touch = Touch(workspace, dispatcher, self.user)

    @property
    def id(self) -> str:
        """Return whose acts these are."""
        return self.user.id

    # What the person sees

    def reads(self, channel: str) -> list[dict[str, Any]]:
        """List the messages the person sees in a conversation, ephemeral ones too."""
        return self._screen.messages(self._find(channel))

    def inbox(self, app: App | None = None) -> list[dict[str, Any]]:
        """List the messages in the person's direct conversation with the bot."""
        channel = self._screen.direct_with(app or self._first_app())
        return self._screen.messages(channel) if channel else []

    def channels(self) -> list[Channel]:
        """List the conversations the person is in."""
        return self._screen.conversations()

    @property
    def home(self) -> dict[str, Any] | None:
        """The Home tab the app published for the person."""
        homes = self._ws.views.homes(self.id)
        return homes[0].to_api() if homes else None

    @property
    def modal(self) -> dict[str, Any] | None:
        """The modal on top."""
        view = self._ws.views.top(self.id)
        return view.to_api() if view else None

    @property
    def modals(self) -> list[dict[str, Any]]:
        """All modals open, the one on top last."""
        return [view.to_api() for view in self._ws.views.stack(self.id)]

    # What an administrator does to the account

    async def deactivate(self) -> Result:
        """Have the account closed."""
        if self.user.is_bot or self.user.deleted:
            raise Impossible(f"the account of {self.user.name} cannot be closed")
        accounts.deactivate(self._ws, self.user)
        return Result(ok=True)

    async def reactivate(self) -> Result:
        """Have the closed account opened again."""
        if not self.user.deleted:
            raise Impossible(f"the account of {self.user.name} is open")
        other = self._ws.user_by_email(self.user.email) if self.user.email else None
        if other not in {None, self.user}:
            raise Impossible("somebody else has the address now")
        accounts.reactivate(self._ws, self.user)
        return Result(ok=True)

    # What the person does

    async def command(self, command: str, text: str = "", channel: str | None = None) -> Result:
        """Type a slash command in a conversation."""
        app, escaped = self._app_of_command(command, text)
        place = self._find(channel) if channel else self._dm(app)
        self._must_be_in(place)
        payload = payloads.slash(self._ws, app, self.user, place, command=command, text=escaped)
        result = await self._send(
            app, Delivery(kind="slash_commands", payload=payload, accepts_response=True)
        )
        if result.ok:
            responses.slash_answer(self._ws, app, place, self.id, result.ack)
        return result

    def _app_of_command(self, command: str, text: str) -> tuple[App, str]:
        for app in self._ws.apps.values():
            for known in app.slash_commands:
                if known.command == command and app.installed:
                    if known.should_escape:
                        text = posting.mention_names(self._ws, text)
                    return app, text
        raise Impossible(f"there is no command {command}")

    async def click(
        self,
        action_id: str,
        message_ts: str | None = None,
        channel: str | None = None,
        block_id: str | None = None,
        value: str | None = None,
    ) -> Result:
        """Press a button in a message."""
        where = self._find(channel) if channel else None
        return await self._touch.in_message(
            where, message_ts, action_id=action_id, block_id=block_id, entered=None, value=value
        )

    async def click_in_view(
        self, action_id: str, block_id: str | None = None, value: str | None = None
    ) -> Result:
        """Press a button in the modal on top, or in the Home tab."""
        return await self._touch.in_view(action_id, block_id, None, value)

    async def select(
        self,
        action_id: str,
        value: Any,
        message_ts: str | None = None,
        channel: str | None = None,
        block_id: str | None = None,
    ) -> Result:
        """Choose in a menu: of a message when one is named, else of the modal or Home tab."""
        named = message_ts is not None or channel is not None
        if not named and self._touch.view_with(action_id, block_id) is not None:
            return await self._touch.in_view(action_id, block_id, value, None)
        where = self._find(channel) if channel else None
        return await self._touch.in_message(
            where, message_ts, action_id=action_id, block_id=block_id, entered=value, value=None
        )

    async def submit(self, values: dict[str, Any] | None = None) -> Result:
        """Fill in the modal on top, and submit it."""
        return await self._modals.submit(values or {})

    async def close_modal(self, *, all_of_them: bool = False) -> Result:
        """Cancel the modal on top, or close the whole stack."""
        return await self._modals.close(clear=all_of_them)

    async def shortcut(
        self, callback_id: str, message_ts: str | None = None, channel: str | None = None
    ) -> Result:
        """Choose a shortcut: of a message when one is named, else a global one."""
        wanted = "message" if message_ts else "global"
        for app in self._ws.apps.values():
            if any(s.callback_id == callback_id and s.type == wanted for s in app.shortcuts):
                break
        else:
            raise Impossible(f"there is no {wanted} shortcut {callback_id}")
        if message_ts is None:
            payload = payloads.shortcut(self._ws, app, self.user, callback_id)
        else:
            place, message = self._message(message_ts, channel)
            payload = payloads.message_shortcut(
                self._ws, app, self.user, place, message, callback_id=callback_id
            )
        return await self._send(app, Delivery(kind="interactive", payload=payload))

    async def message(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message, and say which one it is."""
        place = self._find(channel)
        self._must_be_in(place)
        if place.is_archived:
            raise Impossible("the channel is archived")
        written = posting.escape(posting.mention_names(self._ws, text))
        message = Message(
            ts="", user=self.id, text=written, team=self.user.team_id, thread_ts=thread_ts
        )
        message.client_msg_id = self._ws.ids.next("M").lower()
        return posting.post(self._ws, place, message).ts

    async def direct(self, text: str, app: App | None = None) -> str:
        """Write to the bot in private."""
        return await self.message(self._dm(app or self._first_app()).id, text)

    async def join(self, channel: str) -> Result:
        """Enter a public channel."""
        place = self._find(channel)
        if place.is_private or place.is_archived or self.user.guest:
            raise Impossible(f"{self.user.name} cannot enter {place.name}")
        if self.id not in place.members:
            membership.add(self._ws, place, self.id)
        return Result(ok=True)

    async def leave(self, channel: str) -> Result:
        """Leave a channel."""
        place = self._find(channel)
        self._must_be_in(place)
        membership.remove(self._ws, place, self.id)
        return Result(ok=True)

    async def invite(self, channel: str, user_id: str) -> Result:
        """Let somebody in, the bot for instance."""
        place = self._find(channel)
        self._must_be_in(place)
        if user_id not in place.members:
            membership.add(self._ws, place, user_id, self.id)
        return Result(ok=True)

    async def react(self, name: str, message_ts: str, channel: str | None = None) -> Result:
        """Put an emoji under a message."""
        place, message = self._message(message_ts, channel)
        posting.react(self._ws, place, message, self.id, name.strip(":"))
        return Result(ok=True)

    async def edit(self, text: str, message_ts: str, channel: str | None = None) -> Result:
        """Change a message of one's own."""
        place, message = self._message(message_ts, channel)
        if message.user != self.id:
            raise Impossible("it is somebody else's message")
        edited = {"user": self.id, "ts": f"{int(self._ws.now())}.000000"}
        posting.update(self._ws, place, message, text=posting.escape(text), edited=edited)
        return Result(ok=True)

    async def open_home(self, app: App | None = None) -> Result:
        """Look at the app's Home tab."""
        return self._opened(app or self._first_app(), "home")

    async def open_messages(self, app: App | None = None) -> Result:
        """Look at the direct conversation with the bot."""
        return self._opened(app or self._first_app(), "messages")

    def _opened(self, app: App, tab: str) -> Result:
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._dm(app).id,
            "tab": tab,
            "event_ts": events.event_ts(self._ws),
        }
        view = self._ws.views.home(self.id, app.app_id)
        if view is not None and tab == "home":
            event["view"] = view.to_api()
        events.emit(self._ws, event, only=app)
        return Result(ok=True)

    # Finding one's way

    def _first_app(self) -> App:
        return next(iter(self._ws.apps.values()))

    def _dm(self, app: App) -> Channel:
        channel = self._ws.direct(app.bot_user_id, self.id)
        if channel is None:
            raise Impossible("there is no direct conversation")
        return channel

    def _find(self, channel: str) -> Channel:
        found = self._ws.channels.get(channel) or self._ws.channel_by_name(channel)
        if found is None or (found.is_private and self.id not in found.members):
            raise Impossible(f"{self.user.name} sees no conversation {channel}")
        return found

    def _must_be_in(self, channel: Channel) -> None:
        self._must_be_active()
        apps = [app for app in map(self._ws.app_of_bot, channel.members) if app]
        if channel.kind == "im" and any(app.messages_read_only for app in apps):
            raise Impossible("Sending messages to this app has been turned off.")
        if not channel.takes_words_of(self.id):
            raise Impossible(f"only some may write in {channel.name}")
        if self.id not in channel.members:
            raise Impossible(f"{self.user.name} is not in {channel.name or channel.id}")

    def _must_be_active(self) -> None:
        if self.user.deleted:
            raise Impossible(f"the account of {self.user.name} is closed")

    def _message(self, ts: str, channel: str | None) -> tuple[Channel, Message]:
        places = [self._find(channel)] if channel else self.channels()
        for place in places:
            message = place.by_ts.get(ts)
            if message is not None and message.only_for in {None, self.id}:
                return place, message
        raise Impossible(f"{self.user.name} sees no message {ts}")

    async def _send(self, app: App, delivery: Delivery) -> Result:
        self._must_be_active()
        ack: Ack = await self._dispatcher.request(app, delivery)
        return Result(ok=ack.ok, error=ack.error, ack=ack.payload)

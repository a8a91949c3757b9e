"""The screen that somebody sees of the workspace."""

from typing import Any

from sandbox.model.app import App
from sandbox.model.channel import Channel
from sandbox.model.user import User
from sandbox.model.workspace import Workspace

Json = dict[str, Any]


class Screen:
    """The workspace as one person sees it."""

    def __init__(self, workspace: Workspace, user: User) -> None:
        self._ws = workspace
        self._user = user

    def conversations(self) -> list[Channel]:
        """List the conversations the person is in."""
        return [c for c in self._ws.channels.values() if self._user.id in c.members]

    def direct_with(self, app: App) -> Channel | None:
        """Find the direct conversation with a bot."""
        return self._ws.direct(app.bot_user_id, self._user.id, create=False)

    def messages(self, channel: Channel) -> list[Json]:
        """List the messages of a conversation, those for the person alone marked."""
        out = []
        for message in channel.seen_by(self._user.id):
            body = message.to_api(channel.id, with_metadata=True)
            if message.only_for is not None:
                body["is_ephemeral"] = True
            out.append(body)
        return out

    def everything(self) -> Json:
        """Describe all the person sees, for a page."""
        ws, me = self._ws, self._user.id
        known = [c for c in ws.channels.values() if me in c.members or not c.is_private]
        apps = [a for a in ws.apps.values() if a.installed]
        return {
            "revision": ws.revision,
            "now": ws.now(),
            "team": ws.team.to_api(),
            "me": self._user.to_api(ws.now(), include_locale=True),
            "users": {u.id: u.to_api(ws.now(), include_locale=True) for u in ws.users.values()},
            "usergroups": {g.id: g.to_api() for g in ws.usergroups.values()},
            "conversations": [self._conversation(c) for c in known],
            "modals": [self._view(v) for v in ws.views.stack(me)],
            "homes": {v.app_id: v.to_api() for v in ws.views.homes(me)},
            "apps": [self._app(a) for a in apps],
        }

    @staticmethod
    def _view(view: Any) -> Json:
        described: Json = view.to_api() | {"errors": view.errors}
        return described

    def _conversation(self, channel: Channel) -> Json:
        me = self._user.id
        seen = me in channel.members or channel.kind == "channel"
        canvas = self._ws.canvases.get(channel.canvas_id or "")
        return channel.to_api(me) | {
            "name": channel.name,
            "kind": channel.kind,
            "is_member": me in channel.members,
            "members": list(channel.members),
            "topic": channel.topic.to_api(),
            "messages": self.messages(channel) if seen else [],
            "bookmarks": channel.bookmarks,
            "pins": [p["ts"] for p in channel.pins],
            "canvas": {"title": canvas.title, "markdown": canvas.markdown} if canvas else None,
        }

    @staticmethod
    def _app(app: App) -> Json:
        return {
            "app_id": app.app_id,
            "name": app.name,
            "bot_user_id": app.bot_user_id,
            "home_tab": app.home_tab,
            "commands": [
                {
                    "command": c.command,
                    "description": c.description,
                    "usage_hint": c.usage_hint,
                }
                for c in app.slash_commands
            ],
            "shortcuts": [
                {"name": s.name, "callback_id": s.callback_id, "type": s.type}
                for s in app.shortcuts
            ],
        }

"""One message in a conversation, or one that only a single person sees."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Message:
    """A message: who said what when, and what has happened to it since."""

    ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    team: str = ""
    bot_id: str | None = None
    app_id: str | None = None
    bot_profile: dict[str, Any] | None = None
    username: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited: dict[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    pinned: bool = False
    only_for: str | None = None
    replies: list[str] = field(default_factory=list)
    reply_users: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    state: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    client_msg_id: str | None = None

    @property
    def is_reply(self) -> bool:
        """Return whether it stands in a thread, under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def to_api(self, channel_id: str = "", *, with_metadata: bool = False) -> dict[str, Any]:
        """Describe the message as conversations.history does."""
        out: dict[str, Any] = {"type": "message", "user": self.user, "text": self.text}
        out["ts"] = self.ts
        out["team"] = self.team
        out |= self._sender()
        if self.subtype:
            out["subtype"] = self.subtype
        if self.blocks:
            out["blocks"] = self.blocks
        if self.attachments:
            out["attachments"] = self.attachments
        if self.edited:
            out["edited"] = self.edited
        if self.files:
            out |= {"files": self.files, "upload": False, "display_as_bot": False}
        if self.reactions:
            out["reactions"] = [
                {"name": name, "users": users, "count": len(users)}
                for name, users in self.reactions.items()
            ]
        if self.pinned:
            out["pinned_to"] = [channel_id]
        if self.metadata and with_metadata:
            out["metadata"] = self.metadata
        out |= self._thread()
        return out | self.details

    def _sender(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if self.client_msg_id:
            out["client_msg_id"] = self.client_msg_id
        if self.bot_id:
            out |= {"bot_id": self.bot_id, "app_id": self.app_id}
            if self.bot_profile:
                out["bot_profile"] = self.bot_profile
        if self.username:
            out["username"] = self.username
        return out

    def _thread(self) -> dict[str, Any]:
        if self.is_reply:
            return {"thread_ts": self.thread_ts}
        if not self.replies:
            return {}
        return {
            "thread_ts": self.ts,
            "reply_count": len(self.replies),
            "reply_users_count": len(self.reply_users),
            "latest_reply": self.replies[-1],
            "reply_users": list(self.reply_users),
            "is_locked": False,
            "subscribed": False,
        }

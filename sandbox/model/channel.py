"""A conversation: a public or private channel, a direct message, a group of people."""

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.model.message import Message

Kind = Literal["channel", "group", "im", "mpim"]


@dataclass(eq=False)
class Note:
    """A channel's topic or purpose, and who wrote it."""

    value: str = ""
    creator: str = ""
    last_set: int = 0

    def to_api(self) -> dict[str, Any]:
        """Describe it the way Slack does."""
        return {"value": self.value, "creator": self.creator, "last_set": self.last_set}


@dataclass(eq=False)
class Channel:
    """A conversation with its members, its messages and what hangs on it."""

    id: str
    name: str
    kind: Kind
    team_id: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    is_archived: bool = False
    is_general: bool = False
    read_only: bool = False
    writers: list[str] = field(default_factory=list)  # who may write where it is read-only
    shared_with: list[str] = field(default_factory=list)
    topic: Note = field(default_factory=Note)
    purpose: Note = field(default_factory=Note)
    previous_names: list[str] = field(default_factory=list)
    timeline: list[Message] = field(default_factory=list)
    by_ts: dict[str, Message] = field(default_factory=dict)
    bookmarks: list[dict[str, Any]] = field(default_factory=list)
    pins: list[dict[str, Any]] = field(default_factory=list)
    canvas_id: str | None = None
    invites: list[dict[str, Any]] = field(default_factory=list)
    last_ts: int = 0

    @property
    def is_private(self) -> bool:
        """Return whether only members see it."""
        return self.kind != "channel"

    @property
    def is_direct(self) -> bool:
        """Return whether it is a direct message, between two people or more."""
        return self.kind in {"im", "mpim"}

    def takes_words_of(self, user_id: str) -> bool:
        """Return whether somebody may write in it."""
        return not self.read_only or user_id in self.writers

    def next_ts(self, now: float) -> str:
        """Give a timestamp no other message of this conversation has."""
        self.last_ts = max(int(now * 1_000_000), self.last_ts + 1)
        seconds, micros = divmod(self.last_ts, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def add(self, message: Message) -> None:
        """Put a message at the end."""
        self.timeline.append(message)
        self.by_ts[message.ts] = message

    def remove(self, message: Message) -> None:
        """Take a message away."""
        self.timeline.remove(message)
        del self.by_ts[message.ts]

    def find(self, ts: str | None) -> Message | None:
        """Find a message everybody in the conversation sees."""
        message = self.by_ts.get(ts or "")
        return message if message is not None and message.only_for is None else None

    def history(self) -> list[Message]:
        """List what conversations.history knows: no replies, nothing meant for one person only."""
        return [m for m in self.timeline if m.only_for is None and (not m.is_reply or m.broadcast)]

    def thread(self, ts: str) -> list[Message]:
        """List a message and the replies to it."""
        return [m for m in self.timeline if m.only_for is None and ts in {m.ts, m.thread_ts}]

    def seen_by(self, user_id: str) -> list[Message]:
        """List what one member sees, ephemeral messages included."""
        return [m for m in self.timeline if m.only_for in {None, user_id}]

    def to_api(self, viewer: str, *, num_members: bool = False) -> dict[str, Any]:
        """Describe the conversation as conversations.info does, to one viewer."""
        out: dict[str, Any] = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_org_shared": False,
            "context_team_id": self.team_id,
            "updated": self.created * 1000,
        }
        if self.kind == "im":
            others = [m for m in self.members if m != viewer]
            out |= {
                "user": others[0] if others else viewer,
                "is_user_deleted": False,
                "priority": 0,
                "is_open": True,
            }
            return out
        shared = bool(self.shared_with)
        out |= {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_mpim": self.kind == "mpim",
            "is_private": self.is_private,
            "is_general": self.is_general,
            "unlinked": 0,
            "is_shared": shared,
            "is_ext_shared": shared,
            "is_pending_ext_shared": bool(self.invites),
            "pending_shared": [],
            "parent_conversation": None,
            "creator": self.creator,
            "shared_team_ids": [self.team_id, *self.shared_with],
            "pending_connected_team_ids": [],
            "is_member": viewer in self.members,
            "topic": self.topic.to_api(),
            "purpose": self.purpose.to_api(),
            "previous_names": list(self.previous_names),
        }
        if self.read_only:
            out["is_read_only"] = True
        if num_members:
            out["num_members"] = len(self.members)
        return out

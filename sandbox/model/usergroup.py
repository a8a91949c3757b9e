"""A user group: people who can be mentioned together."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class UserGroup:
    """A named group of people with a handle."""

    id: str
    team_id: str
    name: str
    handle: str
    created_by: str
    date_create: int
    description: str = ""
    users: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    date_update: int = 0
    date_delete: int = 0
    updated_by: str = ""

    def to_api(self, *, users: bool = True, count: bool = False) -> dict[str, Any]:
        """Describe it as usergroups.list does."""
        out: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": self.description,
            "handle": self.handle,
            "is_external": False,
            "date_create": self.date_create,
            "date_update": self.date_update,
            "date_delete": self.date_delete,
            "auto_type": None,
            "auto_provision": False,
            "created_by": self.created_by,
            "updated_by": self.updated_by,
            "deleted_by": None,
            "prefs": {"channels": list(self.channels), "groups": []},
            "channel_count": len(self.channels),
        }
        if users:
            out["users"] = list(self.users)
        if count:
            out["user_count"] = len(self.users)
        return out

"""A file somebody uploaded."""

import mimetypes
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any


@dataclass(eq=False)
class File:
    """A file: its name, its bytes, and where it was shared."""

    id: str
    name: str
    user: str
    team_id: str
    created: int
    length: int
    ticket: str
    title: str = ""
    content: bytes | None = None
    complete: bool = False
    channels: dict[str, str] = field(default_factory=dict)
    alt_text: str | None = None

    @property
    def mimetype(self) -> str:
        """Return what kind of content it is, judged by the name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def to_api(self, base_url: str) -> dict[str, Any]:
        """Describe the file as files.info does."""
        address = f"{base_url}/files-pri/{self.team_id}-{self.id}"
        suffix = PurePosixPath(self.name).suffix.lstrip(".")
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": suffix or "binary",
            "pretty_type": suffix.upper() or "Binary",
            "user": self.user,
            "user_team": self.team_id,
            "editable": False,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{address}/{self.name}",
            "url_private_download": f"{address}/download/{self.name}",
            "permalink": f"{address}/{self.name}",
            "permalink_public": "",
            "comments_count": 0,
            "is_starred": False,
            "shares": self._shares(),
            "channels": [c for c in self.channels if c.startswith("C")],
            "groups": [],
            "ims": [c for c in self.channels if c.startswith("D")],
            "has_more_shares": False,
            "has_rich_preview": False,
            "file_access": "visible",
        }

    def _shares(self) -> dict[str, Any]:
        if not self.channels:
            return {}
        return {"private": {c: [{"ts": ts}] for c, ts in self.channels.items()}}

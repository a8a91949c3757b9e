"""A person, or the face of a bot."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(eq=False)
class Dnd:
    """The hours in which someone does not want to be disturbed."""

    enabled: bool = False
    start: int = 1
    end: int = 1
    snooze_until: int | None = None

    def to_api(self, now: float, *, own: bool) -> dict[str, Any]:
        """Describe it as dnd.info does; only its owner sees the snooze."""
        out: dict[str, Any] = {
            "dnd_enabled": self.enabled,
            "next_dnd_start_ts": self.start,
            "next_dnd_end_ts": self.end,
        }
        if own:
            snoozed = self.snooze_until is not None and self.snooze_until > now
            out["snooze_enabled"] = snoozed
            if snoozed:
                out["snooze_endtime"] = self.snooze_until
        return out


@dataclass(eq=False)
class User:
    """Someone in the workspace, or known to it from another one."""

    id: str
    name: str
    real_name: str
    team_id: str
    email: str | None = None
    locale: str = "en-US"
    tz: str = "Europe/Paris"
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    hides_email: bool = False  # their organisation shows addresses to nobody outside
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    updated: int = 0
    title: str = ""
    presence: str = "active"
    dnd: Dnd = field(default_factory=Dnd)

    @property
    def guest(self) -> bool:
        """Return whether the person is a guest of some kind."""
        return self.is_restricted or self.is_ultra_restricted

    def _zone(self, now: float) -> dict[str, Any]:
        try:
            zone = ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError):
            return {"tz": self.tz, "tz_label": self.tz, "tz_offset": 0}
        local = datetime.fromtimestamp(now, UTC).astimezone(zone)
        offset = local.utcoffset()
        return {
            "tz": self.tz,
            "tz_label": local.tzname() or self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
        }

    def profile(self, *, with_email: bool) -> dict[str, Any]:
        """Describe the person's profile; the address only to those who may see it."""
        first, _, last = self.real_name.partition(" ")
        out: dict[str, Any] = {
            "title": self.title,
            "phone": "",
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "status_text": "",
            "status_emoji": "",
            "status_expiration": 0,
            "avatar_hash": "g" + self.id.lower(),
            "first_name": first,
            "last_name": last,
            "team": self.team_id,
        }
        for size in (24, 32, 48, 72, 192, 512):
            out[f"image_{size}"] = f"https://secure.gravatar.com/avatar/{self.id}?s={size}"
        if self.is_bot:
            out |= {"bot_id": self.bot_id, "api_app_id": self.app_id, "always_active": True}
        elif with_email and self.email and not self.hides_email:
            out["email"] = self.email
        return out

    def to_api(
        self, now: float, *, include_locale: bool = False, with_email: bool = True
    ) -> dict[str, Any]:
        """Describe the person as users.info does."""
        out: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": self.profile(with_email=with_email),
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated,
        }
        if not self.deleted:
            out |= {
                "color": "9f69e7",
                "real_name": self.real_name,
                **self._zone(now),
                "is_admin": self.is_admin,
                "is_owner": False,
                "is_primary_owner": False,
                "is_restricted": self.is_restricted,
                "is_ultra_restricted": self.is_ultra_restricted,
                "is_email_confirmed": True,
                "who_can_share_contact_card": "EVERYONE",
            }
            if self.is_stranger:
                out["is_stranger"] = True
            if include_locale:
                out["locale"] = self.locale
        return out

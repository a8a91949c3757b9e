"""The workspace as Slack names it."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Team:
    """A workspace: its id, name, web address and plan."""

    id: str = "T0SANDBOX1"
    name: str = "Sandbox"
    domain: str = "sandbox"
    email_domain: str = ""
    paid: bool = True
    apps_create_channels: bool = True  # the preference "who can create channels"
    apps_invite_guests: bool = True
    enterprise_id: str = ""  # of the Enterprise Grid that the workspace is one of
    org_wide: bool = False  # apps are installed for the whole of it

    @property
    def url(self) -> str:
        """The workspace's web address, as Slack would give it."""
        return f"https://{self.domain}.slack.com/"

    def to_api(self) -> dict[str, Any]:
        """Describe it as team.info does."""
        return {
            "id": self.id,
            "name": self.name,
            "url": self.url,
            "domain": self.domain,
            "email_domain": self.email_domain,
            "icon": {"image_default": True},
            "is_verified": False,
        }

"""Sites of the client, and whom to phone there (Rule ORG-6)."""

from __future__ import annotations

from escalation.base.value import Value


class SiteContact(Value):
    """Somebody who is at a site; they need not be of the contract's people."""

    name: str
    phone: str = ""
    email: str = ""


class Site(Value):
    """A place that an incident may touch. Without `timezone`, in the contract's (Rule CAL-5)."""

    id: str
    name: str
    address: str = ""
    timezone: str | None = None
    contacts: tuple[SiteContact, ...] = ()

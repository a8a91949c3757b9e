"""Sites, whom to phone there, and people's own time zones (Rules ORG-6, CAL-5)."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.duty import known_zone
from config.checks.parties import identity
from config.faults import Fault, Where, fault
from escalation.contract import Contract


def sites(contract: Contract) -> Iterator[Fault]:
    """A site is in a zone that exists, and somebody there can be phoned."""
    for i, site in enumerate(contract.sites):
        where: Where = ("sites", i)
        if site.timezone is not None:
            yield from known_zone((*where, "timezone"), site.timezone)
        for j, contact in enumerate(site.contacts):
            here: Where = (*where, "contacts", j)
            yield from identity(here, email=contact.email, phone=contact.phone)
        if not any(contact.phone for contact in site.contacts):
            yield fault("site_without_phone", where, name=site.name)


def zones(contract: Contract) -> Iterator[Fault]:
    """Check that whoever lives by another clock names a zone that exists."""
    for i, person in enumerate(contract.people):
        if person.timezone is not None:
            yield from known_zone(("people", i, "timezone"), person.timezone)


CHECKS = (sites, zones)

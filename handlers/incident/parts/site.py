"""The site of an incident or a change: where, and whom to phone there (Rules ORG-6, CAL-5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from escalation.contract import Contract, Site
from escalation.records.change import Change
from escalation.records.incident import Incident
from handlers.words import blocks as b
from handlers.words.texts import Texts


def site_words(record: Incident | Change, contract: Contract) -> str:
    """The name and the address; what was written, for one that the contract has no more."""
    site = _site(record, contract)
    if site is None:
        return b.plain(record.site or "")
    return ", ".join(b.plain(part) for part in (site.name, site.address) if part)


def contact_words(record: Incident | Change, contract: Contract) -> str:
    """Say whom to phone or write to there, in the contract's order."""
    site = _site(record, contract)
    return "; ".join(
        ", ".join(b.plain(part) for part in (each.name, each.phone, each.email) if part)
        for each in (site.contacts if site else ())
    )


def site_lines(incident: Incident, contract: Contract, texts: Texts, now: datetime) -> list[str]:
    """Say where it is, what time it is there where that differs, and whom to phone."""
    if incident.site is None:
        return []
    lines = [texts("Site: %(site)s.", site=site_words(incident, contract))]
    site = _site(incident, contract)
    if site and site.timezone and site.timezone != contract.timezone:
        there = replace(texts, zone=ZoneInfo(site.timezone), own=None)
        lines[0] += " " + texts("It is %(time)s there.", time=there.time(now))
    if contacts := contact_words(incident, contract):
        lines.append(texts("To be phoned there: %(contacts)s.", contacts=contacts))
    return lines


def _site(record: Incident | Change, contract: Contract) -> Site | None:
    return next((site for site in contract.sites if site.id == record.site), None)

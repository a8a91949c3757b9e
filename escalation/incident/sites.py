"""The site that an incident touches (Rule ORG-6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import NotFound
from escalation.contract import Site
from escalation.contract.names import folded
from escalation.decision.context import Context
from escalation.incident.life import UNDER_WAY, in_state
from escalation.messages.incident import SiteNamed
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.records.incident import Incident


def site_named(sites: Sequence[Site], name: str) -> Site:
    """The site of that id or name, whatever the case and accents; raises NotFound."""
    wanted = folded(name)
    found = [site for site in sites if wanted in (folded(site.id), folded(site.name))]
    if not found:
        raise NotFound("unknown_site", site=name, known=[site.id for site in sites])
    return found[0]


def set_site(context: Context, incident: Incident, name: str) -> Incident:
    """Say which site is affected: whoever works on it, or is being called, reads whom to phone."""
    in_state(incident, UNDER_WAY)
    site, before = site_named(context.contract.sites, name), incident.site
    incident = replace(incident, site=site.id)
    context.record(incident.id, IncidentAction.SITE_NAMED, site=site.id, before=before)
    called = {
        person
        for escalation in incident.walks
        if escalation.active
        for side in escalation.sides
        for person in (side.acknowledged_by, *(ping.person for ping in side.pings[-1:]))
    }
    working = audience.working(context, incident)
    concerned = sorted({*working, *called} - {None, context.actor}, key=str)
    audience.notify(context, incident, SiteNamed(by=context.actor), concerned)
    return update_card(context, incident)

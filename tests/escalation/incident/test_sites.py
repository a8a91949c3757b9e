"""An incident says which site it touches, and who is called reads whom to phone there (ORG-6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.refusals import NotAllowed, NotFound
from escalation.decision.commands import incident as c
from escalation.decision.commands.ladder import AcknowledgePing
from tests.agreement import agreement
from tests.story import Story

DOWN = {"title": "VPN down", "component": "vpn", "severity": 1}


def test_org_6_an_incident_opens_at_a_site_named_by_id_or_name() -> None:
    story = Story()
    assert story[story.opened(site="brest")].site == "brest"
    assert story[story.opened(site="NOUMEA OFFICE")].site == "noumea"
    assert story[story.opened()].site is None
    with pytest.raises(NotFound) as refused:
        story.opened(site="paris")
    assert refused.value.facts["known"] == ["brest", "noumea"]


def test_org_6_whoever_works_on_it_or_is_called_hears_which_site_it_is() -> None:
    """Tom answered and Olga is being called when Rita names the site; she reads it nowhere."""
    story = Story()
    incident = story.opened(**DOWN)
    story.do(AcknowledgePing, "tom", incident)
    story.do(c.SetSite, "rita", incident, site="brest")
    assert story[incident].site == "brest"
    assert story.told("site_named") == ["olga", "tom"]
    (line,) = story.lines(incident, "incident.site_named")
    assert (line.actor, line.facts["site"]) == ("rita", "brest")


def test_org_6_a_supplier_names_no_site_of_the_client() -> None:
    story = Story()
    incident = story.opened(**DOWN)
    with pytest.raises(NotAllowed):
        story.do(c.SetSite, "nora", incident, site="brest")


def test_org_6_a_duplicate_hands_its_site_to_its_original() -> None:
    story = Story()
    original, duplicate = story.opened(), story.opened(site="brest")
    story.do(c.MergeIncident, "tom", duplicate, into=original)
    assert story[original].site == "brest"
    other = story.opened(site="noumea")
    story.do(c.MergeIncident, "tom", other, into=original)
    assert story[original].site == "brest", "its own stays"


def test_org_6_the_version_before_wrote_no_site() -> None:
    story = Story(replace(agreement(), sites=()))
    assert story[story.opened()].site is None

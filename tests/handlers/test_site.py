"""What people read of the site that an incident touches (Rules ORG-6, CAL-5)."""

from __future__ import annotations

from dataclasses import replace

from escalation.decision.commands.incident import SetSite
from handlers.incident.parts.site import site_lines
from handlers.words.texts import Texts
from tests.agreement import agreement
from tests.handlers.stories import Stage, opened

DOWN = {"title": "VPN down", "component": "vpn", "severity": 1}


def words(stage: Stage, topic: str, to: str = "", language: str = "en") -> str:
    """All that the last message of a topic says, its buttons included."""
    rendered = stage.say(stage.last(topic, to), language)
    assert rendered is not None
    return f"{rendered.text}\n{rendered.blocks}".replace("\u00a0", " ")


def test_org_6_whoever_is_called_reads_whom_to_phone_there_and_what_time_it_is() -> None:
    stage = Stage()
    opened(stage, **DOWN, site="noumea")
    called = words(stage, "ping", "tom")
    assert "Site: Nouméa office. It is 19:00 there." in called
    assert "To be phoned there: Luc Roche, +687000001, luc@client.example." in called
    french = words(stage, "ping", "olga", "fr")
    assert "Site : Nouméa office. Il y est 19:00." in french
    assert "À appeler sur place : Luc Roche" in french


def test_org_6_the_card_shows_the_site_or_offers_to_name_it() -> None:
    stage = Stage()
    incident = opened(stage, **DOWN)
    assert "incident/site" in words(stage, "incident_card")
    assert "To be phoned there" not in words(stage, "ping", "tom")
    stage.do(SetSite, "rita", incident, site="brest")
    card = words(stage, "incident_card")
    assert "incident/site" not in card
    assert "Brest office, 3 rue du Port" in card
    assert "Maud Bris, +33200000010" in card
    told = words(stage, "site_named", "tom")
    assert "Rita Requester says which site is affected." in told
    assert "To be phoned there: Maud Bris, +33200000010." in told


def test_org_6_without_sites_nothing_is_asked_and_nothing_shown() -> None:
    stage = Stage(replace(agreement(), sites=()))
    opened(stage, **DOWN)
    assert "Site" not in words(stage, "incident_card")


def test_org_6_a_site_that_the_contract_has_no_more_is_shown_as_it_was_written() -> None:
    stage = Stage()
    incident = stage[opened(stage, **DOWN, site="brest")]
    without = replace(stage.contract, sites=())
    texts = Texts("en", stage.contract.zone)
    assert site_lines(incident, without, texts, stage.now) == ["Site: brest."]

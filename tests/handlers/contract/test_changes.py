"""What changes between two versions of a contract, and for whom (Rule ORG-10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from escalation.base.durations import Duration
from escalation.contract import (
    Component,
    Contract,
    Coverage,
    Hours,
    Person,
    Post,
    Site,
    SiteContact,
)
from handlers.contract.changes import AT_ONCE, BOTH, FROM_NOW_ON, change_words, kept_words
from handlers.words.texts import Texts
from tests.agreement import PARIS, agreement

ENGLISH, FRENCH = Texts("en", PARIS), Texts("fr", PARIS)
HEADS = (AT_ONCE, BOTH, FROM_NOW_ON)


def told(new: Contract, texts: Texts = ENGLISH) -> dict[str, list[str]]:
    """The changes beneath each head, without what their fields mean."""
    found: dict[str, list[str]] = {}
    heads, under = {texts(head): head for head in HEADS}, ""
    for line in change_words(agreement(), new, texts):
        if line in heads:
            under = heads[line]
        elif not line.startswith("   "):
            found.setdefault(under, []).append(line.strip())
    return found


def edited(**changes: object) -> Contract:
    return agreement(version="v2", **changes)


def test_org_10_who_holds_a_post_is_told_as_holding_at_once() -> None:
    levels = agreement().echelons
    first = replace(levels[0], provider=Post(people=("tess", "tom"), on_call=("nights",)))
    new = edited(echelons=(first, *levels[1:]))
    line = "echelons.1.provider.people: Tom Leader, Tess Deputy → Tess Deputy, Tom Leader"
    assert told(new) == {AT_ONCE: [line]}


def test_org_10_targets_and_delays_are_told_as_holding_for_what_opens_later() -> None:
    rules, (client, network) = agreement().incidents, agreement().ladders
    targets = {**rules.targets, 1: replace(rules.targets[1], restore=Duration.parse("2h coverage"))}
    settle = {**client.rungs[0].settle, 2: Duration.parse("3 working days")}
    ladder = replace(client, rungs=(replace(client.rungs[0], settle=settle), *client.rungs[1:]))
    new = edited(incidents=replace(rules, targets=targets), ladders=(ladder, network))
    assert told(new) == {
        FROM_NOW_ON: [
            "ladders.client.rungs.1.settle.2: 2 h → 3 working days",
            "incidents.targets.1.restore: 4 h → 2 h in coverage hours",
        ]
    }


def test_org_10_coverage_counts_at_once_for_calls_and_later_for_clocks() -> None:
    hours = replace(Hours(), closes=time(19, 0))
    new = edited(coverage=Coverage(hours=hours, closed_days=(date(2026, 5, 15),)))
    assert told(new, FRENCH) == {
        BOTH: [
            "coverage.hours.closes\u00a0: 18:00 → 19:00",
            "coverage.closed_days\u00a0: — → 15 mai 2026",
        ]
    }


def test_org_10_what_comes_and_goes_is_named() -> None:
    contract = agreement()
    people = tuple(each for each in contract.people if each.id != "tess")
    joins = Person(id="zoe", name="Zoé Martin", organisation="provider")
    new = edited(
        people=(*people, joins),
        components=(*contract.components[1:], Component(id="intranet", name="Intranet")),
        sites=(replace(contract.sites[0], address="4 quai Sud"), contract.sites[1]),
    )
    assert told(new) == {
        AT_ONCE: [
            "people.tess is removed: Tess Deputy",
            "people.zoe is new: Zoé Martin",
            "sites.brest.address: 3 rue du Port → 4 quai Sud",
        ],
        FROM_NOW_ON: ["components.vpn is removed: VPN", "components.intranet is new: Intranet"],
    }


def test_org_10_another_order_is_a_change() -> None:
    assert told(edited(sites=agreement().sites[::-1])) == {
        AT_ONCE: ["sites: brest, noumea → noumea, brest"]
    }


def test_org_10_each_field_is_explained_once_in_the_readers_language() -> None:
    rules = agreement().incidents
    targets = {p: replace(t, restore=Duration.parse("9h")) for p, t in rules.targets.items()}
    new = edited(incidents=replace(rules, targets=targets))
    lines = change_words(agreement(), new, FRENCH)
    assert [line for line in lines if line.startswith("      ")] == [
        "      Délai jusqu’au rétablissement du service."
    ]


def test_org_10_what_a_replan_brings_leaves_out_what_holds_already() -> None:
    rules, site = agreement().incidents, Site(id="lyon", name="Lyon")
    new = edited(
        sites=(*agreement().sites, replace(site, contacts=(SiteContact(name="Léo"),))),
        incidents=replace(rules, warnings=(80,), unqualified_as=3),
    )
    assert kept_words(agreement(), new, ENGLISH, 1) == [
        "incidents.warnings: 50, 75, 90 → 80",
        "and 1 more change",
    ]


def test_org_10_nothing_is_told_of_a_version_that_says_the_same() -> None:
    assert change_words(agreement(), edited(), ENGLISH) == []

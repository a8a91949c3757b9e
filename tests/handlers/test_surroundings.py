"""What stands around an incident: what it touches and comes from, its events (CFG-1, EVT-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from escalation.contract import Component, Contract, Criticality, EventRules, EventSource
from escalation.decision.commands.event import TakeEvents
from escalation.decision.commands.incident import ResolveIncident, TakeIncident
from escalation.messages.event import EventsUnplaced
from escalation.records.event import Seen
from escalation.records.incident import IncidentState, Origin
from tests.agreement import agreement, paris
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened


def layered() -> Contract:
    """Wiki needs mail, and mail the VPN; the kiosk stands alone."""
    needs = {"wiki": ("mail",), "mail": ("vpn",)}
    parts = tuple(replace(c, depends_on=needs.get(c.id, ())) for c in agreement().components)
    return agreement(components=parts)


def blocks(answer: Any) -> str:
    return str(answer.blocks)


def test_cfg_1_what_is_needed_is_found_through_several_and_in_order() -> None:
    contract = layered()
    assert contract.depends_on("wiki") == ("mail", "vpn")
    assert contract.needed_by("vpn") == ("mail", "wiki")
    assert contract.needed_by("kiosk") == contract.depends_on("gone") == ()
    round_about = agreement(
        components=tuple(
            Component(id=a, name=a, criticality=Criticality.SENSITIVE, depends_on=(b,))
            for a, b in (("a", "b"), ("b", "a"))
        )
    )
    assert round_about.depends_on("a") == ("b",), "an accepted version of before may have a circle"


async def test_cfg_1_the_card_says_what_it_touches_and_comes_from_and_a_click_merges() -> None:
    counter = Counter(Stage(layered()), language="en")
    stage = counter.stage
    alone = opened(stage, component="wiki", title="No wiki")
    shown = blocks(await counter.shown("tom", "incident", f"show {alone}"))
    assert "Probably because" not in shown
    assert "Merge into" not in shown
    cause = opened(stage, title="No VPN")
    shown = blocks(await counter.shown("tom", "incident", f"show {cause}"))
    assert "Depends on it: Mail and Wiki" in shown
    shown = blocks(await counter.shown("tom", "incident", f"show {alone}"))
    assert f"Probably because of {cause} (VPN): No VPN" in shown
    assert f"Merge into {cause}" in shown
    client = blocks(await counter.shown("olga", "incident", f"show {alone}"))
    assert f"Probably because of {cause}" in client
    assert "Merge into" not in client, "the provider's people merge"
    stage.do(TakeIncident, "tom", cause)
    stage.do(ResolveIncident, "tom", cause, cause_gone=True)
    shown = blocks(await counter.shown("tom", "incident", f"show {alone}"))
    assert "Probably because" not in shown, "it is restored"


async def test_evt_1_what_monitoring_raises_on_a_component_in_trouble_merges_by_a_click() -> None:
    counter = Counter(Stage(), language="en")
    stage = counter.stage
    first = opened(stage, title="No VPN")
    one = Seen(source="prom", group="g", alert="a", severity=1, title="Tunnel down")
    stage.do(TakeEvents, "escalade", component="vpn", seen=(one,))
    shown = blocks(await counter.shown("tom", "incident", "show INC-0002"))
    assert f"Open on it already: {first}, No VPN" in shown
    assert f"Merge into {first}" in shown
    assert "Open on it already" not in blocks(
        await counter.shown("tom", "incident", f"show {first}")
    ), "the later one says so, not the earlier"


async def test_inc_4_what_people_open_within_four_hours_on_a_component_merges_by_a_click() -> None:
    counter = Counter(Stage(), language="en")
    stage = counter.stage
    first = opened(stage, title="No VPN")
    stage.now += timedelta(hours=1)
    answer = await counter.shown("tom", "incident", 'open "VPN slow" component=vpn severity=2')
    assert f"Open on it already: {first}, No VPN" in blocks(answer)
    assert f"Merge into {first}" in blocks(answer)
    client = await counter.shown("rita", "incident", 'open "VPN gone" component=vpn severity=2')
    assert f"Open on it already: {first}" in blocks(client)
    assert "Merge into" not in blocks(client), "the provider's people merge"
    shown = blocks(await counter.shown("tom", "incident", "show INC-0003"))
    assert shown.count("Open on it already") == shown.count("Merge into") == 1, "of the first alone"
    assert f"Merge into {first}" in shown
    stage.now += timedelta(hours=3, minutes=1)
    later = blocks(await counter.shown("tom", "incident", "open Off component=vpn severity=2"))
    assert f"Open on it already: {first}" not in later, "that is over four hours ago"
    assert "Open on it already: INC-0002" in later
    stage.now += timedelta(hours=5)
    alone = await counter.shown("tom", "incident", "open Again component=vpn severity=2")
    assert "Open on it already" not in blocks(alone)


async def test_con_2_nobody_reads_of_a_cause_that_they_need_not_know_of() -> None:
    counter = Counter(Stage(layered()), language="en")
    stage = counter.stage
    hidden = opened(
        stage, "tom", component="mail", severity=3, origin=Origin.MONITORING, title="Queue"
    )
    assert not stage[hidden].client_informed
    seen = opened(stage, component="wiki", severity=3, title="No wiki")
    shown = blocks(await counter.shown("olga", "incident", f"show {seen}"))
    assert "Probably because" not in shown
    assert "Queue" not in str([s.rendered for s in stage.said if s.effect.to.name == "shared"])
    assert f"because of {hidden}" in blocks(await counter.shown("tom", "incident", f"show {seen}"))


async def test_evt_1_the_card_counts_the_events_and_the_timeline_does_not_list_them() -> None:
    counter = Counter(Stage(), language="en")
    stage = counter.stage
    for turn in range(12):
        one = Seen(source="prom", group="g", alert="a", occurrence=str(turn), severity=2, title="Q")
        stage.do(TakeEvents, "escalade", component="mail", seen=(one,))
    shown = blocks(await counter.shown("tom", "incident", "show INC-0001"))
    assert "Monitoring: 12 events" in shown
    assert "1 still on" in shown
    assert "Raised by" in shown
    assert "Requester" not in shown
    assert shown.count("Seen by monitoring") == 2, "at 2 and at 10"
    done = Seen(source="prom", group="g", alert="a", occurrence="11", firing=False)
    stage.do(TakeEvents, "escalade", component="mail", seen=(done,))
    shown = blocks(await counter.shown("tom", "incident", "show INC-0001"))
    assert "all have cleared" in shown
    assert stage["INC-0001"].state is not IncidentState.CLOSED


async def test_evt_1_who_places_events_is_told_the_number_of_the_incident() -> None:
    source = EventSource(id="p", kind="zabbix", key="ESCALADE_EVENTS_P")
    counter = Counter(Stage(agreement(events=EventRules(sources=(source,)))), language="en")
    stray = Seen(source="p", group="g", alert="a", occurrence="1", severity=2, title="Q")
    counter.stage.do(TakeEvents, "escalade", component=None, seen=(stray,))
    answer = await counter.shown("tom", "incident", "place EVT-0001 mail")
    assert answer.text == "EVT-0001 is placed: see INC-0001."
    room = counter.stage.say(counter.stage.last(EventsUnplaced.topic))
    assert "It belongs to INC-0001 (Mail)." in str(room)


async def test_evt_1_a_contract_without_sources_offers_nothing_of_it() -> None:
    source = EventSource(id="p", kind="zabbix", key="ESCALADE_EVENTS_P")
    for contract, there in (
        (agreement(), False),
        (agreement(events=EventRules(sources=(source,))), True),
    ):
        counter = Counter(Stage(contract), language="en")
        assert ("place EVT-…" in blocks(await counter.shown("tom", "incident", "help"))) is there


async def test_org_5_what_fails_outside_the_components_hours_is_shown_as_such() -> None:
    vpn, *rest = agreement().components
    contract = agreement(components=(replace(vpn, hours=agreement().coverage.hours), *rest))
    for at, outside in ((paris("2026-07-15 22:00"), True), (paris("2026-07-15 10:00"), False)):
        counter = Counter(Stage(contract, at=at), language="en")
        incident = opened(counter.stage, component="vpn", title="No VPN")
        shown = blocks(await counter.shown("tom", "incident", f"show {incident}"))
        assert ("outside the opening hours of the service" in shown) == outside

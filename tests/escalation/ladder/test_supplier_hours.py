"""A supplier's rung has hours or a duty of its own (Rule ESC-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from escalation.base.timer_names.ladder import SettleBy
from escalation.contract import Contract, Hours, Post, Rota
from escalation.messages.ladder import NobodyReachable
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import Story

EVENING = paris("2026-07-15 22:05")  # the group works 07:30–18:00


def with_post(**fields: object) -> Contract:
    """The agreement with another post of the supplier on its first rung."""
    (client, network) = agreement().ladders
    first, second = network.rungs
    first = replace(first, supplier=replace(Post(people=("nora",)), **fields))
    return agreement(ladders=(client, replace(network, rungs=(first, second))))


def asked(contract: Contract | None = None) -> Story:
    """Tom escalates to the network supplier in the evening."""
    story = Story(contract, level=2, at=EVENING)
    story.escalate("tom", ladder="network")
    return story


def test_esc_3_outside_the_suppliers_hours_the_call_waits_and_the_asker_is_told() -> None:
    story = asked()
    assert story.pings("network") == []
    (told,) = story.effects(NobodyReachable.topic)
    assert told.to.person == "tom"
    assert told.facts["opens"] == paris("2026-07-16 07:30").isoformat()
    story.at(paris("2026-07-16 07:30"))
    assert [who for _, who in story.pings("network")] == ["nora"]
    assert story.due(str(SettleBy("network"))) == paris("2026-07-16 08:00")


def test_esc_3_the_call_is_forced_with_a_reason() -> None:
    story = asked()
    story.wait(5)
    story.escalate("tom", "all sites are cut off", ladder="network")
    assert story.pings("network") == [(5, "nora")]
    assert story.escalation("network").rung == 0
    assert story.escalation("network").forced == "all sites are cut off"
    story.wait(10)
    assert story.pings("network")[-1] == (15, "nora")  # it does not wait again


def test_esc_3_a_duty_or_hours_of_its_own_go_before_the_groups() -> None:
    always = with_post(hours=Hours(always=True))
    assert asked(always).pings("network") == [(0, "nora")]
    rota = Rota(id="network", people=("rex",), starts=date(2026, 1, 5))
    on_call = with_post(on_call=("network",))
    on_call = replace(on_call, rotas=(*on_call.rotas, rota))
    assert asked(on_call).pings("network") == [(0, "rex")]
    early = with_post(hours=Hours(opens=time(6), closes=time(14)))
    (told,) = asked(early).effects(NobodyReachable.topic)
    assert told.facts["opens"] == paris("2026-07-16 06:00").isoformat()


def test_esc_x_a_suppliers_hours_end_while_its_rung_is_called() -> None:
    story = Story(level=2, at=paris("2026-07-15 17:55"))
    story.escalate("tom", ladder="network")
    story.at(paris("2026-07-15 18:06"))
    assert story.pings("network") == [(0, "nora")]
    assert story.incident.escalation("network").waits_until == paris("2026-07-16 07:30")

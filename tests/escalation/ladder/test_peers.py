"""Once the escalation has started, the two firms talk between peers (INC-12)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.base.refusals import NotAllowed
from escalation.contract import AutomaticCase, Contract, Trigger
from escalation.decision.commands import incident as c
from escalation.decision.commands.ladder import EscalateUp
from escalation.messages.destinations import SHARED_ROOM
from escalation.records.incident import Origin
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import absent
from tests.story import Story

FOUND = (Origin.MONITORING, Origin.PRODUCTION)


def escalating(*triggers: Trigger) -> Contract:
    """The contract, in which these cases escalate every priority."""
    contract = agreement()
    cases = tuple(AutomaticCase(trigger=each, priorities=(1, 2, 3, 4)) for each in triggers)
    return replace(contract, escalation=replace(contract.escalation, automatic=cases))


def talks(story: Story, incident: str) -> bool:
    """Whether both first echelons are called, each told of the other, and the client informed."""
    pings = {each.to.person: each.facts["peer"] for each in story.effects("ping")}
    return (
        story[incident].client_informed
        and story.told("client_informed") == [str(SHARED_ROOM)]
        and pings == {"tom": "olga", "olga": "tom"}
    )


@pytest.mark.parametrize("origin", FOUND)
def test_inc_12_somebody_of_the_provider_escalates_what_it_found(origin: Origin) -> None:
    story = Story(escalating())
    incident = story.opened("hal", component="wiki", origin=origin)
    assert not story[incident].client_informed
    story.do(EscalateUp, "ned", incident, reason="a decision is needed")
    assert talks(story, incident)


@pytest.mark.parametrize("origin", FOUND)
def test_inc_12_what_it_found_is_not_qualified_in_time(origin: Origin) -> None:
    story = Story(escalating(Trigger.NOT_QUALIFIED))
    incident = story.opened("hal", component=None, severity=None, origin=origin)
    story.wait(minutes=20)
    assert not story[incident].client_informed
    story.wait(minutes=10)
    assert talks(story, incident)


def test_inc_12_what_it_found_is_reopened_again_and_again() -> None:
    story = Story(escalating(Trigger.REOPENED))
    incident = story.opened("hal", component="wiki", origin=Origin.MONITORING)
    for _ in range(story.contract.escalation.reopened_times):
        story.do(c.ResolveIncident, "ned", incident, cause_gone=True)
        assert not story[incident].client_informed
        story.do(c.ReopenIncident, "sam", incident, reason="down again")
    assert talks(story, incident)


def test_inc_12_what_it_found_waits_for_a_supplier_too_long() -> None:
    story = Story(escalating(Trigger.WAITING_TOO_LONG))
    incident = story.opened("hal", component="kiosk", origin=Origin.MONITORING)
    story.do(c.WaitFor, "ned", incident, waiting_for="network", reason="a part")
    story.wait(days=9)
    assert not story[incident].client_informed
    while not story.effects("ping"):
        story.wait(hours=1)
    assert talks(story, incident)


def test_inc_7_a_supplier_is_called_without_the_clients_hearing_of_it() -> None:
    story = Story(escalating())
    incident = story.opened("hal", component="vpn", severity=3, origin=Origin.MONITORING)
    story.do(EscalateUp, "sam", incident, ladder="network", reason="their line")
    assert not story[incident].client_informed
    assert not {"olga", "otto", "hana"} & set(story.told("ping"))


def test_org_10_who_stands_in_at_a_level_escalates_above_it() -> None:
    story = Story(absent(escalating(), "sam", stand_in="hal"))
    incident = story.opened(component="wiki")
    story.do(EscalateUp, "hal", incident, reason="a budget")
    assert story.told("ping") == ["dan", "cid"]
    assert story.told("peer_escalated") == ["hana"]
    story = Story(escalating())  # and, with the holder there, does not
    incident = story.opened(component="wiki")
    with pytest.raises(NotAllowed):
        story.do(EscalateUp, "hal", incident, reason="a budget")


def test_org_10_who_is_on_call_behind_a_manager_escalates_above_that_level() -> None:
    contract = escalating()
    second = replace(contract.echelon(2).provider, on_call=("nights",))
    echelons = tuple(
        replace(each, provider=second) if each.level == 2 else each for each in contract.echelons
    )
    night = paris("2026-07-15 22:00")  # the turn of Nia
    story = Story(replace(contract, echelons=echelons), at=night)
    incident = story.opened(component="wiki")
    story.do(EscalateUp, "nia", incident, reason="a budget")
    assert story.told("ping") == ["dan", "cid"]

"""Events of monitoring: counted together, cleared, never lost (Rules EVT-1, INC-7, INC-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.base.refusals import NotFound, NotNow
from escalation.contract import Communication, Contract, EventRules, EventSource
from escalation.decision.commands import incident as c
from escalation.decision.commands.event import DiscardEvents, PlaceEvents, TakeEvents
from escalation.event import taking
from escalation.messages.room_actions import ShowAnswers
from escalation.records.event import EventState, Seen
from escalation.records.incident import IncidentState, Origin
from escalation.records.kinds import EVENT
from tests.agreement import agreement
from tests.story import Story

SOURCE = EventSource(id="prom", kind="alertmanager", key="ESCALADE_EVENTS_PROM")


def watched(**changes: Any) -> Contract:
    return agreement(events=EventRules(sources=(SOURCE,)), **changes)


class Watched(Story):
    def __init__(self, contract: Contract | None = None, **more: Any) -> None:
        super().__init__(contract or watched(), **more)

    def seen(
        self,
        alert: str = "a",
        occurrence: str = "1",
        /,
        *,
        component: str | None = "mail",
        **more: Any,
    ) -> str:
        values = {"title": "Queue is full", "severity": 2, "group": alert} | more
        one = Seen(source="prom", alert=alert, occurrence=occurrence, **values)
        return self.take(component, one)

    def take(self, component: str | None, *seen: Seen) -> str:
        command = TakeEvents(
            contract="acme", component=component, named=component or "mx7", seen=seen
        )
        return self.memory.do(command, self.now)

    def clear(self, alert: str = "a", occurrence: str = "1", /, **more: Any) -> str:
        return self.seen(alert, occurrence, firing=False, **more)

    @property
    def incidents(self) -> list[str]:
        return [each.subject for each in self.entries("incident.opened")]

    def entries(self, action: str) -> list[Any]:
        return [s.line for s in self.memory.chain if s.line.action == action]


def test_evt_1_an_event_opens_an_incident_and_a_repeated_one_changes_nothing() -> None:
    story = Watched()
    event = story.seen(site="brest")
    assert story.seen() == event
    assert story.incidents == ["INC-0001"]
    incident = story["INC-0001"]
    assert (incident.origin, incident.component, incident.severity) == (
        Origin.MONITORING,
        "mail",
        2,
    )
    assert (incident.title, incident.site, incident.events) == ("Queue is full", "brest", (event,))
    assert incident.requester == "sam", "an incident manager answers for it"
    assert (story[event].count, story[event].incident) == (1, "INC-0001")
    (opened,) = story.lines("INC-0001", "incident.opened")
    assert (opened.actor, opened.source) == ("escalade", "monitoring")


def test_evt_1_what_comes_together_is_one_incident_and_what_comes_later_another() -> None:
    story = Watched()
    story.seen("a")
    story.wait(10).seen("b")
    assert story.incidents == ["INC-0001"]
    story.wait(1).seen("c")
    assert story.incidents == ["INC-0001", "INC-0002"]
    story.seen("d", component="wiki")
    assert len(story.incidents) == 3
    story.wait(60).seen("a", "2")
    assert len(story.incidents) == 3, "an alert that is known stays where it is known"


def test_evt_1_a_flapping_source_is_one_incident_with_a_count() -> None:
    story = Watched()
    for turn in range(1, 26):
        event = story.seen("a", str(turn))
        story.wait(1).clear("a", str(turn))
        story.wait(1)
    assert story.incidents == ["INC-0001"]
    assert (story[event].count, story[event].clears) == (25, 25)
    counted = [line.facts["times"] for line in story.lines("INC-0001", "event.counted")]
    cleared = [line.facts["times"] for line in story.lines("INC-0001", "event.cleared")]
    assert (counted, cleared) == ([2, 10], [1, 2, 10]), "not a line for each"


def test_evt_1_clearing_asks_who_has_it_and_never_closes() -> None:
    story = Watched()
    story.seen()
    story.do(c.TakeIncident, "tess", "INC-0001")
    story.wait(5).clear()
    assert story.told("events_cleared") == ["tess"]
    assert story["INC-0001"].state is IncidentState.IN_PROGRESS
    assert story["EVT-0001"].state is EventState.CLEARED
    story.clear()
    assert len(story.told("events_cleared")) == 1, "said again, it is not asked again"


def test_evt_1_a_source_that_flaps_is_asked_about_once_it_is_quiet() -> None:
    """Cleared at 0, 2 and 4 minutes: asked at 0, and when ten minutes were quiet, at 14."""
    story = Watched()
    for turn in ("1", "2", "3"):
        story.seen("a", turn)
        story.clear("a", turn)
        story.wait(2)
    story.wait(60)
    asked = sorted({at for _, at in story.told_at("events_cleared")})
    assert asked == [0, 14]
    assert set(story.told("events_cleared")) == {"tom", "sam"}, "nobody has it: who watches"


def test_evt_1_an_event_that_comes_back_reopens_what_was_resolved() -> None:
    story = Watched()
    story.seen()
    story.do(c.TakeIncident, "tess", "INC-0001")
    story.do(c.ResolveIncident, "tess", "INC-0001", cause_gone=True)
    story.seen()
    assert story["INC-0001"].state is IncidentState.RESOLVED, "it lasted already"
    story.clear()
    before = len(story.memory.told(ShowAnswers.topic))
    story.seen("a", "2")
    assert story["INC-0001"].state is IncidentState.IN_PROGRESS
    assert story["INC-0001"].reopened == 1
    assert len(story.memory.told(ShowAnswers.topic)) > before, "nobody is to verify it any more"


def test_evt_1_what_was_cancelled_does_not_come_back_while_it_lasts() -> None:
    """Alertmanager says every four hours that it lasts; when it begins anew, it is another."""
    story = Watched()
    event = story.seen()
    story.do(c.CancelIncident, "sam", "INC-0001", reason="a test")
    story.wait(240).seen()
    assert story.incidents == ["INC-0001"]
    story.clear()
    assert story[event].state is EventState.OVER, "and is read no more"
    story.wait(1).seen("a", "2")
    assert story.incidents == ["INC-0001", "INC-0002"]


def test_evt_1_what_is_over_comes_back_with_its_incident() -> None:
    story = Watched()
    event = story.seen()
    story.do(c.CancelIncident, "sam", "INC-0001", reason="a test")
    story.clear()
    assert list(story.memory.list(EVENT, "acme")) == []
    story.do(c.UndoEnding, "sam", "INC-0001", reason="no test")
    assert story.seen("a", "2") == event
    assert story.incidents == ["INC-0001"]


def test_evt_1_events_are_over_with_their_incident_and_come_back_with_it() -> None:
    story = Watched()
    event = story.seen()
    story.clear()
    story.do(c.CancelIncident, "sam", "INC-0001", reason="a test")
    assert story[event].state is EventState.OVER
    story.do(c.UndoEnding, "sam", "INC-0001", reason="no test")
    assert story[event].state is EventState.CLEARED
    assert story.seen("a", "2") == event
    assert story.incidents == ["INC-0001"]


def test_inc_x_events_follow_a_merge_and_its_undoing() -> None:
    story = Watched()
    event = story.seen()
    original = story.opened(title="No mail")
    story.do(c.MergeIncident, "tom", "INC-0001", into=original)
    assert story[original].events == (event,)
    story.seen("a", "2")
    assert story.incidents == ["INC-0001", original]
    assert story.lines(original, "event.counted")
    story.do(c.UndoEnding, "sam", "INC-0001", reason="not the same")
    assert (story[event].incident, story[original].events) == ("INC-0001", ())


def test_inc_x_what_comes_again_is_counted_on_an_original_without_a_component() -> None:
    story = Watched()
    event = story.seen()
    original = story.opened(component=None, severity=None)
    story.do(c.MergeIncident, "sam", "INC-0001", into=original)
    story.seen("a", "2")
    assert (story[event].count, story[original].level) == (2, 2), "as the duplicate's was"
    assert story.lines(original, "event.counted")


def test_evt_1_a_graver_event_raises_the_incident_and_a_lesser_does_not_lower_it() -> None:
    story = Watched()
    story.seen("a", component="vpn", severity=3)
    assert story["INC-0001"].level == 3
    story.seen("b", component="vpn", severity=1)
    assert story["INC-0001"].level == 1
    assert "hana" in story.told("priority_1_notice")
    story.seen("c", component="vpn", severity=4)
    assert story["INC-0001"].level == 1


def test_inc_19_what_was_lowered_stays_so_until_monitoring_says_worse_than_before() -> None:
    story = Watched()
    story.seen("a", "1", component="vpn", severity=1)
    story.do(c.SetPriority, "sam", "INC-0001", severity=3, reason="one user")
    proposed = story["INC-0001"].lowering
    assert proposed is not None
    story.do(c.AgreeLowering, proposed.asked[0], "INC-0001")
    assert story["INC-0001"].level == 3
    story.seen("a", "2", component="vpn", severity=1)
    assert (story["INC-0001"].severity, story["INC-0001"].level) == (3, 3)
    story.seen("b", component="wiki", severity=3)
    story.do(c.SetPriority, "sam", "INC-0002", severity=4, reason="one page")
    story.seen("b", "2", component="wiki", severity=2)
    assert story["INC-0002"].severity == 2, "worse than it ever said"


def test_evt_1_a_new_incident_is_as_grave_as_what_opens_it() -> None:
    """It was of severity 1 while the first lasted; sixty days later it is of severity 3."""
    story = Watched()
    event = story.seen("a", "1", severity=1)
    story.do(c.CancelIncident, "sam", "INC-0001", reason="a test")
    story.wait(days=60)
    assert story.seen("a", "2", severity=3) == event
    assert story["INC-0002"].severity == 3
    story.seen("a", "3", severity=2)
    assert story["INC-0002"].severity == 2


def test_evt_1_under_ranks_the_severity_is_not_used() -> None:
    contract = watched()
    story = Watched(replace(contract, priorities=replace(contract.priorities, scheme="ranked")))
    story.seen(severity=4)
    assert (story["INC-0001"].severity, story["INC-0001"].level) == (None, 2)


def test_evt_1_without_a_severity_it_is_to_be_qualified() -> None:
    story = Watched()
    story.seen(severity=None)
    assert story["INC-0001"].priority is None
    story.seen("b", severity=2)
    assert story["INC-0001"].level == 2


def test_inc_7_and_16_the_client_hears_as_the_rules_say() -> None:
    story = Watched()
    story.seen()
    assert not story["INC-0001"].client_informed
    assert "room/shared" not in story.told("incident_card")
    contract = watched()
    rule = (Communication(origin="monitoring", client=True, people=("dan",)),)
    open_to_all = replace(contract, incidents=replace(contract.incidents, communication=rule))
    story = Watched(open_to_all)
    story.seen()
    assert story["INC-0001"].client_informed
    assert "dan" in story.told("incident_news")


def test_evt_1_a_storm_is_one_incident_a_component_and_all_of_it_is_counted() -> None:
    story = Watched()
    for start in range(0, 10_000, 500):
        for component in ("mail", "wiki"):
            seen = [
                Seen(source="prom", group=f"g{i}", alert=f"a{i}", occurrence="1", severity=3,
                     title=f"Host {i} is down")
                for i in range(start, start + 250)
            ]  # fmt: skip
            event = story.take(component, *seen)
        story.wait(2)
    assert story.incidents == ["INC-0001", "INC-0002"]
    assert story[event].count == 5_000
    assert len(story[event].alerts) == taking.MOST_KEPT
    assert story[event].beyond == 5_000 - taking.MOST_KEPT, "said, not dropped"


def test_evt_1_events_of_no_component_go_to_the_room_until_somebody_places_them() -> None:
    story = Watched(watched().__class__(**vars(watched()) | {
        "events": EventRules(sources=(SOURCE,), room="watch-room")}))  # fmt: skip
    event = story.seen(component=None)
    story.seen("b", component=None)
    assert story.incidents == []
    assert set(story.told("events_unplaced")) == {"room/watch-room"}
    with pytest.raises(NotFound):
        story.do(PlaceEvents, "nora", event, component="mail")
    story.do(PlaceEvents, "tess", event, component="MAIL")
    assert story.incidents == ["INC-0001"]
    assert story[event].incident == "INC-0001"
    story.seen("a", "2", component=None)
    assert (story[event].count, story.incidents) == (3, ["INC-0001"]), "where it was placed"
    with pytest.raises(NotNow):
        story.do(DiscardEvents, "tess", event, reason="late")


def test_evt_1_a_group_that_spans_components_hides_nothing_of_one_that_is_not_known() -> None:
    """A source that groups everything together still tells what no component explains."""
    story = Watched(watched().__class__(**vars(watched()) | {
        "events": EventRules(sources=(SOURCE,), room="watch-room")}))  # fmt: skip
    known = story.seen("a", group="all")
    stray = story.seen("b", component=None, group="all", title="Something else")
    assert stray != known
    assert story.told("events_unplaced") == ["room/watch-room"]
    assert (story[known].count, story[known].title) == (1, "Queue is full")
    story.do(PlaceEvents, "tess", stray, component="mail")
    assert story.seen("c", component=None, group="all") == stray, "of the name that was placed"


def test_evt_1_what_is_known_of_a_component_that_left_the_contract_is_unplaced() -> None:
    """While its incident is under way it is counted there; then the room is told."""
    story = Watched(contract := watched())
    event = story.seen()
    left = tuple(each for each in contract.components if each.id != "mail")
    story.memory.amend(replace(contract, version="v2", components=left))
    assert story.seen("a", "2", component=None) == event
    story.do(c.CancelIncident, "sam", "INC-0001", reason="it is gone")
    assert story.clear("a", "1", component=None) == event, "nothing to place"
    story.seen("a", "3", component=None)
    new = story.seen("a", "4", component=None)
    assert (story[new].component, story[new].count, story.incidents) == (None, 2, ["INC-0001"])
    assert story[event].state is EventState.OVER
    story.do(PlaceEvents, "tess", new, component="wiki")
    assert story.incidents == ["INC-0001", "INC-0002"]


def test_evt_1_events_that_are_set_aside_are_over_and_the_next_ones_are_told() -> None:
    story = Watched()
    event = story.seen(component=None)
    story.do(DiscardEvents, "tess", event, reason="an old server")
    assert story[event].state is EventState.OVER
    (line,) = story.lines(event, "event.discarded")
    assert (line.actor, line.facts["reason"]) == ("tess", "an old server")
    assert story.seen("a", "2", component=None) != event


def test_evt_1_clearing_what_nobody_knows_is_nothing() -> None:
    with pytest.raises(NotNow) as refused:
        Watched().clear()
    assert refused.value.code == "nothing_to_clear"


def test_evt_1_what_comes_late_and_out_of_order_is_known() -> None:
    story = Watched()
    first, second = story.now - timedelta(minutes=9), story.now - timedelta(minutes=5)
    event = story.seen("a", "1", began=first)
    story.clear("a", "1", began=first)
    story.seen("a", "2", began=second)
    story.seen("a", "1", began=first)
    story.clear("a", "1", began=first)
    assert (story[event].count, story[event].state) == (2, EventState.FIRING)
    story.clear("a", "2", began=second)
    assert story[event].state is EventState.CLEARED


def test_evt_1_what_ends_later_than_what_is_known_ends_that_too() -> None:
    story = Watched()
    event = story.seen("a", "1", began=story.now)
    story.wait(5).clear("a", "2", began=story.now)
    assert story[event].state is EventState.CLEARED, "its beginning was lost on the way"
    event = story.seen("b", "1", component="wiki")
    story.clear("b", "2", component="wiki")
    assert story[event].state is EventState.FIRING, "without times, another may be older"


def test_evt_1_momentary_events_are_counted_and_never_last() -> None:
    story = Watched()
    event = story.seen("a", "1", momentary=True)
    story.seen("a", "1", momentary=True)
    story.seen("a", "2", momentary=True)
    assert (story[event].count, story[event].firing) == (2, 0)
    assert story.told("events_cleared") == []

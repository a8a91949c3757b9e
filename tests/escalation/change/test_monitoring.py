"""What monitoring says of what is being changed (Rule EVT-1)."""

from __future__ import annotations

from escalation.decision.commands import change as c
from escalation.decision.commands.incident import (
    ResolveIncident,
    TakeIncident,
)
from escalation.perform.change_calendar import causes
from escalation.records.change import ChangeResult, ChangeState
from escalation.records.event import EventState
from escalation.records.incident import IncidentState
from tests.agreement import paris
from tests.escalation.change.calendar_story import CalendarStory


def test_evt_1_a_window_holds_back_what_it_covers_and_says_so() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.seen("b", component="wiki")
    assert story.incidents == [], "the wiki needs the relay"
    held = story.lines(change, "change.events_held")
    assert [line.facts["component"] for line in held] == ["mail", "wiki"]
    story.seen(occurrence="2")
    assert len(story.lines(change, "change.events_held")) == 2, "said once, counted on"
    assert story[event].count == 2
    story.seen("c", component="vpn")
    assert len(story.incidents) == 1, "what the change does not touch"


def test_evt_1_what_has_cleared_by_the_end_of_the_change_comes_to_nothing() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.wait(5)
    story.seen(firing=False)
    story.end(change)
    story.wait(60)
    assert (story.incidents, story[event].state) == ([], EventState.OVER)


def test_evt_1_what_lasts_after_the_change_becomes_an_incident() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.wait(20)
    story.end(change)
    story.wait(9)
    assert story.incidents == [], "monitoring has some minutes to see that all is well"
    story.wait(2)
    (incident,) = story.incidents
    assert story[event].incident == incident
    (held,) = story.lines(incident, "event.held")
    assert held.facts == {"change": change}, "its timeline says why it comes so late"
    assert [each.id for each in causes(story.memory, story[incident])] == [change]


def test_evt_1_what_begins_after_the_change_is_an_incident_at_once() -> None:
    story = CalendarStory()
    change = story.begun()
    story.seen()
    story.end(change)
    story.seen(occurrence="2")
    assert len(story.incidents) == 1


def test_evt_1_an_overrun_holds_nothing_back() -> None:
    story = CalendarStory()
    change = story.begun()
    story.seen()
    story.at(paris("2026-07-15 23:11"))
    assert len(story.incidents) == 1, "the window ended at 23:00, and it still lasts"
    story.seen("b", component="wiki")
    assert len(story.incidents) == 2
    assert story[change].state is ChangeState.UNDERWAY


def test_evt_1_a_window_of_weeks_hides_nothing_for_longer_than_a_night() -> None:
    story = CalendarStory()
    end = paris("2026-08-10 22:00")
    change = story.restart("2026-07-15 22:00", end=end, despite="A long one")
    story.at(paris("2026-07-15 22:00"))
    story.perform(c.StartChange, "tess", change, despite="A long one")
    story.at(paris("2026-07-16 09:00"))
    story.cards()
    story.seen("lesser", component="wiki")
    assert story.cards() == set()
    story.seen(severity=1)
    assert story.incidents == []
    assert story.cards() == {(change, "tess")}, "the gravest is told anew"
    story.at(paris("2026-07-16 10:11"))
    assert len(story.incidents) == 2, "twelve hours after the beginning both last"
    assert story[change].state is ChangeState.UNDERWAY


def test_evt_1_a_window_in_which_nobody_has_begun_holds_nothing_back() -> None:
    story = CalendarStory()
    story.restart("2026-07-15 22:00")
    story.at(paris("2026-07-15 22:10"))
    story.seen()
    assert len(story.incidents) == 1


def test_evt_1_another_change_under_way_goes_on_holding_it_back() -> None:
    story = CalendarStory()
    first = story.restart("2026-07-15 22:00")
    second = story.restart("2026-07-15 22:30", by="nia", despite="Both at once")
    story.at(paris("2026-07-15 22:30"))
    story.perform(c.StartChange, "tess", first)
    story.perform(c.StartChange, "nia", second)
    event = story.seen()
    assert story[event].held_by == second, "which lasts longer"
    story.perform(c.EndChange, "nia", second, result=ChangeResult.SUCCEEDED)
    story.wait(11)
    assert (story.incidents, story[event].held_by) == ([], first)
    story.at(paris("2026-07-15 23:11"))
    assert len(story.incidents) == 1


def test_evt_1_an_incident_under_way_before_goes_on_and_a_resolved_one_waits() -> None:
    story = CalendarStory()
    story.at(paris("2026-07-15 21:00"))
    event = story.seen()
    (incident,) = story.incidents
    change = story.begun()
    story.seen(occurrence="2")
    assert story[event].told == 2, "told to the incident as ever"
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.seen(occurrence="3")
    assert story[incident].state is IncidentState.RESOLVED
    story.end(change)
    story.wait(11)
    assert story[incident].reopened == 1, "it lasts after the change"

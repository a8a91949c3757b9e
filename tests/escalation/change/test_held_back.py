"""What a change holds back of monitoring: who is told of it, and what comes of it (Rule EVT-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from escalation.base.journal_actions.event import EventAction
from escalation.decision.commands import change as c
from escalation.decision.commands.incident import (
    CloseIncident,
    ResolveIncident,
    TakeIncident,
    VerifyIncident,
)
from tests.escalation.change.calendar_story import CalendarStory
from tests.escalation.change.story import RULES, STANDARD


def test_evt_1_what_turns_out_to_be_of_the_gravest_is_told_anew_once() -> None:
    story = CalendarStory()
    change = story.begun()
    story.seen()
    story.cards()
    story.seen(occurrence="2", severity=1)
    assert story.cards() == {(change, "tess")}
    story.seen(occurrence="3", severity=1)
    assert story.cards() == set()


def test_evt_1_whoever_carries_it_out_is_told_where_the_manager_has_begun_it() -> None:
    restart = replace(STANDARD[1], carried_out_by=("tess",))
    story = CalendarStory(replace(RULES, standard=(STANDARD[0], restart)))
    change = story.perform(c.RequestChange, "tess", title="", standard="restart")
    story.perform(c.PlanChange, "ned", change, start=story.now + timedelta(hours=1))
    story.wait(hours=1)
    story.perform(c.StartChange, "ned", change)
    story.cards()
    story.seen(severity=1)
    assert story.cards() == {(change, "tess")}


def test_evt_1_what_nothing_ever_clears_is_looked_at_after_the_change() -> None:
    story = CalendarStory()
    change = story.begun()
    story.seen(momentary=True)
    assert story.incidents == []
    story.end(change)
    story.wait(11)
    assert len(story.incidents) == 1


def test_evt_1_what_became_an_incident_is_held_back_no_more() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.wait(20)
    story.end(change)
    story.seen(occurrence="2")
    (incident,) = story.incidents
    story.wait(30)
    assert story.lines(incident, EventAction.COUNTED) == [], "nothing came since"
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.do(VerifyIncident, "sam", incident, fixed=True)
    story.do(CloseIncident, "sam", incident)
    story.wait(hours=200)
    story.seen(occurrence="3")
    assert len(story.incidents) == 2
    assert story.lines(story.incidents[-1], EventAction.HELD) == [], "that was another time"
    assert story[event].held_by is None

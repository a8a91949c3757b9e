"""What a change has caused, and what it put into service (Rules CHG-4, REP-3, REL-1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.decision.commands import change as c
from escalation.decision.commands.incident import (
    CloseIncident,
    MergeIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
from escalation.decision.context import Context
from escalation.perform.change_calendar import causes
from escalation.perform.practices.reports import facts_of
from escalation.records.change import ChangeCategory, ChangeResult
from escalation.records.kinds import REPORT
from tests.agreement import paris
from tests.escalation.change.calendar_story import CalendarStory
from tests.escalation.change.story import CHG, STUDY

# -- what a change has caused ------------------------------------------------------------------


def test_chg_4_an_incident_on_what_was_touched_proposes_the_change_as_its_cause() -> None:
    story = CalendarStory()
    change = story.begun()
    story.wait(30)
    story.end(change)
    story.perform(c.CloseChange, "ned", change)
    story.wait(hours=47)
    wiki = story.opened(component="wiki")
    vpn = story.opened(component="vpn", severity=3)
    assert [each.id for each in causes(story.memory, story[wiki])] == [change], "which needs mail"
    assert causes(story.memory, story[vpn]) == []
    story.wait(hours=2)
    late = story.opened()
    assert causes(story.memory, story[late]) == [], "48 hours are over"
    story.called()
    story.perform(c.LinkCausedIncident, "tom", change, incident=wiki)
    assert (story[change].incidents, story[wiki].changes) == ((wiki,), (change,))
    assert set(story.called()) == {"tess", "ned"}
    with pytest.raises(AlreadyDone):
        story.perform(c.LinkCausedIncident, "tom", change, incident=wiki)
    story.perform(c.UnlinkCausedIncident, "ned", change, incident=wiki, reason="A cable")
    assert (story[change].incidents, story[wiki].changes) == ((), ())


def test_chg_4_what_was_open_before_the_change_was_not_caused_by_it() -> None:
    story = CalendarStory()
    before = story.opened(severity=3)
    change = story.restart("2026-07-15 22:00")
    assert causes(story.memory, story[before]) == []
    with pytest.raises(NotNow):
        story.perform(c.LinkCausedIncident, "tom", change, incident=before)
    story.at(paris("2026-07-15 22:00"))
    story.perform(c.StartChange, "tess", change)
    assert causes(story.memory, story[before]) == []
    with pytest.raises(NotNow, match="incident_before_change"):
        story.perform(c.LinkCausedIncident, "tom", change, incident=before)


def test_chg_4_what_opens_in_the_window_may_be_caused_by_a_change_that_is_begun_late() -> None:
    story = CalendarStory()
    change = story.restart("2026-07-15 22:00")
    story.at(paris("2026-07-15 22:05"))
    incident = story.opened()
    story.wait(5)
    story.perform(c.StartChange, "tess", change)
    story.perform(c.LinkCausedIncident, "tom", change, incident=incident)
    assert story[incident].changes == (change,)


def test_chg_4_an_exercise_is_caused_by_no_change() -> None:
    story = CalendarStory()
    change = story.begun()
    drill = story.opened(exercise=True)
    assert causes(story.memory, story[drill]) == []
    with pytest.raises(BadValue):
        story.perform(c.LinkCausedIncident, "tom", change, incident=drill)


def test_chg_4_of_a_duplicate_the_change_has_caused_the_original() -> None:
    story = CalendarStory()
    change = story.begun()
    original, duplicate = story.opened(), story.opened()
    story.perform(MergeIncident, "tom", duplicate, into=original)
    story.perform(c.LinkCausedIncident, "tom", change, incident=duplicate)
    assert (story[change].incidents, story[original].changes) == ((original,), (change,))


def test_inc_x_what_caused_another_duplicate_as_well_has_caused_the_original_still() -> None:
    story = CalendarStory()
    change = story.begun()
    original, one, other = story.opened(), story.opened(), story.opened()
    for duplicate in (one, other):
        story.perform(c.LinkCausedIncident, "tom", change, incident=duplicate)
        story.perform(MergeIncident, "tom", duplicate, into=original)
    story.perform(UndoEnding, "sam", one, reason="Another one")
    assert story[original].changes == (change,)
    story.perform(UndoEnding, "sam", other, reason="Another one")
    assert story[original].changes == ()


def test_inc_x_what_caused_a_duplicate_caused_its_original_until_the_merge_is_undone() -> None:
    story = CalendarStory()
    change = story.begun()
    original, duplicate = story.opened(), story.opened()
    story.perform(c.LinkCausedIncident, "tom", change, incident=duplicate)
    story.perform(MergeIncident, "tom", duplicate, into=original)
    assert (story[change].incidents, story[original].changes) == (
        (duplicate, original),
        (change,),
    )
    story.perform(UndoEnding, "sam", duplicate, reason="Another one")
    assert (story[change].incidents, story[original].changes) == ((duplicate,), ())


def test_rep_3_a_report_states_the_change_that_caused_the_incident() -> None:
    story = CalendarStory()
    change = story.begun()
    incident = story.opened(severity=1, component="vpn")
    story.perform(c.LinkCausedIncident, "tom", change, incident=incident)
    story.end(change, ChangeResult.ROLLED_BACK)
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.do(VerifyIncident, "rita", incident, fixed=True)
    story.do(CloseIncident, "sam", incident)
    (report,) = story.memory.list(REPORT, "acme")
    context = Context(contract=story.contract, now=story.now, actor="sam", source="test")
    (fact,) = facts_of(story.memory, context, report).changes
    assert (fact.id, fact.result) == (change, "rolled_back")


# -- releases ----------------------------------------------------------------------------------


def test_rel_1_a_closed_change_writes_what_was_put_into_service_of_each_component() -> None:
    story = CalendarStory()
    story.asked(components=("mail", "kiosk"))
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)
    story.do(c.RecordStudy, "ned", **STUDY)
    for person in ("ned", "rita"):
        story.do(c.ApproveChange, person)
    story.do(c.PlanChange, "ned", start=story.now + timedelta(hours=1),
             end=story.now + timedelta(hours=2), person="tess")  # fmt: skip
    story.wait(hours=1)
    story.do(c.StartChange, "tess")
    story.wait(30)
    story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    ended = story.now
    assert story.lines("component/mail", "change.released") == []
    story.wait(hours=20)
    story.do(c.CloseChange, "ned", note="Relay 4.2")
    for component in ("mail", "kiosk"):
        (line,) = story.lines(f"component/{component}", "change.released")
        assert line.facts == {
            "change": CHG,
            "title": "Larger disks",
            "result": "succeeded",
            "ended": ended.isoformat(),
            "note": "Relay 4.2",
        }

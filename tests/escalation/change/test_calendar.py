"""Changes beside each other: clashes, windows, what is begun all the same (Rules CHG-3, CHG-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from escalation.base.refusals import BadValue, NotNow
from escalation.change.clashes import Clash, ClashKind
from escalation.change.looking import left
from escalation.contract import Hours
from escalation.contract.processes.change_calendar import ChangeCalendar, ChangePeriod
from escalation.decision.commands import change as c
from escalation.decision.commands.incident import (
    ResolveIncident,
    TakeIncident,
)
from escalation.records.change import ChangeState, Window
from tests.agreement import paris
from tests.escalation.change.calendar_story import CalendarStory, kinds, refused
from tests.escalation.change.story import CHG, RULES


def test_chg_4_a_window_that_clashes_needs_a_reason_and_the_next_free_slot_is_said() -> None:
    story = CalendarStory()
    first, second = story.restart("2026-07-15 22:00"), story.restart()
    no = refused(story, second, "2026-07-15 22:30", person="nia")
    assert (no.code, no.facts["field"]) == ("window_clashes", "despite")
    assert kinds(no) == [ClashKind.CHANGE]
    assert no.facts["start"] == paris("2026-07-15 23:00").isoformat()
    assert story[second].window is None
    story.called()
    story.perform(
        c.PlanChange, "ned", second,
        start=paris("2026-07-15 22:30"), person="nia", despite="Both restart at once",
    )  # fmt: skip
    assert story[second].accepted == (f"change|{first}",)
    assert story[first].accepted == (f"change|{second}",), "it is agreed for both"
    assert "tess" in story.called(), "who carries out the other one sees it"
    (planned,) = story.lines(second, "change.planned")
    assert planned.facts["despite"] == "Both restart at once"


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-07-16 22:00", "2026-08-20 22:00", "window_too_long"),
        ("2036-07-16 22:00", "2036-07-16 23:00", "window_too_far"),
    ],
)
def test_chg_4_no_window_is_endless_or_beyond_all_calendars(
    start: str, end: str, code: str
) -> None:
    story = CalendarStory()
    with pytest.raises(BadValue, match=code):
        story.perform(c.PlanChange, "ned", story.restart(), start=paris(start), end=paris(end))


def test_chg_4_another_window_asks_for_its_own_reason() -> None:
    story = CalendarStory()
    story.restart("2026-07-15 22:00")
    second = story.restart("2026-07-15 22:30", by="nia", despite="Both at once")
    assert kinds(refused(story, second, "2026-07-15 22:15")) == [ClashKind.CHANGE]
    story.perform(c.PlanChange, "ned", second, start=paris("2026-07-15 23:00"))
    assert (story[second].accepted, story[second].despite) == ((), "")


def test_chg_4_where_nothing_is_free_it_is_said_why() -> None:
    always = ChangePeriod(name="Merger", first=date(2026, 1, 1), last=date(2027, 12, 31))
    story = CalendarStory(replace(RULES, calendar=ChangeCalendar(freezes=(always,))))
    no = refused(story, story.restart(), "2026-07-15 22:00")
    assert no.code == "no_slot_free"
    assert [Clash.read(f).by for f in no.facts["least"]] == ["Merger"]


def test_chg_4_a_freeze_agreed_since_holds_for_a_change_asked_for_before() -> None:
    story = CalendarStory()
    change = story.restart("2026-07-16 22:00")
    period = ChangePeriod(name="Audit", first=date(2026, 7, 16))
    rules = replace(RULES, calendar=ChangeCalendar(freezes=(period,)))
    story.memory.amend(replace(story.contract, version="v2", changes=rules))
    story.at(paris("2026-07-16 22:00"))
    with pytest.raises(NotNow) as caught:
        story.perform(c.StartChange, "tess", change)
    assert kinds(caught.value) == [ClashKind.FREEZE]


def test_chg_4_begun_a_little_late_it_clashes_with_nothing_that_begins_as_its_window_ends() -> None:
    story = CalendarStory()
    first, second = story.restart("2026-07-15 22:00"), story.restart("2026-07-15 23:00", by="nia")
    story.at(paris("2026-07-15 22:10"))
    story.perform(c.StartChange, "tess", first)
    assert story[first].accepted == story[second].accepted == ()


def test_chg_4_begun_before_its_end_is_seen_it_takes_as_long_as_it_was_to_last() -> None:
    """The bot was down as the window ended: the click comes before the timer."""
    end = paris("2026-07-15 23:00")
    window = Window(start=paris("2026-07-15 22:00"), end=end)
    late = end + timedelta(minutes=1)
    assert left(window, late) == Window(start=late, end=paris("2026-07-16 00:01"))


def test_chg_4_what_came_up_since_it_was_planned_is_said_when_it_begins() -> None:
    story = CalendarStory()
    story.restart("2026-07-15 22:00")
    second = story.restart("2026-07-15 22:30", by="nia", despite="Both at once")
    story.at(paris("2026-07-15 22:30"))
    incident = story.opened(component="vpn", severity=1)
    with pytest.raises(NotNow) as caught:
        story.perform(c.StartChange, "nia", second)
    assert kinds(caught.value) == [ClashKind.PRIORITY_1], "what was accepted is not asked again"
    story.perform(c.StartChange, "nia", second, despite="It has nothing to do with the VPN")
    assert story[second].state is ChangeState.UNDERWAY
    (begun,) = story.lines(second, "change.started")
    assert begun.facts["clashes"] == [f"priority_1|{incident}"]


def _urgent() -> tuple[CalendarStory, str, str]:
    """Tess restarts the relay; then Olga asks for an urgent restart of it, in the same hour."""
    standard = tuple(replace(each, urgent=True) for each in RULES.standard)
    story = CalendarStory(replace(RULES, standard=standard))
    first = story.begun()
    urgent = story.perform(c.RequestChange, "olga", title="", standard="restart", urgent=True)
    story.called()
    return story, first, urgent


def test_chg_3_whoever_accepts_an_urgent_change_accepts_what_it_clashes_with() -> None:
    story, first, urgent = _urgent()
    story.perform(c.ApproveChange, "sam", urgent)
    assert (first, "tess") in story.cards()
    assert f"change|{first}" in story[urgent].accepted
    assert f"change|{urgent}" in story[first].accepted
    (line,) = story.lines(urgent, "change.approval_given")
    assert line.facts["clashes"] == list(story[urgent].accepted)
    assert story.perform(c.StartChange, "nia", urgent) == urgent


def test_chg_3_what_an_urgent_change_clashes_with_since_is_asked_and_told() -> None:
    story, first, urgent = _urgent()
    story.end(first)
    story.perform(c.ApproveChange, "sam", urgent)
    other = story.restart()
    story.perform(c.PlanChange, "ned", other, start=story.now, person="tess")
    story.perform(c.StartChange, "tess", other)
    story.called()
    with pytest.raises(NotNow, match="window_clashes"):
        story.perform(c.StartChange, "nia", urgent)
    story.perform(c.StartChange, "nia", urgent, despite="Mail is down")
    assert (other, "tess") in story.cards()
    assert f"change|{urgent}" in story[other].accepted


def test_chg_4_whoever_is_at_work_is_told_what_is_knowingly_begun_beside() -> None:
    story = CalendarStory()
    first, second = story.restart("2026-07-15 22:00"), story.restart("2026-07-15 23:00", "nia")
    story.at(paris("2026-07-15 22:00"))
    story.perform(c.StartChange, "tess", first)
    story.wait(hours=1, minutes=30)  # the first overruns
    story.called()
    story.perform(c.StartChange, "nia", second, despite="Both at once")
    assert (first, "tess") in story.cards()
    assert f"change|{second}" in story[first].accepted


def test_chg_4_a_resolved_priority_1_and_the_cure_of_one_clash_with_nothing() -> None:
    story = CalendarStory()
    incident = story.opened(component="vpn", severity=1)
    cure = story.perform(c.RequestChange, "tess", title="", standard="restart", born_of=incident)
    story.perform(c.PlanChange, "ned", cure, start=paris("2026-07-15 22:00"), person="tess")
    other = story.restart()
    assert kinds(refused(story, other, "2026-07-15 23:30")) == [ClashKind.PRIORITY_1]
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.perform(c.PlanChange, "ned", other, start=paris("2026-07-15 23:30"), person="nia")


def test_chg_4_a_change_that_overruns_is_in_the_way_of_the_next_one() -> None:
    story = CalendarStory()
    story.begun()
    second = story.restart("2026-07-15 23:05", by="nia")
    story.at(paris("2026-07-15 23:05"))
    with pytest.raises(NotNow) as caught:
        story.perform(c.StartChange, "nia", second)
    assert kinds(caught.value) == [ClashKind.CHANGE], "its window was over at 23:00"
    story.end(CHG)
    story.perform(c.StartChange, "nia", second)


def test_chg_4_what_is_withdrawn_or_over_clashes_with_nothing() -> None:
    story = CalendarStory()
    first = story.restart("2026-07-15 22:00")
    story.perform(c.WithdrawChange, "tess", first, reason="Not needed")
    second = story.begun()
    story.end(second)
    story.restart("2026-07-15 22:15", by="nia")


def test_esc_1_of_those_who_may_carry_the_other_out_only_the_first_is_told() -> None:
    restart = replace(RULES.standard[1], carried_out_by=("tess", "nia"))
    story = CalendarStory(replace(RULES, standard=(restart,)))
    first, second = story.restart(), story.restart()
    start = paris("2026-07-15 22:00")
    story.perform(c.PlanChange, "ned", first, start=start)
    story.cards()
    story.perform(c.PlanChange, "ned", second, start=start, despite="Both at once")
    assert story.cards() == {(first, "tess"), (second, "tess")}
    story.at(start)
    story.perform(c.StartChange, "ned", first)
    incident = story.opened()
    story.cards()
    story.perform(c.LinkCausedIncident, "tom", first, incident=incident)
    assert story.cards() == {(first, "tess"), (first, "ned")}


def test_chg_4_the_service_is_not_changed_in_its_opening_hours() -> None:
    story = CalendarStory()
    parts = tuple(
        replace(each, hours=Hours()) if each.id == "wiki" else each
        for each in story.contract.components
    )
    story.memory.amend(replace(story.contract, version="v2", components=parts))
    no = refused(story, story.restart(), "2026-07-15 17:30", person="tess")
    assert kinds(no) == [ClashKind.OPENING_HOURS]
    assert no.facts["start"] == paris("2026-07-15 18:00").isoformat()

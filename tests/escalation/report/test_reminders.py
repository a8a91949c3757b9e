"""Whoever owes a report is reminded, then the ladder above (REP-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.base.durations import Clock, Duration
from escalation.contract import Absence
from escalation.duty.calendars import Calendar
from escalation.messages.report import ReportReminder
from escalation.report.drafting import before
from tests.agreement import agreement, paris
from tests.escalation.report.story import CLOSED, Story, incident


@pytest.fixture
def story() -> Story:
    """A priority 1 was just closed."""
    story = Story()
    story.closes(incident())
    return story


# ── REP-4: reminders ─────────────────────────────────────────────────────────────────────────


def test_rep_4_the_owner_is_reminded_then_the_ladder_above() -> None:
    reminders = tuple(Duration(seconds=h * 3600) for h in (2, 12, 4, 8))
    story = Story(agreement(report=replace(agreement().report, reminders=reminders)))
    story.closes(incident())
    story.memory.advance(CLOSED + timedelta(hours=22, minutes=30))
    reached = {
        hours: [
            str(effect.to)
            for at, effect in story.memory.told(ReportReminder.topic)
            if at == CLOSED + timedelta(hours=24 - hours)
        ]
        for hours in (12, 8, 4, 2)
    }
    assert reached == {
        12: ["person/sam"],
        8: ["person/sam", "person/tom"],
        4: ["person/sam", "person/dan"],  # Sam holds echelon 2 himself
        2: ["person/sam", "person/dan"],
    }


def test_rep_4_who_stands_in_for_an_absent_owner_is_reminded_too() -> None:
    away = Absence(first=CLOSED.date() + timedelta(days=1), last=paris("2026-07-20 10:00").date(),
                   stand_in="sue")  # fmt: skip
    people = tuple(replace(p, absences=(away,)) if p.id == "sam" else p for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident())
    story.memory.advance(CLOSED + timedelta(hours=16))
    assert story.told(ReportReminder.topic) == ["sam", "sue"]


def test_rep_4_nobody_is_reminded_of_what_is_approved(story: Story) -> None:
    story.approves("tom")
    story.memory.advance(CLOSED + timedelta(hours=22))
    assert story.told(ReportReminder.topic) == []


@settings(deadline=None)  # the first example loads the holidays
@given(
    hours=st.integers(min_value=0, max_value=20_000),
    duration=st.one_of(
        st.integers(0, 40 * 3600).map(lambda s: Duration(seconds=s)),
        st.integers(0, 40 * 3600).map(lambda s: Duration(seconds=s, clock=Clock.COVERAGE)),
        st.integers(0, 8).map(lambda d: Duration(days=d, clock=Clock.WORKING_DAYS)),
    ),
)
def test_rep_4_before_is_the_latest_instant_that_is_early_enough(
    hours: int, duration: Duration
) -> None:
    calendar, end = (
        Calendar.of(agreement()),
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours),
    )
    start = before(calendar, end, duration)
    assert calendar.after(start, duration) <= end
    if start < end:
        assert calendar.after(start + timedelta(seconds=1), duration) > end

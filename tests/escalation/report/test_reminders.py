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
from escalation.messages.report import ReportCard
from tests.agreement import PARIS, agreement, paris
from tests.escalation.report.story import CLOSED, Story, incident


@pytest.fixture
def story() -> Story:
    """A priority 1 was just closed."""
    story = Story()
    story.closes(incident())
    return story


# ── REP-4: reminders ─────────────────────────────────────────────────────────────────────────


def test_rep_4_the_owner_is_reminded_then_the_ladder_above() -> None:
    hours = tuple(Duration(seconds=h * 3600) for h in (28, 31, 26, 25))
    rules = replace(agreement().report, reminders=hours, within=Duration(seconds=32 * 3600))
    story = Story(agreement(report=rules))
    story.closes(incident())
    assert reminded(story, CLOSED + timedelta(hours=22)) == {
        "Wed 11:00": ["sam"],
        "Wed 14:00": ["sam", "tom"],
        "Wed 16:00": ["sam", "dan"],  # Sam holds echelon 2 himself
        "Wed 17:00": ["sam", "dan"],
    }


def test_esc_9_a_late_report_climbs_the_ladder_up_to_the_contracts_echelon() -> None:
    hours = tuple(Duration(seconds=h * 3600) for h in (28, 31, 26, 25))
    rules = replace(agreement().report, reminders=hours, within=Duration(seconds=32 * 3600))
    ladders = replace(agreement().escalation, overdue_top=1)
    story = Story(agreement(report=rules, escalation=ladders))
    story.closes(incident())
    told = reminded(story, CLOSED + timedelta(hours=22))
    assert {who for people in told.values() for who in people} == {"sam", "tom"}


@pytest.mark.parametrize(
    ("closed", "paper"),
    [
        # due Thu 10:00, out at 09:00: not at 02:00 and 06:00
        ("2026-07-15 10:00", {"Wed 17:00": ["sam"], "Thu 07:30": ["sam", "tom"]}),
        # due Thu 08:15, out at 07:15, before anybody is there: one in the hours before
        ("2026-07-15 08:15", {"Wed 17:00": ["sam"]}),
        # due itself at night, at 03:00: the last one stays where it is
        ("2026-07-15 03:00", {"Wed 17:00": ["sam"], "Wed 23:00": ["sam", "tom"]}),
        # due Mon 12:00: the hours before are past, so both come as the next begin
        ("2026-07-19 12:00", {"Mon 07:30": ["sam"], "Mon 08:00": ["sam", "tom"]}),
        # due on a Saturday, at 10:00
        ("2026-07-17 10:00", {"Fri 17:00": ["sam"], "Sat 06:00": ["sam", "tom"]}),
        # a public holiday between: due Wed 17:30, and nothing at night anyway
        ("2026-07-14 17:30", {"Wed 09:30": ["sam"], "Wed 13:30": ["sam", "tom"]}),
    ],
)
def test_rep_4_reminders_keep_to_working_hours_and_the_deadline_is_kept(
    closed: str, paper: dict[str, list[str]]
) -> None:
    at = paris(closed)
    story = Story()
    story.closes(incident(closed_at=at), now=at)
    assert reminded(story, at + timedelta(hours=22, minutes=59), since=at) == paper
    story.memory.advance(at + timedelta(hours=23))
    assert [issue.at for issue in story.report.issues] == [at + timedelta(hours=23)]


def reminded(story: Story, until: datetime, since: datetime = CLOSED) -> dict[str, list[str]]:
    """Who is reminded when, in Paris, after the draft."""
    story.memory.advance(until)
    found: dict[str, list[str]] = {}
    for at, effect in story.memory.told(ReportCard.topic):
        if at > since and effect.facts.get("anew"):
            found.setdefault(f"{at.astimezone(PARIS):%a %H:%M}", []).append(effect.to.person or "")
    return found


def test_rep_4_who_stands_in_for_an_absent_owner_is_reminded_too() -> None:
    away = Absence(first=CLOSED.date() + timedelta(days=1), last=paris("2026-07-20 10:00").date(),
                   stand_in="sue")  # fmt: skip
    people = tuple(replace(p, absences=(away,)) if p.id == "sam" else p for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident())
    story.memory.advance(paris("2026-07-16 07:30"))
    assert story.called(paris("2026-07-16 07:30")) == ["sam", "sue", "tom"]


def test_rep_4_nobody_is_reminded_of_what_is_approved(story: Story) -> None:
    story.approves("tom")
    story.memory.advance(CLOSED + timedelta(hours=22))
    assert story.called(CLOSED + timedelta(minutes=1)) == []


def test_rep_4_after_a_preliminary_version_it_goes_on_until_the_approved_one_is_out(
    story: Story,
) -> None:
    preliminary = CLOSED + timedelta(hours=23)  # Thursday the 16th, 09:00
    story.memory.advance(preliminary)
    assert story.called(preliminary) == ["sam"]
    evening, friday = paris("2026-07-16 17:00"), paris("2026-07-17 14:30")
    story.memory.advance(evening)
    assert story.called(evening) == ["sam", "dan"]
    story.memory.advance(friday)
    assert story.called(friday) == ["sam", "dan"]
    story.submits(now=friday + timedelta(hours=1))
    monday = paris("2026-07-20 12:00")  # and not over the week-end
    story.memory.advance(monday)
    assert story.called(friday + timedelta(hours=2)) == [
        "sam", "dan", "sue", "hana",
    ]  # fmt: skip
    story.approves("tom", monday + timedelta(hours=1))
    assert [issue.preliminary for issue in story.report.issues] == [True, False]
    assert story.memory.due() is None


def test_rep_4_reminders_missed_while_the_bot_was_down_come_as_one(story: Story) -> None:
    story.memory.advance(CLOSED + timedelta(hours=23))
    back = paris("2026-07-22 11:00")
    while (timer := story.memory.due()) is not None and timer.due <= back:
        story.memory.fire(timer, back)
    assert story.called(back) == ["sam", "dan"]
    timer = story.memory.due()
    assert timer is not None
    assert timer.due > back, "the plan goes on, and says nothing twice"


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
    start = calendar.before(end, duration)
    assert calendar.after(start, duration) <= end
    if start < end:
        assert calendar.after(start + timedelta(seconds=1), duration) > end

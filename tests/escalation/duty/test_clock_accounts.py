"""Any clock can explain itself (INC-9)."""

from __future__ import annotations

from datetime import timedelta

from escalation.base.durations import Clock
from escalation.decision.commands import incident as c
from escalation.duty.clock_accounts import ClockAccount, accounts
from tests.agreement import agreement, paris
from tests.story import Story

HOUR = timedelta(hours=1)


def restoring(story: Story, incident: str) -> ClockAccount:
    return accounts(agreement(), story[incident], story.now)[-1]


def waited(story: Story) -> str:
    """A priority 3, opened at noon; from 14:00 to 16:00 Tom waits for the client."""
    incident = story.opened(component="wiki")
    story.wait(hours=2)
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
    story.wait(hours=2)
    story.do(c.ResumeWork, "tom", incident)
    return incident


def test_inc_9_a_clock_says_what_counted_what_was_paused_by_whom_and_what_lay_outside() -> None:
    story = Story()
    incident = waited(story)
    story.at(paris("2026-07-16 09:30"))
    account = restoring(story, incident)
    assert (account.line, account.clock) == ("incidents.targets.3.restore", Clock.COVERAGE)
    told = [(s.end - s.start, s.counted, s.outside) for s in account.stretches]
    assert told == [
        (2 * HOUR, 2 * HOUR, 0 * HOUR),
        (2 * HOUR, 0 * HOUR, 0 * HOUR),
        (17.5 * HOUR, 4 * HOUR, 13.5 * HOUR),  # 16:00 to 18:00, and from 7:30
    ]
    assert account.stretches[1].pause.by == "tom"
    assert account.counted == 6 * HOUR


def test_inc_9_at_the_due_time_just_the_whole_time_has_counted() -> None:
    for values in ({"component": "vpn"}, {"component": "mail"}, {"component": "wiki"}):
        story = Story()
        incident = story.opened(**values)
        story.do(c.TakeIncident, "tom", incident)
        story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
        story.wait(hours=1)
        story.do(c.ResumeWork, "tom", incident)
        story.at(story[incident].restore_due)
        account = restoring(story, incident)
        assert account.counted == timedelta(seconds=account.allowed.seconds)


def test_inc_9_a_clock_that_is_met_stands_still() -> None:
    story = Story()
    incident = waited(story)
    story.do(c.ResolveIncident, "tom", incident, cause_gone=True)
    story.wait(days=9)
    account = restoring(story, incident)
    assert (account.done, account.missed, account.counted) == (True, False, 2 * HOUR)


def test_inc_9_a_wait_that_goes_on_counts_nothing_until_now() -> None:
    story = Story()
    incident = story.opened(component="mail")
    story.do(c.WaitFor, "tom", incident, waiting_for="client", reason="access")
    story.wait(hours=5)
    account = restoring(story, incident)
    assert [each.counted for each in account.stretches] == [0 * HOUR]
    assert not account.done


def test_inc_18_while_not_qualified_the_first_word_alone_has_a_clock() -> None:
    story = Story()
    (account,) = accounts(agreement(), story[story.opened(severity=None)], story.now)
    assert (account.which, account.line) == ("acknowledge", "incidents.targets.2.acknowledge")

"""What is odd in one event is read as well as it can be: it refuses nothing (Rule EVT-1)."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.event.mapping import Reading, read
from tests.agreement import paris
from tests.escalation.event.test_taking import SOURCE, Watched, watched

NOW = paris("2026-07-15 12:00")


def one(**more: Any) -> Reading:
    alert = {"status": "firing", "labels": {"component": "mail"}, "fingerprint": "f"} | more
    (reading,) = read(watched(), SOURCE, {"alerts": [alert], "groupKey": "g"}, NOW)
    return reading


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-05:00"]
)
def test_evt_1_a_time_at_the_end_of_all_times_is_unreadable(at: str) -> None:
    reading = one(startsAt=at)
    assert reading.seen.began is None
    assert [step.note for step in reading.steps if step.name == "at"] == ["unreadable"]


def test_evt_1_a_text_that_no_database_takes_is_kept_without_what_spoils_it() -> None:
    reading = one(annotations={"summary": "Mail", "description": "It is\ndown \ud800\x00now"})
    assert reading.seen.text == "It is\ndown now"


def test_evt_1_a_title_that_nobody_sees_is_that_of_its_source() -> None:
    reading = one(annotations={"summary": "\u200b\u2060"})
    assert reading.seen.title == "prom"
    story = Watched()
    story.take("mail", reading.seen)
    assert story["INC-0001"].title == "prom"

"""What cannot be read of a calendar has words for all that is known of it, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from escalation.duty.availability import Answering
from handlers.words.shared.calendars import WORDS, calendar_fault_words, stand_in_words
from handlers.words.texts import Texts
from tests.agreement import PARIS, agreement, paris

ENGLISH, FRENCH = Texts("en", PARIS), Texts("fr", PARIS)
FACTS: dict[str, dict[str, object]] = {
    "too_large": {"most": "20,000,000"},
    "cut_off": {"name": "VEVENT"},
    "bad_date": {"name": "DTSTART", "value": "soon"},
    "bad_rule": {"rule": "FREQ=HOURLY"},
    "unknown_zone": {"zone": "Customized Time Zone"},
    "nobody": {"suggestion": ["tess"]},
    "several": {"people": ["ned", "nia"]},
    "another_firm": {"people": ["olga"]},
    "clash": {"at": paris("2026-07-15 18:00"), "other": "“Ned”, 2026-07-13", "other_line": 7},
}


def codes_in_use() -> set[str]:
    """The first argument of whatever says a fault in config/ical."""
    calls = (
        node
        for file in Path("config/ical").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    found = set()
    for call in calls:
        place = {"Unreadable": 0, "_refusal": 0, "fault_of": 1}.get(call.func.id)
        if place is not None and isinstance(call.args[place], ast.Constant):
            found.add(call.args[place].value)
    return found


def test_every_fault_of_a_calendar_has_words_and_none_are_left_over() -> None:
    assert codes_in_use() == set(WORDS)
    assert set(FACTS) <= set(WORDS)


@pytest.mark.parametrize("code", sorted(WORDS))
def test_cal_1_what_is_wrong_and_what_to_write(code: str) -> None:
    facts = FACTS.get(code, {})
    said = [calendar_fault_words(code, facts, agreement(), texts) for texts in (ENGLISH, FRENCH)]
    for english, french in zip(*said, strict=True):
        assert english != french
        assert "%" not in english + french
    for name, value in facts.items():
        if name not in {"suggestion", "people", "at"}:
            assert all(str(value) in what for what, _ in said)


def test_cal_1_people_and_times_are_said_as_people_read_them() -> None:
    def said(code: str) -> str:
        return " ".join(calendar_fault_words(code, FACTS[code], agreement(), ENGLISH))

    assert "Did you mean Tess Deputy? Write the name" in said("nobody")
    assert "several people: Ned Night, Nia Night." in said("several")
    assert "At 15 Jul 2026, 18:00 somebody else is on call too, by “Ned”" in said("clash")


def test_cal_1_stand_ins_are_said() -> None:
    start, end = paris("2026-07-15 18:00"), paris("2026-07-16 08:00")
    stretch = Answering(rota="nights", start=start, end=end, whose="ned", person="tess")
    said = stand_in_words(stretch, agreement(), ENGLISH)
    assert said == "In the place of Ned Night, who is away."

"""A file that would take gigabytes, or end what parses it, is refused in words before it can."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from config.contract.bounds import DEEPEST, LONGEST_LINE, MOST_VALUES, beyond_bounds
from config.contract.file import read_contract, read_contracts
from config.defaults import EXAMPLE
from config.faults import ContractFaults
from config.fields import MOST_SUGGESTED
from config.ical.faults import CalendarFaults
from config.ical.lines import MOST_BYTES as MOST_CALENDAR_BYTES
from config.ical.lines import calendars
from config.text_files import MOST_BYTES
from tests.config.broken import said

TEXT = EXAMPLE.read_text("utf-8")


@pytest.mark.parametrize(
    ("attack", "code", "line"),
    [
        (".".join("a" * 50_000) + " = 1", "line_too_long", 1),
        ("[" * 100_000, "line_too_long", 1),
        ("a = [\n" + "[\n" * 100_000, "nested_too_deep", DEEPEST + 1),
        ("a = " + "{a = " * 1_000, "line_too_long", 1),
        ("a = " + "{a = " * 100, "nested_too_deep", 1),
        ("a = 1\n" + ".".join("a" * 1_000) + " = 1", "nested_too_deep", 2),
        ("[" + ".".join("a" * 1_000) + "]", "nested_too_deep", 1),
        ("[[" + " . ".join("a" * 100) + "]]", "nested_too_deep", 1),
        ('"a" . ' * 100 + "a = 1", "nested_too_deep", 1),
        ("a = [" + "1,\n" * (MOST_VALUES + 1) + "]", "too_many_values", MOST_VALUES - 1),
        ("".join(f"a{n} = 1\n" for n in range(MOST_VALUES + 1)), "too_many_values",
         MOST_VALUES + 1),
        ("a = " + "9" * 5_000, "line_too_long", 1),
        ('a = """x"""\n' + "[" * 100, "nested_too_deep", 2),
        ('a = """x\\"""\n"""\n' + "[" * 100, "nested_too_deep", 3),
        ("a = '''x\\'''\n" + "[" * 100, "nested_too_deep", 2),
        ('# """\n' + "[" * 100, "nested_too_deep", 2),
    ],
)  # fmt: skip
def test_what_is_too_long_too_deep_or_too_much_is_refused_before_it_is_parsed(
    attack: str, code: str, line: int
) -> None:
    tracemalloc.start()
    with pytest.raises(ContractFaults) as caught:
        read_contract(attack, "a.toml")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (fault,) = caught.value.faults
    assert (fault.code, fault.line, fault.source) == (code, line, "a.toml")
    assert most < 20_000_000
    assert said([fault]).startswith(f"a.toml, line {line}\n")
    assert said([fault], "fr").startswith(f"a.toml, ligne {line}\n")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "a = '''\n" + "[\n" * 1_000 + "'''",
        'a = """\n' + "{ . , =\n" * 30_000 + '"""',
        'a = "' + "[" * 1_000 + '"',
        "a = '" + "." * 1_000 + "'",
        "# " + "[" * 1_000,
        "a = [" + "[1.5],\n" * 5_000 + "]",
        "a = 1 # " + "x" * (LONGEST_LINE - 8),
    ],
)
def test_what_only_stands_in_texts_and_remarks_counts_for_nothing(text: str) -> None:
    assert beyond_bounds(text) is None


def test_a_text_that_never_ends_hides_nothing_that_is_parsed() -> None:
    """What parses TOML stops where the text does not end: nothing behind is looked at."""
    text = 'a = """\\\n' + '"\n' * 200_000 + "[" * 1_000
    assert beyond_bounds(text) is None
    with pytest.raises(ContractFaults) as caught:
        read_contract(text)
    assert [fault.code for fault in caught.value.faults] == ["toml_quote"]


def test_of_many_fields_nobody_knows_a_few_are_told_what_was_meant() -> None:
    many = "\n".join(f"nam{n} = 1" for n in range(MOST_SUGGESTED + 20))
    with pytest.raises(ContractFaults) as caught:
        read_contract(f"{many}\n{TEXT}")
    strange = [fault for fault in caught.value.faults if fault.code == "unknown_field"]
    assert len(strange) == MOST_SUGGESTED + 20
    assert not any(fault.facts["suggestion"] for fault in strange[MOST_SUGGESTED:])


def test_a_file_without_an_end_is_read_no_further_than_its_bound() -> None:
    with pytest.raises(ContractFaults) as caught:
        read_contracts([Path(os.devnull).with_name("zero")])
    (fault,) = caught.value.faults
    assert (fault.code, fault.facts) == ("file_too_large", {"most": MOST_BYTES})


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (b"BEGIN:VEVENT\r\n" * 30_000, "not_calendar"),
        (b"x" * MOST_CALENDAR_BYTES, "too_large"),
    ],
    ids=["parts without end", "too large"],
)
def test_a_calendar_beyond_bounds_is_refused_before_it_is_read(inside: bytes, code: str) -> None:
    with pytest.raises(CalendarFaults) as refused:
        calendars(b"BEGIN:VCALENDAR\r\n" + inside + b"\r\nEND:VCALENDAR\r\n")
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize("name", [b"SUMMARY", b"DTSTART", b"ATTENDEE"])
@pytest.mark.parametrize("filler", [b";", b';a="', b";a=", b":", b'"', b"\\"])
def test_one_line_without_end_is_read_in_one_go(name: bytes, filler: bytes) -> None:
    line = name + b";A=1" + filler * 200_000 + b":1"
    (calendar,) = calendars(b"BEGIN:VCALENDAR\r\n" + line + b"\r\nEND:VCALENDAR\r\n")
    assert calendar.one(name.decode()) is not None

"""What is shown does nothing by itself: all of Unicode, at once and in chance mixtures."""

from __future__ import annotations

import json
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from escalation.base.sober_text import sober, sober_json

EVERYTHING = "".join(map(chr, range(sys.maxunicode + 1)))
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u061c\u200e\u200f"  # the other characters of Unicode's Bidi_Control


def acts(character: str) -> bool:
    """Whether a character steers what shows it, by Unicode's own tables."""
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(character) in BIDI
        or character in MARKS
    )


def test_of_all_of_unicode_only_what_shows_itself_is_left() -> None:
    shown = sober(EVERYTHING.replace(" ", ""))
    assert {each for each in shown if acts(each)} == {"\t", "\n"}
    harmless = [each for each in EVERYTHING if not acts(each) and each != " "]
    assert [each for each in shown if each not in "\t\n "] == harmless


@given(st.text(st.one_of(st.sampled_from([c for c in EVERYTHING if acts(c)]), st.characters())))
def test_a_sober_text_stays_as_it_is_and_all_agree_where_its_lines_end(text: str) -> None:
    shown = sober(text)
    assert sober(shown) == shown
    assert not {each for each in shown if acts(each)} - {"\t", "\n"}
    assert shown.splitlines() == shown.removesuffix("\n").split("\n") or not shown


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_json_that_shows_nothing_is_read_back_as_it_was(text: str) -> None:
    written = sober_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(written) == {text: [text]}
    assert not any(acts(each) for each in written)
    written.encode()

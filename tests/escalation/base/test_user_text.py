"""What people type: seen by somebody, and found again."""

from __future__ import annotations

import pytest

from escalation.base import user_text
from escalation.base.refusals import BadValue

UNSEEN = ["\u200b", "\u00a0\u2060 \ufeff", "\u200e\u2028\u0085"]


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_sees_is_missing(text: str) -> None:
    with pytest.raises(BadValue, match="title_missing"):
        user_text.title(text)
    with pytest.raises(BadValue, match="reason_missing"):
        user_text.required(text)
    assert user_text.optional(text) == user_text.reference(text) == ""


def test_a_reference_is_found_again_as_it_is_in_its_tool() -> None:
    assert user_text.reference("\u202aI210114\u2060_0042\u202c\u200b\u00a0") == "I210114_0042"


def test_what_joins_letters_and_emoji_stays_in_words() -> None:
    assert user_text.title("👩\u200d🚒 می\u200cروم") == "👩\u200d🚒 می\u200cروم"

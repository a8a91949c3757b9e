"""What people type: cleaned, there where it must be, and never endless."""

from __future__ import annotations

import unicodedata

from escalation.refusals import BadValue

TITLE_LIMIT = 250
REFERENCE_LIMIT = 100
TEXT_LIMIT = 3000  # what a form of Slack takes

_BREAKS = frozenset({"Cc", "Zl", "Zp"})


def title(text: str) -> str:
    """A title on one line: control characters and runs of white space become one space."""
    spaced = "".join(" " if unicodedata.category(each) in _BREAKS else each for each in text)
    cleaned = " ".join(spaced.split())
    if not cleaned:
        raise BadValue("title_missing")
    if len(cleaned) > TITLE_LIMIT:
        raise BadValue("title_too_long", length=len(cleaned), limit=TITLE_LIMIT)
    return cleaned


def optional(text: str, limit: int = TEXT_LIMIT) -> str:
    """A text that may be empty."""
    cleaned = text.strip()
    if len(cleaned) > limit:
        raise BadValue("text_too_long", length=len(cleaned), limit=limit)
    return cleaned


def reference(text: str) -> str:
    """The reference of a ticket or a change, on one line; it may be empty."""
    return optional(" ".join(text.split()), REFERENCE_LIMIT)


def required(text: str, missing: str = "reason_missing") -> str:
    """A text that must be there; `missing` is the code of the refusal if it is not."""
    cleaned = optional(text)
    if not cleaned:
        raise BadValue(missing)
    return cleaned

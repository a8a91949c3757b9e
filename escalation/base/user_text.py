"""Text that people type: cleaned, there where it must be, and never endless."""

from __future__ import annotations

import unicodedata

from escalation.base.refusals import BadValue

TITLE_LIMIT = 250
REFERENCE_LIMIT = 100
TEXT_LIMIT = 3000  # what a form of Slack takes

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def title(text: str) -> str:
    """A title on one line: control characters and runs of white space become one space."""
    spaced = "".join(" " if unicodedata.category(each) in _BREAKS else each for each in text)
    cleaned = _seen(" ".join(spaced.split()))
    if not cleaned:
        raise BadValue("title_missing")
    if len(cleaned) > TITLE_LIMIT:
        raise BadValue("title_too_long", length=len(cleaned), limit=TITLE_LIMIT)
    return cleaned


def optional(text: str, limit: int = TEXT_LIMIT) -> str:
    """A text that may be empty."""
    cleaned = _seen(text.strip())
    if len(cleaned) > limit:
        raise BadValue("text_too_long", length=len(cleaned), limit=limit)
    return cleaned


def reference(text: str) -> str:
    """The reference of a ticket or a change, on one line; it may be empty.

    Without format characters, which come along when it is copied: it is to be found again.
    """
    shown = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return optional(" ".join(shown.split()), REFERENCE_LIMIT)


def _seen(text: str) -> str:
    """The text; "" where nobody sees any of it."""
    return text if any(unicodedata.category(each) not in _UNSEEN for each in text) else ""


def required(text: str, missing: str = "reason_missing") -> str:
    """A text that must be there; `missing` is the code of the refusal if it is not."""
    cleaned = optional(text)
    if not cleaned:
        raise BadValue(missing, field=missing.removesuffix("_missing"))
    return cleaned

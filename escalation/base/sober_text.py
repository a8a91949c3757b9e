"""Text that does nothing where it is shown: no bell, no escape sequence, no turned direction.

What people and other systems wrote passes here on its way to every surface: Slack, mail, HTML, CSV,
terminal and logs.
"""

from __future__ import annotations

import re

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but for tab and line feed, DEL, C1
_SURROGATES = "\ud800-\udfff"  # no reader of UTF-8 takes one
_TURNERS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # Unicode's Bidi_Control
_SEPARATORS = "\u2028\u2029"
_BREAK = re.compile("[\x85\u2028\u2029]")  # to some readers the end of a line
_UNSAFE = re.compile(f"[{_CONTROLS}{_SURROGATES}{_TURNERS}]")
_UNSAFE_IN_JSON = re.compile(f"[{_CONTROLS}{_SURROGATES}{_TURNERS}{_SEPARATORS}]")


def sober(text: str) -> str:
    """The text without control characters and marks that turn the direction of what follows.

    Only a line feed ends a line: what else some readers take for one becomes a space. Text of
    right-to-left scripts needs no mark: its letters say where they run.
    """
    return _UNSAFE.sub("", _BREAK.sub(" ", text))


def sober_line(text: str) -> str:
    """The same on one line."""
    return " ".join(sober(text).split())


def sober_json(text: str) -> str:
    """JSON whose strings hold the same, escaped: it is read back as it was, and shows nothing."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

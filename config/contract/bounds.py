"""Bounds on the length, depth and size of a contract file, seen before it is parsed as TOML.

What parses TOML keeps a table for each part of a dotted key and calls itself for each bracket: a
file of a hundred kilobytes can take gigabytes, or end it. A real contract stays far below.
"""

from __future__ import annotations

import re

from config.faults import Fault

LONGEST_LINE = 4_000  # characters
DEEPEST = 16  # tables and lists in one another; also the parts of a key
MOST_VALUES = 100_000

_DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}
_VALUES = frozenset("[{=,")
_ENDS_KEY = frozenset("[]{}=,\n")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+"
    r"|[][{}.=,\n]",
    re.DOTALL,
)


def beyond_bounds(text: str) -> Fault | None:
    """The first fault of size of a text that is to be TOML; None where there is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            return Fault(code="line_too_long", line=number, facts={"most": LONGEST_LINE})
    depth = parts = values = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        depth += _DEEPER.get(mark, 0)
        parts = 0 if mark in _ENDS_KEY else parts + (mark == ".")
        values += mark in _VALUES
        if max(depth, parts) > DEEPEST:
            return _fault("nested_too_deep", DEEPEST, text, token.start())
        if values > MOST_VALUES:
            return _fault("too_many_values", MOST_VALUES, text, token.start())
    return None


def _fault(code: str, most: int, text: str, at: int) -> Fault:
    return Fault(code=code, line=text.count("\n", 0, at) + 1, facts={"most": most})

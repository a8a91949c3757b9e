"""JSON of which each value is one line, whatever its reader takes for the end of a line.

People paste text with U+2028, U+2029 or U+0085 in it. JSON lets these stand in a string as they
are, and many readers of lines, `str.splitlines` among them, then see two lines that are no JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import AnyStr

from escalation.base.sober_text import sober_json


class LineTooLong(ValueError):
    """A line has more than `most` characters or bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"a line is longer than {most:,}")
        self.most = most


def bounded_lines(readline: Callable[[int], AnyStr], most: int) -> Iterator[AnyStr]:
    """The lines that `readline` reads; raises LineTooLong before it holds much more than `most`."""
    while line := readline(most + 1):
        if len(line) > most:
            raise LineTooLong(most)
        yield line


def json_line(value: object, *, sort_keys: bool = False, compact: bool = False) -> str:
    """Write a value as JSON on one line, without its end; raises TypeError, ValueError."""
    separators = (",", ":") if compact else None
    text = json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, separators=separators)
    return sober_json(text)

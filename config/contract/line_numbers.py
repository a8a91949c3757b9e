"""On which line of a TOML file each value stands.

`tomllib` forgets positions, so this walks over the text a second time. It only has to be right on
text that `tomllib` accepted: it looks for keys, brackets and ends of values, and trusts the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from config.faults import Where

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\])*"|' + r"'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


def lines_of(text: str) -> dict[Where, int]:
    """The line, counted from 1, of every table, key and list element of valid TOML."""
    return _Walk(text).lines


def line_at(lines: dict[Where, int], path: Where) -> int | None:
    """The line of a place; of what holds it where the place itself is not in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Walk:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Where, int] = {}
        self._text = text
        self._at = 0
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._counts: dict[Where, int] = {}  # how many elements an array of tables has so far
        table: Where = ()
        while self._skip(_BLANK) < len(text):
            if text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _note(self, path: Where) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, self._at))

    def _header(self) -> Where:
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        path: Where = ()
        keys = self._keys()
        for position, key in enumerate(keys, start=1):
            path += (key,)
            self._note(path)
            if many and position == len(keys):
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path += (self._counts[path] - 1,)
                self._note(path)
        self._at = self._text.index("]", self._at) + (2 if many else 1)
        return path

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            start = self._at
            if self._text[start] in "\"'":
                self._skip(_STRING)
                keys.append(self._text[start + 1 : self._at - 1])
            else:
                self._skip(_BARE_KEY)
                keys.append(self._text[start : self._at])
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _pair(self, table: Where) -> None:
        start, path = self._at, table
        keys = self._keys()
        after, self._at = self._at, start
        for key in keys:
            path += (key,)
            self._note(path)
        self._at = self._text.index("=", after) + 1
        self._value(path)

    def _value(self, path: Where) -> None:
        self._skip(_SPACE)
        opening = self._text[self._at]
        if opening == "[":
            self._at += 1
            position = 0
            while self._text[self._skip(_BLANK)] != "]":
                self._note((*path, position))
                self._value((*path, position))
                position += 1
                self._comma()
            self._at += 1
        elif opening == "{":
            self._at += 1
            while self._text[self._skip(_BLANK)] != "}":
                self._pair(path)
                self._comma()
            self._at += 1
        elif opening in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _comma(self) -> None:
        if self._text[self._skip(_BLANK)] == ",":
            self._at += 1

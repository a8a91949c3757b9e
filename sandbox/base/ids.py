"""Identifiers and secrets that look like Slack's."""

import secrets
import string

_DIGITS = string.digits + string.ascii_uppercase


def base36(number: int) -> str:
    """Write a number with digits and capital letters."""
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = _DIGITS[rest] + out
    return out or "0"


class Ids:
    """Gives out identifiers, each once, in the order asked."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, prefix: str) -> str:
        """Give the next identifier of a kind: `U…`, `C…`, `V…`."""
        self._last += 1
        return f"{prefix}0S{base36(36**6 + self._last)}"

    def number(self) -> int:
        """Give a number never given before."""
        self._last += 1
        return 10_000_000_000 + self._last


def secret(length: int = 24) -> str:
    """Make something nobody can guess."""
    return secrets.token_hex(length // 2 + 1)[:length]

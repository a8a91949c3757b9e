"""The result of what somebody did."""

from dataclasses import dataclass, field
from typing import Any


class Impossible(Exception):
    """Something a person cannot do, because Slack would not offer it."""


@dataclass(frozen=True)
class Result:
    """The result of an act: whether the app acked, what it said, and what it found wrong."""

    ok: bool
    error: str | None = None
    ack: Any = None
    errors: dict[str, str] = field(default_factory=dict)

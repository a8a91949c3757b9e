"""A delivery, and what comes back."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Something an app has to hear of."""

    kind: Kind
    payload: dict[str, Any]
    accepts_response: bool = False
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Ack:
    """The word of an app: whether it took it, and what it answered at once."""

    ok: bool
    payload: Any = None
    error: str | None = None
    no_retry: bool = False
    reason: str = ""

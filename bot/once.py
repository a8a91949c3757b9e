"""What Slack delivers twice is heard once (slack.md, B10: Socket Mode may deliver twice)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.response import BoltResponse

REMEMBERED = 5_000


class Once:
    """A middleware that acknowledges a repeated delivery and lets nobody hear it again.

    The store refuses a repeated deed anyway; this spares people a second answer, and a form
    whose trigger is spent. A form's submission passes: each delivery must give the same answer.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def __call__(
        self,
        body: dict[str, Any],
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt passes it by this name
    ) -> BoltResponse:
        """Pass on what is new."""
        key = _key(body)
        if key and key in self._seen:
            return BoltResponse(status=200)
        if key:
            self._seen[key] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return await next()


def _key(body: dict[str, Any]) -> str:
    if body.get("type") in {"view_submission", "view_closed"}:
        return ""
    return str(body.get("event_id") or body.get("trigger_id") or "")

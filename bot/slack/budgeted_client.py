"""Slack's Web API within its budget: each call asks for its budget first."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clock import Clock
from bot.observe.metrics import Metrics
from bot.observe.tracing import Tracing
from bot.slack.answers import ReadingClient
from bot.slack.budget import SlackBudget
from bot.slack.calls import NotYet, retry_after
from escalation.messages.effects import Rank


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose behalf calls are made: a message, and what it goes before.

    `held`: whether it is ours to send; it may have become another dispatcher's.
    """

    message: str
    rank: Rank
    held: Callable[[], bool] = lambda: True


ERRAND: ContextVar[Errand | None] = ContextVar("errand", default=None)


class BudgetedClient(ReadingClient):
    """A client that raises NotYet, before calling, where a message's call would be one too many.

    Calls that are no message's (somebody waits for an answer on the spot) are counted, and made.
    """

    def __init__(
        self,
        *,
        budget: SlackBudget,
        clock: Clock,
        metrics: Metrics,
        tracing: Tracing,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._metrics = metrics
        self._tracing = tracing
        self._budget = budget
        self._clock = clock

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Call a method; raises NotYet where its budget is spent, or its message no longer ours."""
        where = _conversation(options)
        errand = ERRAND.get()
        if errand is None:
            self._budget.count(api_method, where, now=self._clock.time())
        else:
            if not errand.held():
                raise NotYet("the message is no longer held", 0)
            wait = self._budget.ask(
                api_method,
                where,
                who=errand.message,
                rank=errand.rank,
                now=self._clock.time(),
            )
            if wait > 0:
                raise NotYet(f"the budget of {api_method} is spent", wait)
        became = "no answer"
        try:
            with self._tracing.span(f"slack {api_method}"):
                answer = await super().api_call(api_method, **options)
            became = "ok"
            return answer
        except SlackApiError as error:
            became = "refused" if retry_after(error) is None else "too fast"
            if (seconds := retry_after(error)) is not None:
                self._budget.refused(api_method, where, seconds, now=self._clock.time())
            raise
        finally:
            self._metrics.calls.labels(api_method, became).inc()


def _conversation(options: dict[str, Any]) -> str:
    for kind in ("json", "params", "data"):
        given = options.get(kind)
        if isinstance(given, dict) and given.get("channel"):
            return str(given["channel"])
    return ""

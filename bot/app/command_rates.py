"""Limits on what one person may ask for: a burst, then a steady rate. No answer is ever refused.

Each Slack user has a bucket of tokens that fills up again with time, a second one for raising the
alarm, which chatter cannot empty, and a third for opening the Home. Only the users heard last are
remembered; whoever is forgotten begins with a full bucket, as they would have by then.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.application import BotApplication
from bot.clock import Clock
from handlers.application import OutOfReach
from handlers.router.inbound import Inbound
from handlers.slack.inbound_request import NotTold, answering
from handlers.verbs.verb import Allowance

log = structlog.get_logger()

REMEMBERED = 5_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime
    told: bool = False


class Rates:
    """The buckets. `a_minute` 0 sets no limit."""

    def __init__(self, *, a_minute: int, at_once: int) -> None:
        self._a_second = a_minute / 60
        self._most = float(max(at_once, 1))
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, who: str, now: datetime) -> int:
        """Take a token: 0, or the whole seconds until there is one."""
        if not self._a_second:
            return 0
        bucket = self._bucket(who, now)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.told = False
            return 0
        return math.ceil((1 - bucket.tokens) / self._a_second)

    def first_refusal(self, who: str) -> bool:
        """Return whether they were not told yet since they were last heard."""
        bucket = self._buckets[who]
        told, bucket.told = bucket.told, True
        return not told

    def _bucket(self, who: str, now: datetime) -> _Bucket:
        bucket = self._buckets.setdefault(who, _Bucket(self._most, now))
        self._buckets.move_to_end(who)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        passed = max((now - bucket.at).total_seconds(), 0)
        bucket.tokens = min(bucket.tokens + passed * self._a_second, self._most)
        bucket.at = now
        return bucket

    def __len__(self) -> int:
        return len(self._buckets)


class Rated:
    """The middleware: what comes too fast is answered in words, and goes no further."""

    def __init__(
        self,
        rates: Rates,
        application: BotApplication,
        clock: Clock,
        client: AsyncWebClient,
    ) -> None:
        self._rates = rates
        self._application = application
        self._clock = clock
        self._client = client

    async def __call__(
        self,
        inbound: Inbound,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt passes it by this name
    ) -> BoltResponse:
        """Pass on what comes at a pace that can be kept."""
        user, allowance = inbound.user, inbound.allowance
        if not user or allowance is Allowance.UNLIMITED:
            return await next()
        bucket = f"{user}{allowance.value}"
        seconds = self._rates.wait(bucket, self._clock.now())
        if not seconds:
            return await next()
        log.warning("too fast", action="too_fast", user=user, kind=inbound.kind)
        if allowance is Allowance.HOME:
            return BoltResponse(status=200)  # they see what they saw
        return await self._refused(inbound, bucket, await self._words(user, seconds))

    async def _refused(self, inbound: Inbound, bucket: str, words: str) -> BoltResponse:
        body = inbound.body
        if inbound.kind == "command":
            return _answer({"response_type": "ephemeral", "text": words})
        if inbound.kind == "view_submission":
            field = next(iter(body["view"]["state"]["values"]), "")
            errors = {"response_action": "errors", "errors": {field: words}}
            return _answer(errors) if field else BoltResponse(status=200)
        if body.get("response_url") and self._rates.first_refusal(bucket):
            await self._tell(body, words)
        return BoltResponse(status=200)

    async def _tell(self, body: Mapping[str, Any], words: str) -> None:
        try:
            tell = answering(body, self._client)
            await tell(text=words, response_type="ephemeral", replace_original=False)
        except NotTold as trouble:
            log.warning("an answer did not arrive", action="not_told", why=str(trouble))

    async def _words(self, user: str, seconds: int) -> str:
        texts = self._application.texts_for(user)
        with suppress(OutOfReach):
            if callers := await self._application.callers(user):
                texts = callers[0].texts
        return texts(
            "Too many requests at once: please wait %(seconds)s s, then try again. "
            "Nothing was changed. Answering a call always works.",
            seconds=seconds,
        )


def _answer(content: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=content)

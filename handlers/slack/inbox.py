"""The inbox of requests: each request is acknowledged once it is kept (decision 0012).

Where the bot stops before, Slack sends it again, or tells the person that it failed; what was
acknowledged is never lost. What is answered takes longer, and comes after. The app processes
before it responds (`process_before_response`): then Bolt acknowledges when a listener returns,
and does not look for it every 10 ms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from escalation.base.refusals import Refusal
from handlers.application import OutOfReach
from handlers.router.inbound import Inbound
from handlers.slack.inbound_request import InboundRequest, NotTold, Once, Respond, answering

log = structlog.get_logger()
T = TypeVar("T")

Listener = Callable[[InboundRequest], Coroutine[Any, Any, None]]


class Inbox:
    """The requests that are being worked on."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._working: set[asyncio.Task[Any]] = set()
        self._once = Once()

    async def drained(self) -> None:
        """Wait until nothing is being worked on."""
        while self._working:
            await asyncio.wait(self._working)

    async def cut_off(self) -> None:
        """End what is still being worked on; it stays unacknowledged, unless it was kept."""
        working = list(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def kept(self, listener: Listener) -> Callable[..., Awaitable[BoltResponse | None]]:
        """Acknowledge when the request is kept, also to a delivery that comes again meanwhile."""

        async def acknowledged(ack: Respond, inbound: Inbound) -> BoltResponse | None:
            request = InboundRequest(inbound, answering(inbound.body, self._client))
            first = self._once.first(request)
            if first is request:
                self.begin(self._work(listener, request))
            if not await first.is_kept():
                return BoltResponse(status=500)  # no acknowledgement: it is to come again
            await ack()
            return None

        return acknowledged

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Work on something that a stop waits for."""
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    async def _work(self, listener: Listener, request: InboundRequest) -> None:
        try:
            await listener(request)
            request.keep()
        except Refusal as refusal:  # of an event: there is nobody to tell
            log.info("refused", action="event_refused", code=refusal.code)
            request.keep()
        except Exception as error:  # noqa: BLE001  # `log_failure` logs it
            log_failure(error, request.inbound.kind)
        finally:
            if request.fail():
                self._once.forget(request)
            request.let_go()


def log_failure(error: Exception, kind: str) -> None:
    """Log that nobody could be told what came of a request; the trace, where it is a bug."""
    if isinstance(error, OutOfReach):
        log.warning("out of reach", action="out_of_reach", kind=kind, why=str(error))
    elif isinstance(error, NotTold):
        log.warning("an answer did not arrive", action="not_told", kind=kind, why=str(error))
    else:
        log.error("a listener failed", action="listener_failed", kind=kind, exc_info=error)


async def failed(error: Exception, body: dict[str, Any]) -> None:
    """Log what Bolt, or a listener that keeps nothing, failed at."""
    log_failure(error, str(body.get("type") or body.get("command")))

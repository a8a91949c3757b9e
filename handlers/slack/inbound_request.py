"""One thing Slack sent: heard once, and acknowledged when what it asks is kept (decision 0012)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from handlers.router.inbound import Inbound
from handlers.words.as_typed import say_as_typed
from handlers.words.rendered import Rendered

Respond = Callable[..., Awaitable[Any]]

REMEMBERED = 5_000
MOST_READ = 200  # bytes of an answer that says no more than "ok"
SLACKS = ("slack.com", "hooks.slack.com")


class NotTold(Exception):
    """Slack did not take the answer: whoever asked has not read it."""


@contextmanager
def telling() -> Iterator[None]:
    """Raises NotTold where Slack refuses what is said, or is not reached."""
    try:
        yield
    except (SlackApiError, ClientError, TimeoutError, OSError, ValueError) as error:
        why = error.response.get("error") if isinstance(error, SlackApiError) else repr(error)
        raise NotTold(str(why)[:200]) from error


async def tell_as_typed(rendered: Rendered, say: Callable[[Rendered], Awaitable[object]]) -> None:
    """Say an answer as it was typed; raises NotTold."""
    with telling():
        await say_as_typed(rendered, say)


def slacks_address(address: str, api_url: str) -> URL:
    """The address, where it is Slack's: of this site, or where its API is; raises NotTold.

    Where the API is, in another country's or a local workspace's place, its answers go as well.
    """
    try:
        there, api = URL(address), URL(api_url)
        safe = there.scheme == "https" and there.port == 443
        known = safe and there.host in (*SLACKS, f"hooks.{api.host}")
        if there.user is None and (known or there.origin() == api.origin()):
            return there
    except (ValueError, TypeError):
        pass
    raise NotTold("the address to answer to is not Slack's")


def answering(body: Mapping[str, Any], client: AsyncWebClient) -> Respond:
    """Return what answers at the address that came with it; raises NotTold.

    Bolt's own opens a connection for each answer, and takes Slack's refusal for an answer.
    """
    address = body.get("response_url")

    async def tell(**message: Any) -> None:
        if not address:
            raise NotTold("it came with no address to answer to")
        if client.session is None:
            raise NotTold("it is not connected")
        there = slacks_address(address, client.base_url)
        given: dict[str, Any] = {"json": message, "allow_redirects": False}
        if client.ssl is not None:
            given["ssl"] = client.ssl
        with telling():
            async with client.session.post(there, **given) as answer:
                said = await answer.content.read(MOST_READ)
        if answer.status != 200:
            raise NotTold(f"Slack answered {answer.status} {said!r}"[:200])

    return tell


class InboundRequest:
    """A request that Slack sent, and the way to answer it."""

    def __init__(self, inbound: Inbound, respond: Respond) -> None:
        self.inbound = inbound
        self.respond = respond
        self.key = inbound.key
        self._kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def keep(self) -> None:
        """Say that a stop loses it no more: it is committed, refused, or asks nothing to keep."""
        if not self._kept.done():
            self._kept.set_result(True)

    def fail(self) -> bool:
        """Say that nothing more comes of it; whether it was not kept."""
        if not self._kept.done():
            self._kept.set_result(False)
        return not self._kept.result()

    def let_go(self) -> None:
        """Nothing more is done with it: what is remembered of it is only that it was heard."""
        del self.inbound, self.respond

    async def is_kept(self) -> bool:
        """Wait until that is known."""
        return await asyncio.shield(self._kept)


class Once:
    """A memory of what was heard lately: Slack may deliver twice, or again after three seconds.

    The store refuses a repeated command anyway; this spares people a second answer, and a form
    whose trigger is spent. A form's submission is none of this: each delivery gets its answer.
    """

    def __init__(self) -> None:
        self._heard: OrderedDict[str, InboundRequest] = OrderedDict()

    def first(self, request: InboundRequest) -> InboundRequest:
        """The first delivery of this: itself where it is new."""
        if not request.key:
            return request
        first = self._heard.setdefault(request.key, request)
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return first

    def forget(self, request: InboundRequest) -> None:
        """Hear it anew when it comes again."""
        if self._heard.get(request.key) is request:
            del self._heard[request.key]

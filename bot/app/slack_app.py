"""Bolt's app, as the bot has it: it hears what Slack sends, whichever way that comes."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory.myself import Myself
from bot.observe.metrics import Metrics
from bot.slack.budgeted_client import BudgetedClient
from handlers.registry.commands import command_named
from handlers.router.inbound import read
from handlers.router.payloads import Misshapen

log = structlog.get_logger()


class SlackApp(AsyncApp):
    """Reads what Slack sent, once; measures how long Slack waits for its acknowledgement.

    `names` are the slash commands as they are typed, and what each stands for.
    """

    def __init__(
        self, client: BudgetedClient, me: Myself, metrics: Metrics, names: Mapping[str, str]
    ) -> None:
        token = client.token or ""

        async def authorize() -> AuthorizeResult:  # Bolt asks Slack, before it hears a command
            return me.authorized(token)

        super().__init__(
            name="escalade",  # Bolt reads the sources of all callers for one otherwise
            client=_unnamed(client),
            authorize=authorize,
            request_verification_enabled=False,  # the site verifies, before anything is parsed
            process_before_response=True,  # Bolt looks for an acknowledgement every 10 ms otherwise
        )
        self._acks = metrics.acks
        self._commands = {typed: command_named(name) for typed, name in names.items()}

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Hand what Slack sent to its listener, which returns when it may be acknowledged."""
        try:
            inbound = req.context["inbound"] = read(req.body, self._commands)
        except Misshapen as fault:
            log.warning(
                "not as Slack sends it", action="misshapen", kind=fault.kind, why=str(fault)
            )
            return BoltResponse(status=400)
        with self._acks.labels(inbound.kind).time():
            return await super().async_dispatch(req)


def _unnamed(client: BudgetedClient) -> AsyncWebClient:
    """Return what Bolt makes its clients like; it gives each the token by itself."""
    return AsyncWebClient(
        base_url=client.base_url,
        session=client.session,
        retry_handlers=[],
        timeout=int(client.timeout),
    )

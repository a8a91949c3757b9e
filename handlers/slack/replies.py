"""Replies where it could not be done as asked: a refusal, or that we failed."""

from __future__ import annotations

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from escalation.base.refusals import Refusal
from escalation.contract import Contract
from handlers.application import Application, OutOfReach
from handlers.refusals.words import (
    bug_words,
    form_not_opened_words,
    out_of_reach_words,
    refusal_words,
)
from handlers.slack.inbound_request import NotTold, tell_as_typed
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts

log = structlog.get_logger()


class Replies:
    """The words for each, in the language of whoever asked."""

    def __init__(self, application: Application, client: AsyncWebClient) -> None:
        self._application = application
        self._client = client

    async def refusal(self, refusal: Refusal, user: str, contract: str = "") -> str:
        """The words of a refusal."""
        texts, reading = await self._reader(user, contract)
        return refusal_words(refusal, texts, contract=reading)

    async def not_opened(self, user: str) -> str:
        """The words where Slack was too slow for a form."""
        texts, _ = await self._reader(user)
        return form_not_opened_words(texts)

    async def bug(self, bug: Exception, user: str, where: str) -> str:
        """Log a bug, and the words that tell its reference: also where nobody can be looked up.

        That the database or Slack is away is no bug, and is said for what it is.
        """
        if isinstance(bug, OutOfReach):
            log.warning("out of reach", action="out_of_reach", user=user, why=str(bug))
            # what is remembered of the person will do: nothing is read for it
            return out_of_reach_words(self._application.texts_for(user))
        reference = where.replace(".", "")[-6:]
        log.error("a bug", action="bug", reference=reference, user=user, exc_info=bug)
        try:
            texts, _ = await self._reader(user)
        except Exception as second:
            log.error("nobody can be looked up", action="bug", reference=reference, exc_info=second)
            texts = self._application.texts_for(user)
        return bug_words(reference, texts)

    async def _reader(self, user: str, contract: str = "") -> tuple[Texts, Contract | None]:
        """The reader's words, and the contract that gives ids their names where it is certain."""
        callers = await self._application.callers(user)
        named = [c for c in callers if c.contract.id == contract] or callers
        if not named:
            return self._application.texts_for(user), None
        return named[0].texts, named[0].reading if len(named) == 1 else None

    async def whisper(self, channel: str, user: str, rendered: Rendered) -> None:
        """Tell one person: in the channel where they asked, for their eyes only, else directly."""

        async def here(shown: Rendered) -> None:
            words: dict[str, Any] = {"text": shown.text, "blocks": shown.blocks or None}
            await self._client.chat_postEphemeral(channel=channel, user=user, **words)

        async def directly(shown: Rendered) -> None:
            words: dict[str, Any] = {"text": shown.text, "blocks": shown.blocks or None}
            await self._client.chat_postMessage(channel=user, **words)

        if channel and not channel.startswith("D"):
            try:
                await tell_as_typed(rendered, here)
                return
            except NotTold as error:
                log.info("told directly instead", why=str(error))
        await tell_as_typed(rendered, directly)

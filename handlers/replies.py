"""Replies to whoever asked: what it led to, a refusal, or that we failed, in their own words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escalation.contract import Contract
from escalation.refusals import Refusal
from handlers.desk import OpenForm, Response
from handlers.front import Front, OutOfReach
from handlers.heard import Heard, NotTold, tell_as_typed
from handlers.refusal_words import (
    bug_words,
    form_not_opened_words,
    out_of_reach_words,
    refusal_words,
)
from handlers.rendered import Rendered
from handlers.texts import Texts

log = structlog.get_logger()

TRIGGER_USED = "exchanged_trigger_id"
TRIGGER_SPENT = {"expired_trigger_id", "invalid_trigger_id", TRIGGER_USED}
TRIGGER_LIVES_SECONDS = 3.0


class Replies:
    """Tells people what came of what they asked for."""

    def __init__(self, front: Front, client: AsyncWebClient) -> None:
        self._front = front
        self._client = client

    async def answer(self, heard: Heard, work: Awaitable[Response]) -> None:
        """Do the work, say that the request is kept, and tell what came of it."""
        response = await self._outcome(heard, work)

        async def say(shown: Rendered) -> None:
            message: dict[str, Any] = {"text": shown.text}
            if shown.blocks:
                message["blocks"] = shown.blocks
            if heard.inbound.body.get("response_url"):
                await heard.respond(
                    **message, response_type="ephemeral", replace_original=shown.in_place
                )
            else:
                await self._client.chat_postMessage(channel=heard.inbound.user, **message)

        if response is not None:
            await tell_as_typed(response, say)

    async def _outcome(self, heard: Heard, work: Awaitable[Response]) -> Rendered | None:
        """What is to be told; None where a form opened instead."""
        user, trigger = heard.inbound.user, heard.inbound.body["trigger_id"]
        try:
            response = await work
            heard.keep()
            if not isinstance(response, OpenForm):
                return response
            if await self._opened(trigger, response.view):
                return None
            texts, _ = await self._reader(user)
            return Rendered(text=form_not_opened_words(texts))
        except Refusal as refusal:
            heard.keep()
            return Rendered(text=await self.refusal(refusal, user))
        except Exception as bug:  # noqa: BLE001  # `bug` logs it
            return Rendered(text=await self.bug(bug, user, trigger))

    async def refusal(self, refusal: Refusal, user: str, contract: str = "") -> str:
        """The words of a refusal."""
        texts, reading = await self._reader(user, contract)
        return refusal_words(refusal, texts, contract=reading)

    async def bug(self, bug: Exception, user: str, where: str) -> str:
        """Log a bug, and the words that tell its reference: also where nobody can be looked up.

        That the database or Slack is away is no bug, and is said for what it is.
        """
        if isinstance(bug, OutOfReach):
            log.warning("out of reach", action="out_of_reach", user=user, why=str(bug))
            # what is remembered of the person will do: nothing is read for it
            return out_of_reach_words(self._front.texts_for(user))
        reference = where.replace(".", "")[-6:]
        log.error("a bug", action="bug", reference=reference, user=user, exc_info=bug)
        try:
            texts, _ = await self._reader(user)
        except Exception as second:
            log.error("nobody can be looked up", action="bug", reference=reference, exc_info=second)
            texts = self._front.texts_for(user)
        return bug_words(reference, texts)

    async def _reader(self, user: str, contract: str = "") -> tuple[Texts, Contract | None]:
        """The reader's words, and the contract that gives ids their names where it is certain."""
        callers = await self._front.callers(user)
        named = [c for c in callers if c.contract.id == contract] or callers
        if not named:
            return self._front.texts_for(user), None
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

    async def _opened(self, trigger: str, view: dict[str, Any]) -> bool:
        """Open a form; False where its time was over, Slack refuses it, or nobody knows.

        What got lost on the way is tried once more while the trigger lives.
        """
        time = asyncio.get_running_loop().time
        until = time() + TRIGGER_LIVES_SECONDS / 2
        again = False
        while True:
            try:
                await self._client.views_open(trigger_id=trigger, view=view)
            except SlackApiError as error:
                why = str(error.response.get("error"))
                if again and why == TRIGGER_USED:
                    return True  # the first try has opened it
                if why in TRIGGER_SPENT:
                    log.warning("a form came too late", action="form_not_opened", why=why)
                    return False
                if error.response.status_code < 500:
                    log.error("Slack refuses a form", action="form_refused", why=why,
                              form=view.get("callback_id"))  # fmt: skip
                    return False
            except (ClientError, TimeoutError) as error:
                why = repr(error)[:200]
            else:
                return True
            if again or time() > until:
                log.warning("a form was not opened", action="form_not_opened", why=why)
                return False
            again = True

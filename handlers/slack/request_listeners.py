"""Listeners to what people ask for: slash commands, buttons, and the menu of a message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escalation.base.refusals import Refusal
from handlers.router.inbound import Inbound
from handlers.router.router import OpenForm, Response, Router
from handlers.slack.from_message import form_from
from handlers.slack.inbound_request import InboundRequest, tell_as_typed
from handlers.slack.replies import Replies
from handlers.verbs.forms import answered
from handlers.words.rendered import Rendered

log = structlog.get_logger()

TRIGGER_USED = "exchanged_trigger_id"
TRIGGER_SPENT = {"expired_trigger_id", "invalid_trigger_id", TRIGGER_USED}
TRIGGER_LIVES_SECONDS = 3.0


def _form_of(inbound: Inbound) -> Mapping[str, Any] | None:
    """The form that was clicked in; None where it was a message, the Home, or no click."""
    view: Mapping[str, Any] = inbound.body.get("view") or {}
    return view if view.get("type") == "modal" else None


class RequestListeners:
    """Each answers the one who asked."""

    def __init__(self, router: Router, replies: Replies, client: AsyncWebClient) -> None:
        self._router = router
        self._replies = replies
        self._client = client

    async def asked(self, request: InboundRequest) -> None:
        """Answer a slash command, or a button of one of our messages."""
        await self._answer(request, self._router.answer(request.inbound))

    async def shortcut(self, request: InboundRequest) -> None:
        """Open an incident from a message: its words, and later its link, go with it."""
        inbound = request.inbound
        message = inbound.body["message"]
        form = form_from(self._router, message, user=inbound.user, channel=inbound.channel)
        await self._answer(request, form)

    async def _answer(self, request: InboundRequest, work: Awaitable[Response]) -> None:
        """Do the work, say that the request is kept, and tell what came of it."""
        response = await self._outcome(request, work)

        async def say(shown: Rendered) -> None:
            message: dict[str, Any] = {"text": shown.text}
            if shown.blocks:
                message["blocks"] = shown.blocks
            inbound = request.inbound
            if (form := _form_of(inbound)) and await self._in_place(form, answered(form, shown)):
                return
            if inbound.kind == "block_actions" and not inbound.body.get("response_url"):
                await self._client.chat_postMessage(channel=inbound.user, **message)  # of the Home
            else:
                await request.respond(
                    **message, response_type="ephemeral", replace_original=shown.in_place
                )

        if response is not None:
            await tell_as_typed(response, say)

    async def _outcome(self, request: InboundRequest, work: Awaitable[Response]) -> Rendered | None:
        """Return what is to be told; None where a form opened instead."""
        user, trigger = request.inbound.user, request.inbound.body["trigger_id"]
        try:
            response = await work
            request.keep()
            if not isinstance(response, OpenForm):
                return response
            form = _form_of(request.inbound)
            shown = self._in_place(form, response.view) if form else None
            if await (shown or self._opened(trigger, response.view)):
                return None
            return Rendered(text=await self._replies.not_opened(user))
        except Refusal as refusal:
            request.keep()
            return Rendered(text=await self._replies.refusal(refusal, user))
        except Exception as bug:  # noqa: BLE001  # `bug` logs it
            return Rendered(text=await self._replies.bug(bug, user, trigger))

    async def _in_place(self, form: Mapping[str, Any], view: dict[str, Any]) -> bool:
        """Show something in the place of the form that was clicked in; False where it is gone."""
        try:
            await self._client.views_update(view_id=form["id"], view=view)
        except (SlackApiError, ClientError, TimeoutError) as error:
            log.warning("a form was not replaced", action="form_not_opened", why=repr(error)[:200])
            return False
        return True

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

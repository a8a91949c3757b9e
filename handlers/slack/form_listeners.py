"""Forms that were submitted: what is wrong with one is shown in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escalation.base.refusals import BadValue, Refusal
from handlers.registry.commands import verb_named
from handlers.router.inbound import Inbound
from handlers.router.router import OpenForm, Router
from handlers.slack.inbound_request import InboundRequest, Respond, telling
from handlers.slack.inbox import Inbox, log_failure
from handlers.slack.replies import Replies
from handlers.verbs.forms import Purpose
from handlers.verbs.verb import Verb
from handlers.words.blocks import WORD_JOINER
from handlers.words.rendered import Rendered
from handlers.words.slack_text import unescape


class FormListeners:
    """A form waits on the screen until it is answered."""

    def __init__(
        self, router: Router, replies: Replies, inbox: Inbox, client: AsyncWebClient
    ) -> None:
        self._router = router
        self._replies = replies
        self._inbox = inbox
        self._client = client
        self._chosen: dict[str, InboundRequest] = {}  # by form, the last choice being answered

    async def submit(self, ack: Respond, inbound: Inbound) -> None:
        """Answer a form; Bolt acknowledges it when this returns: the rest is said after."""
        if isinstance(inbound.asked, Purpose):
            told = await self._inbox.begin(self._submitted(ack, inbound, inbound.asked))
            if told is not None:
                self._inbox.begin(self._whisper(inbound, told))

    async def chosen(self, request: InboundRequest) -> None:
        """Show beside a form that is being filled in what is known of what was chosen last."""
        request.keep()
        inbound = request.inbound
        if not isinstance(inbound.asked, Purpose):
            return
        shown = inbound.body["view"]
        self._chosen[shown["id"]] = request
        try:
            view = await self._router.beside(inbound, inbound.asked)
            if view is not None and self._chosen.get(shown["id"]) is request:
                with telling():
                    await self._show(request, shown, view)
        finally:
            if self._chosen.get(shown["id"]) is request:
                del self._chosen[shown["id"]]

    async def _show(
        self, request: InboundRequest, shown: Mapping[str, Any], view: dict[str, Any]
    ) -> None:
        """Show it in the form as it was; over what an earlier choice put there meanwhile, too."""
        try:
            await self._client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except SlackApiError as error:
            overtaken = self._chosen.get(shown["id"]) is not request
            if error.response.get("error") != "hash_conflict" or overtaken:
                raise
            await self._client.views_update(view_id=shown["id"], view=view)

    async def _submitted(self, ack: Respond, inbound: Inbound, purpose: Purpose) -> Rendered | None:
        """Answer the form; gives what is to be said besides."""
        view, user = inbound.body["view"], inbound.user
        try:
            rendered = await self._router.submitted(inbound, purpose)
        except Refusal as refusal:
            words = await self._replies.refusal(refusal, user, purpose.contract)
            return await _fault(ack, _field_of(purpose, refusal), words)
        except Exception as bug:  # noqa: BLE001  # `bug` logs it
            words = await self._replies.bug(bug, user, view["id"])
            return await _fault(ack, next(iter(view["state"]["values"]), ""), words)
        if isinstance(rendered, OpenForm):
            await ack(response_action="update", view=rendered.view)
            return None
        await ack()
        return rendered

    async def _whisper(self, inbound: Inbound, told: Rendered) -> None:
        try:
            await self._replies.whisper(inbound.channel, inbound.user, told)
        except Exception as error:  # noqa: BLE001  # `log_failure` logs it
            log_failure(error, inbound.kind)


def _field_of(purpose: Purpose, refusal: Refusal) -> str:
    """The field of the form that a refusal concerns; "" where the form is of no verb."""
    try:
        return refusal_field(verb_named(purpose.command, purpose.verb), refusal)
    except BadValue:
        return ""


def refusal_field(verb: Verb, refusal: Refusal) -> str:
    """The form's field a refusal concerns; the first one where it names none."""
    named = refusal.facts.get("field")
    names = [f.name for f in verb.fields]
    if isinstance(named, str) and named in names:
        return named
    return next((name for name in names if refusal.code.find(name) >= 0), names[0] if names else "")


async def _fault(ack: Respond, field: str, words: str) -> Rendered | None:
    """Show a fault at its field; where it has none, close the form, to say it besides."""
    if field:
        plain = unescape(words.replace(WORD_JOINER, ""))  # Slack formats nothing there
        await ack(response_action="errors", errors={field: plain})
        return None
    await ack()
    return Rendered(text=words)

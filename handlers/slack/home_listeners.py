"""The App Home, drawn when somebody opens it or turns its page."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from escalation.base.refusals import NotAllowed
from handlers.application import Application
from handlers.refusals.words import refusal_words
from handlers.slack.home import home_blocks
from handlers.slack.inbound_request import InboundRequest, tell_as_typed
from handlers.words.blocks import section
from handlers.words.rendered import Rendered

LONGEST_PAGE = 6  # digits


class HomeListeners:
    """Both ask nothing that would have to be kept."""

    def __init__(self, application: Application, client: AsyncWebClient) -> None:
        self._application = application
        self._client = client

    async def opened(self, request: InboundRequest) -> None:
        """Show what concerns the reader now."""
        request.keep()
        if request.inbound.body["event"].get("tab") == "home":
            await self._publish(request.inbound.user, 1)

    async def turned(self, request: InboundRequest) -> None:
        """Show another page."""
        request.keep()
        page = str(request.inbound.body["actions"][0].get("value") or "")
        number = int(page) if page.isdecimal() and len(page) <= LONGEST_PAGE else 1
        await self._publish(request.inbound.user, number)

    async def _publish(self, user: str, page: int) -> None:
        callers = await self._application.callers(user)
        blocks = await home_blocks(self._application, callers, page) if callers else []
        if not blocks:
            words = refusal_words(NotAllowed("unknown_person"), self._application.texts_for(user))
            blocks = [section(words)]

        async def say(shown: Rendered) -> None:
            view = {"type": "home", "blocks": shown.blocks}
            await self._client.views_publish(user_id=user, view=view)

        await tell_as_typed(Rendered(text="", blocks=blocks), say)

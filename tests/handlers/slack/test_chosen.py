"""What is chosen in a form twice in a moment: the last choice wins."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.router.inbound import Inbound
from handlers.slack.form_listeners import FormListeners
from handlers.slack.inbound_request import InboundRequest, NotTold
from handlers.verbs.forms import Purpose

PURPOSE = Purpose(
    command="incident", verb="open", contract="acme", subject="", channel="", values={}
)


class Form:
    """A form on somebody's screen, as Slack keeps it; both choices were sent before it changed."""

    def __init__(self, slow: str = "") -> None:
        self.hash, self.shows, self.slow = "H0", "", slow
        self.slow_done = asyncio.Event()
        self.updating = asyncio.Event()
        client = AsyncMock(AsyncWebClient)
        client.views_update.side_effect = self.update
        self.listeners = FormListeners(self, Mock(), Mock(), client)

    async def beside(self, inbound: Inbound, _: Purpose) -> dict[str, Any]:
        chosen: str = inbound.body["chosen"]
        if self.slow == f"look {chosen}":
            await self.slow_done.wait()
        return {"of": chosen}

    async def update(self, *, view_id: str, view: dict[str, Any], **given: str) -> None:
        if self.slow == f"send {view['of']}":
            self.updating.set()
            await self.slow_done.wait()
        if given.get("hash", self.hash) != self.hash:
            refused = Mock(AsyncSlackResponse)
            refused.get = {"error": "hash_conflict"}.get
            raise SlackApiError("no", refused)
        self.hash, self.shows = f"after {view['of']}", view["of"]

    def choose(self, what: str) -> asyncio.Task[None]:
        body = {"view": {"id": "V1", "hash": "H0"}, "chosen": what}
        inbound = Inbound(kind="block_actions", body=body, key="", user="sam", asked=PURPOSE)
        return asyncio.create_task(self.listeners.chosen(InboundRequest(inbound, AsyncMock())))


async def test_the_last_choice_is_shown_over_what_the_one_before_has_put_there() -> None:
    form = Form()
    await form.choose("mail")
    await form.choose("vpn")
    assert form.shows == "vpn"


async def test_an_earlier_choice_that_takes_longer_to_look_up_shows_nothing_any_more() -> None:
    form = Form(slow="look mail")
    first = form.choose("mail")
    await asyncio.sleep(0)
    await form.choose("vpn")
    form.slow_done.set()
    await first
    assert form.shows == "vpn"


async def test_an_earlier_choice_that_is_overtaken_on_its_way_does_not_come_back() -> None:
    form = Form(slow="send mail")
    first = form.choose("mail")
    await form.updating.wait()
    await form.choose("vpn")
    form.slow_done.set()
    with pytest.raises(NotTold, match="hash_conflict"):
        await first
    assert form.shows == "vpn"

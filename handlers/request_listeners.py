"""What people ask for: slash commands, buttons, and the menu of a message."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.from_message import form_from
from handlers.heard import Heard
from handlers.replies import Replies


class RequestListeners:
    """Each answers the one who asked."""

    def __init__(self, desk: Desk, replies: Replies) -> None:
        self._desk = desk
        self._replies = replies

    async def asked(self, heard: Heard) -> None:
        """Answer a slash command, or a button of one of our messages."""
        await self._replies.answer(heard, self._desk.answer(heard.inbound))

    async def shortcut(self, heard: Heard) -> None:
        """Open an incident from a message: its words, and later its link, go with it."""
        inbound = heard.inbound
        message = inbound.body["message"]
        form = form_from(self._desk, message, user=inbound.user, channel=inbound.channel)
        await self._replies.answer(heard, form)

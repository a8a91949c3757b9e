"""Listeners to events of Slack: people come and go, accounts are closed, channels are named."""

from __future__ import annotations

from datetime import UTC, datetime

from escalation.decision.commands.crisis import MemberJoined, MemberLeft
from handlers.application import Application
from handlers.slack.inbound_request import InboundRequest
from handlers.slack.inbox import Listener


class EventListeners:
    """Each keeps what Slack told of, and answers nobody."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def by_type(self) -> dict[str, Listener]:
        """The listener of each type of event."""
        listeners: dict[str, Listener] = {
            "member_joined_channel": self._joined,
            "member_left_channel": self._left,
            "user_change": self._account,
            "team_join": self._account,
            "channel_id_changed": self._channel_moved,
            "channel_created": self._channel_named,
        }
        for word in ("channel", "group"):
            listeners[f"{word}_rename"] = self._channel_named
            listeners[f"{word}_archive"] = listeners[f"{word}_deleted"] = self._channel_gone
            listeners[f"{word}_unarchive"] = self._channel_appeared
        return listeners

    async def _joined(self, request: InboundRequest) -> None:
        """Somebody joined a channel: a crisis keeps count (CRI-4), and the bot may be awaited."""
        event = request.inbound.body["event"]
        if self._application.is_bot(event["user"]):
            await self._application.channel_appeared(event["channel"])
        else:
            await self._presence(request, MemberJoined)

    async def _left(self, request: InboundRequest) -> None:
        """Somebody left a channel."""
        await self._presence(request, MemberLeft)

    async def _presence(
        self, request: InboundRequest, moved: type[MemberJoined] | type[MemberLeft]
    ) -> None:
        event = request.inbound.body["event"]
        if event.get("inviter"):
            return  # put there by an invitation: they have not come by themselves
        crisis = await self._application.read(lambda tx: tx.crisis_in_room(event["channel"]))
        if crisis is None:
            return
        contract = await self._application.read(lambda tx: tx.contract(crisis.contract))
        person = await self._application.person_of(contract, event["user"])
        if person is None:
            return
        key = request.inbound.key
        await self._application.perform(
            moved(contract=contract.id, crisis=crisis.id, by=person.id, source="event", key=key)
        )

    async def _account(self, request: InboundRequest) -> None:
        """A Slack user changed, or is new: their account may be closed, or open again (ESC-5)."""
        body = request.inbound.body
        event = body["event"]
        told = float(event.get("event_ts") or body.get("event_time") or 0)
        await self._application.account_changed(event["user"], datetime.fromtimestamp(told, UTC))

    async def _channel_named(self, request: InboundRequest) -> None:
        channel = request.inbound.body["event"]["channel"]
        await self._application.channel_named(channel["id"], channel["name"])

    async def _channel_gone(self, request: InboundRequest) -> None:
        await self._application.channel_gone(request.inbound.body["event"]["channel"])

    async def _channel_appeared(self, request: InboundRequest) -> None:
        await self._application.channel_appeared(request.inbound.body["event"]["channel"])

    async def _channel_moved(self, request: InboundRequest) -> None:
        event = request.inbound.body["event"]
        await self._application.channel_moved(event["old_channel_id"], event["new_channel_id"])
